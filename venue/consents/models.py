"""Tables of consents: a text in its versions, and who agreed to which of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from venue.audit.rules import Channel
from venue.db import Base
from venue.people.models import Person


class ConsentText(Base):
    """One version of a text to which people agree. It is never changed: a new one follows it."""

    __tablename__ = "consent_text"
    __table_args__ = (
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("(version = 1) = (follows_id IS NULL)", name="first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"), unique=True)
    """The version before it."""
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Consent(Base):
    """That somebody agreed to a version of a text, for themselves or as guardian."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_given",
            "person_id",
            "text_id",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whom it concerns."""
    channel: Mapped[Channel]
    given_at: Mapped[datetime]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    text: Mapped[ConsentText] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=person_id)
