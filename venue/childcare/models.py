"""Tables of care: what a program of it offers, booked days, a child's file, its comings and goings.

Seats, consents, attendance and money stay in their areas; here stands what only care knows.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.childcare.rules import PERMITS, ReleaseRefusal, ReleaseWay
from venue.consents.models import ConsentText
from venue.db import Base
from venue.payments.models import Charge
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment


class CareProgram(Base):
    """What a program of care has beyond others; each of its sessions is a care day with a pool.

    The price of a day is the program's, its agreement the program's consent text. Prices in fen.
    """

    __tablename__ = "care_program"
    __table_args__ = (
        CheckConstraint("min_grade BETWEEN 1 AND max_grade AND max_grade <= 6", name="grades"),
        CheckConstraint("meal_fen >= 0 AND nap_fen >= 0", name="prices"),
        CheckConstraint("change_days >= 0", name="change_days"),
    )

    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), primary_key=True)
    min_grade: Mapped[int]
    max_grade: Mapped[int]
    whole_weeks: Mapped[bool] = mapped_column(default=False)
    """Whether one books whole weeks only, as in summer."""
    meal_fen: Mapped[int | None]
    """What a meal costs; None: there is none."""
    nap_fen: Mapped[int | None]
    """What a place to nap costs; None: there is none."""
    change_days: Mapped[int] = mapped_column(default=1)
    """How many days before a care day it can be booked or given back for nothing…"""
    change_time: Mapped[time] = mapped_column(default=time(16))
    """…and until what time of that day. Afterwards an absence can be told, and is owed."""
    health_text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    """The separate consent to keep allergies and health notes for this period (PIPL art. 29)."""

    program: Mapped[Program] = relationship()
    health_text: Mapped[ConsentText | None] = relationship()


class CareBooking(Base):
    """Days of one child in one program that were booked together."""

    __tablename__ = "care_booking"
    __table_args__ = (Index(None, "child_id", "program_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    program_id: Mapped[int] = mapped_column(ForeignKey("program.id"), index=True)
    booked_at: Mapped[datetime]
    booked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[Channel]
    charge_id: Mapped[int | None] = mapped_column(ForeignKey("charge.id"), unique=True)
    """What the desk has taken for it; without one nothing was paid yet."""

    child: Mapped[Person] = relationship(foreign_keys=child_id)
    program: Mapped[Program] = relationship()
    charge: Mapped[Charge | None] = relationship()
    days: Mapped[list[CareDay]] = relationship(back_populates="booking")


class CareDay(Base):
    """What a booking asks of one day, beside the seat itself, which is the enrollment.

    The prices are those at the time of booking, in fen; of meal and nap 0 where there is none.
    """

    __tablename__ = "care_day"
    __table_args__ = (
        CheckConstraint("price_fen >= 0 AND meal_fen >= 0 AND nap_fen >= 0", name="prices"),
        CheckConstraint("(absent_at IS NULL) = (absence = '')", name="absent"),
    )

    enrollment_id: Mapped[int] = mapped_column(ForeignKey("enrollment.id"), primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("care_booking.id"), index=True)
    meal: Mapped[bool] = mapped_column(default=False)
    nap: Mapped[bool] = mapped_column(default=False)
    price_fen: Mapped[int]
    meal_fen: Mapped[int] = mapped_column(default=0)
    nap_fen: Mapped[int] = mapped_column(default=0)
    absent_at: Mapped[datetime | None]
    """When a guardian, or the carer whom they called, said that the child does not come.

    The seat is withdrawn with it. The day stays owed: it was too late to give it back.
    """
    absent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    absence: Mapped[str] = mapped_column(String(100), default="")
    allergy_seen_at: Mapped[datetime | None]
    """When the carer who let the child in acknowledged its allergy."""
    allergy_seen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    enrollment: Mapped[Enrollment] = relationship()
    booking: Mapped[CareBooking] = relationship(back_populates="days")


class ChildFile(Base):
    """What the house must know of a child; its row's lock covers permits, contacts and codes."""

    __tablename__ = "child_file"
    __table_args__ = (
        CheckConstraint(
            "(leaves_alone_at IS NULL) = (leaves_alone_by_id IS NULL)", name="leaves_alone"
        ),
        CheckConstraint("wrong_codes >= 0", name="wrong_codes"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    leaves_alone_at: Mapped[datetime | None]
    """When a guardian allowed that it goes home by itself; None: it is collected."""
    leaves_alone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    """Wrong codes said for it since the last right one."""
    codes_locked_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When a guardian last said that all of it is right."""
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=person_id)


class HealthNote(Base):
    """Allergies, health and diet of a child; the whole row is deleted 30 days after its period."""

    __tablename__ = "health_note"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    allergies: Mapped[str] = mapped_column(String(500), default="")
    health: Mapped[str] = mapped_column(String(500), default="")
    diet: Mapped[str] = mapped_column(String(500), default="")
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class EmergencyContact(Base):
    """Whom to call when no guardian answers."""

    __tablename__ = "emergency_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(20))


class CollectionPermit(Base):
    """That an adult may collect a child with a code of their own: always, or on one day."""

    __tablename__ = "collection_permit"
    __table_args__ = (
        CheckConstraint("(slot IS NULL) <> (valid_on IS NULL)", name="always_or_one_day"),
        CheckConstraint(f"slot BETWEEN 1 AND {PERMITS}", name="slot"),
        CheckConstraint("birth_year BETWEEN 1900 AND 2200", name="birth_year"),
        Index(
            "uq_collection_permit_slot",
            "child_id",
            "slot",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND slot IS NOT NULL"),
            postgresql_where=text("revoked_at IS NULL AND slot IS NOT NULL"),
        ),
        Index(
            "uq_collection_permit_code",
            "child_id",
            "code_hash",
            unique=True,
            sqlite_where=text("revoked_at IS NULL AND slot IS NOT NULL"),
            postgresql_where=text("revoked_at IS NULL AND slot IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str | None] = mapped_column(String(20))
    birth_year: Mapped[int]
    slot: Mapped[int | None]
    """Which of the places for permanent permits it takes; None: a pass for one day."""
    valid_on: Mapped[date | None]
    code_hash: Mapped[str] = mapped_column(String(64))
    """Keyed hash of child and code: four digits could be found from a plain one by trying all."""
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Collection(Base):
    """That a child left, or that somebody came for it and was refused: the log of the door."""

    __tablename__ = "collection"
    __table_args__ = (
        Index(
            "uq_collection_released",
            "session_id",
            "child_id",
            unique=True,
            sqlite_where=text("refusal IS NULL AND undone_at IS NULL"),
            postgresql_where=text("refusal IS NULL AND undone_at IS NULL"),
        ),
        Index(None, "child_id", "at"),
        Index(None, "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The carer at the door."""
    way: Mapped[ReleaseWay]
    permit_id: Mapped[int | None] = mapped_column(ForeignKey("collection_permit.id"))
    collector: Mapped[str] = mapped_column(String(60), default="")
    """Who came, as the permit or the carer names them; empty: the child alone, or unknown."""
    relation: Mapped[str] = mapped_column(String(20), default="")
    refusal: Mapped[ReleaseRefusal | None]
    undone_at: Mapped[datetime | None]
    """When a release was taken back: the wrong child was tapped."""
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship()
    child: Mapped[Person] = relationship(foreign_keys=child_id)
    permit: Mapped[CollectionPermit | None] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=by_id)


class CarerPresence(Base):
    """That somebody looks after the children of a care day, from when until when.

    A volunteer who is nobody's record here has a name and no person, and counts for no child.
    """

    __tablename__ = "carer_presence"
    __table_args__ = (
        CheckConstraint("came_at <= left_at", name="order"),
        Index(None, "session_id"),
        Index(
            "uq_carer_presence_open",
            "session_id",
            "person_id",
            unique=True,
            sqlite_where=text("left_at IS NULL AND person_id IS NOT NULL"),
            postgresql_where=text("left_at IS NULL AND person_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    full_name: Mapped[str] = mapped_column(String(60))
    came_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Incident(Base):
    """Something that happened on a care day, what was done, and what followed."""

    __tablename__ = "incident"
    __table_args__ = (
        CheckConstraint("(followed_up_at IS NULL) = (follow_up = '')", name="follow_up"),
        Index(None, "center_id", "happened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("scheduled_session.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    happened_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(Text)
    measures: Mapped[str] = mapped_column(Text)
    guardians_told_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    follow_up: Mapped[str] = mapped_column(Text, default="")
    followed_up_at: Mapped[datetime | None]
    followed_up_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[ScheduledSession] = relationship()
    child: Mapped[Person | None] = relationship(foreign_keys=child_id)
    written_by: Mapped[Person | None] = relationship(foreign_keys=written_by_id)
