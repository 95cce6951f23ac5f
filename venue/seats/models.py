"""Tables of seats: pools, enrollments, offers, pauses. The database refuses one seat too many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base
from venue.payments.models import Charge
from venue.people.models import Person
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.seats.rules import EnrollmentStatus, OfferAnswer, PoolSeats, Quota

_active = "status IN ('applied', 'waitlisted', 'offered', 'confirmed')"


class SeatPool(Base):
    """A number of seats of a program (books = series) or of a session (books = session).

    Each of them has one general pool and, beside it, one for each priority group whose quota is
    published. The row's lock covers the statuses of all its enrollments: whoever changes one locks
    it first. The line of a program or session is one, whatever pool its members stand in: it
    is moved under the locks of all its pools.
    """

    __tablename__ = "seat_pool"
    __table_args__ = (
        CheckConstraint("taken BETWEEN 0 AND capacity", name="taken"),
        CheckConstraint("(program_id IS NULL) <> (session_id IS NULL)", name="program_or_session"),
        CheckConstraint("kept >= 0 AND (kept = 0 OR kept_until IS NOT NULL)", name="kept"),
        CheckConstraint("counter_taken BETWEEN 0 AND taken", name="counter_taken"),
        CheckConstraint(
            "kept_for_group >= 0 AND taken + kept_for_group <= capacity", name="kept_for_group"
        ),
        Index(
            "uq_seat_pool_general_program",
            "program_id",
            unique=True,
            sqlite_where=text("quota IS NULL"),
            postgresql_where=text("quota IS NULL"),
        ),
        Index(
            "uq_seat_pool_general_session",
            "session_id",
            unique=True,
            sqlite_where=text("quota IS NULL"),
            postgresql_where=text("quota IS NULL"),
        ),
        Index("uq_seat_pool_quota_program", "program_id", "quota", unique=True),
        Index("uq_seat_pool_quota_session", "session_id", "quota", unique=True),
        Index(
            "ix_seat_pool_kept_for_group",
            "kept_for_group",
            sqlite_where=text("kept_for_group > 0"),
            postgresql_where=text("kept_for_group > 0"),
        ),
        Index(
            "ix_seat_pool_kept_until",
            "kept_until",
            sqlite_where=text("kept > 0"),
            postgresql_where=text("kept > 0"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_session.id"))
    quota: Mapped[Quota | None]
    """The priority group for which it is; None: the general pool."""
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    kept: Mapped[int] = mapped_column(default=0)
    """Seats for counter and telephone until `kept_until`, those taken there included."""
    kept_until: Mapped[datetime | None]
    counter_taken: Mapped[int] = mapped_column(default=0)
    """How many of `taken` did not come online."""
    kept_for_group: Mapped[int] = mapped_column(default=0)
    """Free seats that wait until there are enough for the group at the head of the line."""
    closed_at: Mapped[datetime | None]
    """When what it seats was cancelled: the UPDATE that takes a seat must see it in this row."""

    program: Mapped[Program | None] = relationship()
    session: Mapped[ScheduledSession | None] = relationship()

    def seats(self) -> PoolSeats:
        """Return what the rules need to know of this row."""
        return PoolSeats(
            self.id,
            self.quota,
            self.capacity,
            self.taken,
            self.kept,
            self.kept_until,
            self.counter_taken,
            self.kept_for_group,
        )


class Enrollment(Base):
    """One person's claim on a seat. Its id is also the order of the waitlist.

    `session_id` is set when single sessions are booked; `term_id` and `limit_group` repeat the
    program's at the time of enrolling, for the index that allows one seat a term, and `price_fen`
    what it cost then.
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
        Index("uq_enrollment_charge_id", "charge_id", unique=True),
        CheckConstraint("price_fen >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("seat_pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("scheduled_session.id"))
    term_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"))
    limit_group: Mapped[str | None] = mapped_column(String(40))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("enrollment.id"), index=True)
    """The first enrollment of those who came together, itself included; None: somebody alone."""
    status: Mapped[EnrollmentStatus]
    channel: Mapped[Channel]
    price_fen: Mapped[int] = mapped_column(default=0)
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"))
    """What the desk has taken for it; without one nothing was paid yet."""
    statement: Mapped[str] = mapped_column(String(300), default="")
    """How the applicant meets the criteria, where somebody approves."""
    decision: Mapped[str] = mapped_column(String(200), default="")
    """Which criterion was not met, where an application was refused."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    pool: Mapped[SeatPool] = relationship()
    person: Mapped[Person] = relationship()
    program: Mapped[Program] = relationship()
    session: Mapped[ScheduledSession | None] = relationship()
    charge: Mapped[Charge | None] = relationship()
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


class Pause(Base):
    """That a person may take no new seat at a center for a while, because of seats left empty.

    It ends by itself at `ends_at`, or before when staff waive it with a reason.
    """

    __tablename__ = "pause"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("(waived_at IS NULL) = (waive_reason = '')", name="waived"),
        CheckConstraint("(appealed_at IS NULL) = (appeal = '')", name="appealed"),
        Index(None, "person_id", "ends_at"),
        Index(None, "center_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sessions: Mapped[dict[str, Any]]
    """What led to it, as it was: `{"missed": [{"title": …, "starts_at": …}, …]}`."""
    appealed_at: Mapped[datetime | None]
    appeal: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str] = mapped_column(String(200), default="")
    """Why an appeal did not end it."""
    waived_at: Mapped[datetime | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    waive_reason: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(foreign_keys=person_id)
    center: Mapped[Center] = relationship()
