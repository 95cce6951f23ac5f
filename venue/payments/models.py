"""Tables of payments: a charge, and the receipts of what was paid and given back for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base
from venue.people.models import Person


class Charge(Base):
    """What a person owes a center for one thing; amounts are in fen.

    What was bought points here, not the other way round: a charge knows no seats.
    """

    __tablename__ = "charge"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[int]
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
    receipts: Mapped[list[Receipt]] = relationship(back_populates="charge", order_by="Receipt.id")


class Receipt(Base):
    """Money that changed hands at the desk: taken when positive, given back when negative."""

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index("uq_receipt_number", "center_id", "number", unique=True),
        Index(None, "center_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    number: Mapped[str] = mapped_column(String(40))
    """The number on the paper receipt, unique in its center."""
    amount_fen: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    charge: Mapped[Charge] = relationship(back_populates="receipts")
