"""Tables of attendance: the roll of a session, and who of it came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.attendance.rules import Way
from venue.db import Base
from venue.people.models import Person
from venue.programs.models import ScheduledSession


class Roll(Base):
    """The roll of one session; once closed, whoever had a seat and did not come is a no-show.

    Its row's lock covers the attendance of the session.
    """

    __tablename__ = "roll"
    __table_args__ = (
        CheckConstraint("walk_ins >= 0", name="walk_ins"),
        CheckConstraint("walk_ins <= walk_in_seats", name="walk_in_seats"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), primary_key=True)
    walk_ins: Mapped[int] = mapped_column(default=0)
    """People who came without a seat and without giving a name."""
    walk_in_seats: Mapped[int | None]
    """How many of them may come, as the program promised when the latest was counted."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(index=True)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship()


class Attendance(Base):
    """That a person came to a session, or had a seat in it and did not."""

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("(arrived_at IS NULL) <> (missed_at IS NULL)", name="came_or_not"),
        CheckConstraint("makes_up_id IS NULL OR arrived_at IS NOT NULL", name="makes_up"),
        Index("uq_attendance_person", "session_id", "person_id", unique=True),
        Index(None, "person_id", "missed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrollment_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    """The seat that they had; without one they walked in."""
    arrived_at: Mapped[datetime | None]
    missed_at: Mapped[datetime | None]
    """When the roll was closed without them; `no-show` for the rules."""
    makes_up_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_session.id"), index=True)
    """The missed session for which this one was attended."""
    way: Mapped[Way]
    marked_at: Mapped[datetime]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship(foreign_keys=session_id)
    person: Mapped[Person] = relationship(foreign_keys=person_id)
