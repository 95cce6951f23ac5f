"""Tables of seats: pools, enrollments, offers. The database itself refuses one seat too many."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.rules import EnrollmentStatus, OfferAnswer

_active = "status IN ('waitlisted', 'offered', 'confirmed')"


class SeatPool(Base):
    """A number of seats of a program (books = series) or of a session (books = session).

    The row's lock covers the statuses of all its enrollments: whoever changes one locks it first.
    """

    __tablename__ = "seat_pool"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("(program_id IS NULL) <> (session_id IS NULL)", name="program_or_session"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"), unique=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_session.id"), unique=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None]
    """When what it seats was cancelled: the UPDATE that takes a seat must see it in this row."""

    program: Mapped[Program | None] = relationship()
    session: Mapped[ScheduledSession | None] = relationship()


class Enrollment(Base):
    """One person's claim on a seat. Its id is also the order of the waitlist.

    `session_id` is set when single sessions are booked; `term_id` and `limit_group` repeat the
    program's at the time of enrolling, for the index that allows one seat a term.
    """

    __tablename__ = "enrollment"
    __table_args__ = (
        Index(
            "uq_enrollment_series",
            "person_id",
            "program_id",
            unique=True,
            sqlite_where=text(f"session_id IS NULL AND {_active}"),
            postgresql_where=text(f"session_id IS NULL AND {_active}"),
        ),
        Index(
            "uq_enrollment_session",
            "person_id",
            "session_id",
            unique=True,
            sqlite_where=text(f"session_id IS NOT NULL AND {_active}"),
            postgresql_where=text(f"session_id IS NOT NULL AND {_active}"),
        ),
        Index(
            "uq_enrollment_one_a_term",
            "person_id",
            "term_id",
            "limit_group",
            unique=True,
            sqlite_where=text("limit_group IS NOT NULL AND status = 'confirmed'"),
            postgresql_where=text("limit_group IS NOT NULL AND status = 'confirmed'"),
        ),
        Index(None, "pool_id", "status", "id"),
        Index(None, "program_id", "status"),
        Index(None, "person_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("seat_pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_session.id"))
    term_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    limit_group: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[EnrollmentStatus]
    channel: Mapped[Channel]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    pool: Mapped[SeatPool] = relationship()
    person: Mapped[Person] = relationship()
    program: Mapped[Program] = relationship()
    session: Mapped[ScheduledSession | None] = relationship()
    offers: Mapped[list[WaitlistOffer]] = relationship(back_populates="enrollment")


class WaitlistOffer(Base):
    """A seat held for somebody who was waiting, until it is answered or expires."""

    __tablename__ = "waitlist_offer"
    __table_args__ = (
        Index(
            "uq_waitlist_offer_open",
            "enrollment_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        Index(
            "ix_waitlist_offer_expiry",
            "expires_at",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"))
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[OfferAnswer | None]

    enrollment: Mapped[Enrollment] = relationship(back_populates="offers")
