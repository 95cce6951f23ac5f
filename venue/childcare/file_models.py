"""Tables of a child's file: health, permits to collect it, whom to call.

Only guardians see it, and of the staff who is on duty that day; each of their looks is recorded.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from venue.childcare.rules import PERMITS
from venue.db import Base


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
