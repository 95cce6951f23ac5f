"""The audit table; a trigger on each database refuses to change or delete a row of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from venue.audit.rules import Channel
from venue.db import Base


class AuditEntry(Base):
    """One act: `action` on `subject` (a table's name and id), with the facts worth keeping."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "subject", "subject_id"),
        Index(
            "ix_audit_entry_files_viewed",
            "at",
            sqlite_where=text("action = 'child_file.viewed'"),
            postgresql_where=text("action = 'child_file.viewed'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[Channel]
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]]
