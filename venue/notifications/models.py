"""The message table: outbox and inbox in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from venue.db import Base
from venue.notifications.rules import MessageKind
from venue.people.rules import Language


class Message(Base):
    """One message to one person."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_person_newest", "person_id", "id"),
        Index(
            "ix_message_unread",
            "person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MessageKind]
    parameters: Mapped[dict[str, Any]]
    language: Mapped[Language]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
