"""Tables of calendars: one entry for each event, and the tokens of private feeds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from venue.calendars.rules import EntryStatus
from venue.db import Base


class CalendarEntry(Base):
    """One VEVENT, serialized when it changes; feeds only join the texts.

    `revision` grows with every change of the text, `sequence` with every change that matters to
    a guest (time, place, status; RFC 5546 §2.1.4). The ids say which feeds it belongs to, the
    first room that of several; no `public_vevent` means that no public feed shows it at all.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (
        Index("ix_calendar_entry_center", "center_id", "ends_at"),
        Index("ix_calendar_entry_room", "room_id", "ends_at"),
        Index("ix_calendar_entry_program", "program_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    """What the entry stands for: `session-12`, `booking-7`; the left half of its UID."""
    revision: Mapped[int]
    sequence: Mapped[int]
    revised_at: Mapped[datetime]
    status: Mapped[EntryStatus]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200))
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    program_id: Mapped[int | None] = mapped_column(ForeignKey("program.id"))
    vevent: Mapped[str] = mapped_column(Text)
    public_vevent: Mapped[str | None] = mapped_column(Text)


class FeedToken(Base):
    """A private subscription link; only the SHA-256 of its token is kept."""

    __tablename__ = "feed_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    child_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """The child whose days alone the link shows; None: the calendar of the person."""
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
