"""Tables of programs: terms, programs, their sessions and the rooms these hold."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.consents.models import ConsentText
from venue.db import Base, table
from venue.people.models import Person
from venue.places.models import Center, Room, RoomBooking
from venue.places.rules import Category
from venue.programs.rules import LARGEST_GROUP, Admission, Books, DaysFollowed


class Term(Base):
    """A stretch of the year that groups programs, in one district."""

    __tablename__ = "term"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("district.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Program(Base):
    """Something offered: a course, a club, a talk. Nothing here depends on its category.

    Programs of one term with the same `limit_group` allow one seat a person among them. Prices
    are in fen. Ages are whole years on the first day. A draft has no `published_at`.
    """

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint("price_fen >= 0", name="price"),
        CheckConstraint("min_age <= max_age", name="ages"),
        CheckConstraint("enroll_opens_at < enroll_closes_at", name="window"),
        CheckConstraint("limit_group IS NULL OR term_id IS NOT NULL", name="limit_has_term"),
        CheckConstraint("admission <> 'approval' OR criteria <> ''", name="criteria"),
        CheckConstraint(f"group_limit BETWEEN 1 AND {LARGEST_GROUP}", name="group_limit"),
        CheckConstraint(
            "NOT by_pair OR group_limit = 2 AND books <> 'days'"
            " AND admission NOT IN ('lottery', 'drop_in')",
            name="by_pair",
        ),
        CheckConstraint("walk_in_seats > 0", name="walk_in_seats"),
        Index(None, "center_id", "published_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    term_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)
    category: Mapped[Category]
    title: Mapped[str] = mapped_column(String(60))
    audience: Mapped[str] = mapped_column(String(40), default="")
    """For whom, in words: 成人, 60 岁以上; the rule is in the ages and `residents_only`."""
    summary: Mapped[str] = mapped_column(String(200), default="")
    syllabus: Mapped[str] = mapped_column(Text, default="")
    """One line for each lesson."""
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    price_fen: Mapped[int] = mapped_column(default=0)
    min_age: Mapped[int | None]
    max_age: Mapped[int | None]
    residents_only: Mapped[bool] = mapped_column(default=False)
    admission: Mapped[Admission] = mapped_column(default=Admission.FIRST_COME)
    books: Mapped[Books] = mapped_column(default=Books.SERIES)
    criteria: Mapped[str] = mapped_column(String(300), default="")
    """By what an application is approved, as everybody can read."""
    group_limit: Mapped[int] = mapped_column(default=1)
    """How many people one form may enroll together: 1 alone, 2 a parent and a child."""
    by_pair: Mapped[bool] = mapped_column(default=False)
    """Whether each booking is an adult and a child, who come and leave together."""
    walk_in_seats: Mapped[int | None]
    """Seats of each session beside those of its pool, given away at the door and never booked.

    None: whoever walks in is counted, and nothing is promised.
    """
    asks_after: Mapped[bool] = mapped_column(default=False)
    """Whether somebody calls who is expected and does not come."""
    asks_opinions: Mapped[bool] = mapped_column(default=False)
    """Whether people are asked afterwards what they thought of it."""
    consent_text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    """To what everybody agrees who enrolls from now on."""
    limit_group: Mapped[str | None] = mapped_column(String(40))
    enroll_opens_at: Mapped[datetime | None]
    enroll_closes_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    center: Mapped[Center] = relationship()
    partners: Mapped[list[Center]] = relationship(secondary=lambda: table(ProgramPartner))
    """Centers that run it together with `center`: it appears there too."""
    term: Mapped[Term | None] = relationship()
    consent_text: Mapped[ConsentText | None] = relationship()
    teacher: Mapped[Person | None] = relationship()
    sessions: Mapped[list[ScheduledSession]] = relationship(
        back_populates="program", order_by="ScheduledSession.starts_at"
    )


class ProgramPartner(Base):
    """That another center runs a program together with its own: it appears in both."""

    __tablename__ = "program_partner"

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"), primary_key=True, index=True)


class ScheduledSession(Base):
    """One date and time of a program. `center_id` is its program's, for the lists of a day."""

    __tablename__ = "scheduled_session"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="order"),
        CheckConstraint("(pattern_id IS NULL) = (pattern_on IS NULL)", name="pattern"),
        CheckConstraint("recording_url LIKE 'https://%'", name="recording_url"),
        Index(None, "center_id", "starts_at"),
        Index(None, "program_id", "starts_at"),
        Index("uq_scheduled_session_pattern", "pattern_id", "pattern_on", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"))
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(100), default="")
    recording_url: Mapped[str | None] = mapped_column(String(300))
    """Where a recording of it is seen; shown when it is over."""
    moved_from_at: Mapped[datetime | None]
    """When it would have started before it was last moved; the card then says 改期."""
    cancelled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None] = mapped_column(String(100))
    pattern_id: Mapped[int | None] = mapped_column(ForeignKey("series_pattern.id"))
    pattern_on: Mapped[date | None]
    """The date of its series for which it stands, also after it was moved to another."""

    program: Mapped[Program] = relationship(back_populates="sessions")
    pattern: Mapped[SeriesPattern | None] = relationship(back_populates="sessions")
    rooms: Mapped[list[SessionRoom]] = relationship(
        back_populates="session", cascade="all, delete-orphan", order_by="SessionRoom.booking_id"
    )


class SeriesPattern(Base):
    """The rhythm by which a series of sessions was scheduled, so that it can be changed as one.

    Times are wall clock in Shanghai; it ends after `count` dates or with the day `until_on`.
    """

    __tablename__ = "series_pattern"
    __table_args__ = (
        CheckConstraint("every_weeks > 0", name="every_weeks"),
        CheckConstraint("(count IS NULL) <> (until_on IS NULL)", name="end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    starts_on: Mapped[date]
    weekdays: Mapped[str] = mapped_column(String(7))
    every_weeks: Mapped[int]
    count: Mapped[int | None]
    until_on: Mapped[date | None]
    follows: Mapped[DaysFollowed]
    starts_time: Mapped[time]
    ends_time: Mapped[time]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    made_at: Mapped[datetime]

    program: Mapped[Program] = relationship()
    room: Mapped[Room | None] = relationship()
    sessions: Mapped[list[ScheduledSession]] = relationship(
        back_populates="pattern", order_by="ScheduledSession.pattern_on"
    )
    skipped: Mapped[list[SkippedDate]] = relationship(
        order_by="SkippedDate.day_on", cascade="all, delete-orphan"
    )


class SkippedDate(Base):
    """A date of a series that was dropped, and why; it can be added back."""

    __tablename__ = "skipped_date"

    pattern_id: Mapped[int] = mapped_column(ForeignKey("series_pattern.id"), primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(100), default="")
    skipped_at: Mapped[datetime]
    skipped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SessionRoom(Base):
    """That a session owns a room booking; it may own none, one or several."""

    __tablename__ = "session_room"

    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("room_booking.id"), primary_key=True, unique=True
    )

    session: Mapped[ScheduledSession] = relationship(back_populates="rooms")
    booking: Mapped[RoomBooking] = relationship()
