"""The message table: outbox and inbox in one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from venue.db import Base
from venue.notifications.rules import CallResult, MessageKind
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
        Index(
            "ix_message_to_call",
            "center_id",
            "person_id",
            sqlite_where=text("to_call AND read_at IS NULL"),
            postgresql_where=text("to_call AND read_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[MessageKind]
    parameters: Mapped[dict[str, Any]]
    language: Mapped[Language]
    center_id: Mapped[int | None] = mapped_column(ForeignKey("center.id"))
    """Whose matter it is; None: of nobody in particular, any center that knows the person."""
    to_call: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether, when it was sent, the person had no account to read it with: the desk says it."""
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    """When it was read, or said at the desk."""


class Call(Base):
    """One try of the desk to say to a person what waits for them, up to a message."""

    __tablename__ = "phone_call"
    __table_args__ = (Index(None, "person_id", "center_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    center_id: Mapped[int] = mapped_column(ForeignKey("center.id"))
    up_to_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    """The newest message that was on the list."""
    result: Mapped[CallResult]
    again_at: Mapped[datetime | None]
    """Before which nobody needs to try again."""
    note: Mapped[str] = mapped_column(String(100), default="")
    called_at: Mapped[datetime]
    called_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
