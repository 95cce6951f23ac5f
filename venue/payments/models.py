"""Tables of payments: a charge, and the receipts of what was paid and given back for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base
from venue.people.models import Person


class Charge(Base):
    """What a person owes a center for one thing; amounts are in fen.

    What was bought points here, not the other way round: a charge knows no seats. `paid_fen` is the
    sum of its receipts; the database refuses to take more than the amount or give back more than
    was taken.
    """

    __tablename__ = "charge"
    __table_args__ = (
        CheckConstraint("amount_fen > 0", name="amount"),
        CheckConstraint("paid_fen BETWEEN 0 AND amount_fen", name="paid"),
        CheckConstraint("reduced_fen BETWEEN 0 AND amount_fen", name="reduced"),
        CheckConstraint("(reduced_fen = 0) = (reduced_because = '')", name="reduced_because"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    amount_fen: Mapped[int]
    paid_fen: Mapped[int] = mapped_column(default=0)
    reduced_fen: Mapped[int] = mapped_column(default=0)
    """How much of the amount the person need not pay, all of it when it is free for them."""
    reduced_because: Mapped[str] = mapped_column(String(200), default="")
    since_at: Mapped[datetime]
    """From when the person had what it is for."""
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When the refund was handed out after the person had it no more: nothing else will be due."""

    person: Mapped[Person] = relationship()
    receipts: Mapped[list[Receipt]] = relationship(back_populates="charge", order_by="Receipt.id")


class Receipt(Base):
    """Money that changed hands at the desk: taken when positive, given back when negative.

    Rows are only added. One that was entered wrongly is followed by its reversal, after which the
    number on the paper can be entered again.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint("reverses_id IS NULL OR note <> ''", name="reversal_reason"),
        Index("uq_receipt_number", "center_id", "number", "entry", unique=True),
        Index("uq_receipt_reverses_id", "reverses_id", unique=True),
        Index(None, "center_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    charge_id: Mapped[int] = mapped_column(ForeignKey("charge.id"), index=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    """Whose desk had the money in its hands."""
    number: Mapped[str] = mapped_column(String(40))
    """The number on the paper receipt, unique in its center; a reversal repeats it."""
    entry: Mapped[int] = mapped_column(default=1)
    """Which of the entries of the number: 1, its reversal 2, entered again 3."""
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))
    amount_fen: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(200), default="")

    charge: Mapped[Charge] = relationship(back_populates="receipts")
    by: Mapped[Person] = relationship()
