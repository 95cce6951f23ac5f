"""Tables of duty: shifts of a center and who takes them; who was checked to work with children."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.db import Base
from venue.people.models import Person


class Shift(Base):
    """A stretch of duty at a center, such as 前台 on Saturday from 08:30 to 16:30."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        Index(None, "center_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    label: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="shift", cascade="all, delete-orphan"
    )


class Assignment(Base):
    """That a person takes a shift."""

    __tablename__ = "assignment"

    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)

    shift: Mapped[Shift] = relationship(back_populates="assignments")
    person: Mapped[Person] = relationship()


class Clearance(Base):
    """That somebody who works with children was checked, as the law asks of every employer.

    Without one in force nobody counts toward the ratio of a care day (Law on the Protection of
    Minors, art. 62: asked of the police and the prosecution before employing, then every year).
    """

    __tablename__ = "clearance"
    __table_args__ = (CheckConstraint("checked_on < expires_on", name="order"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    checked_on: Mapped[date]
    expires_on: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
