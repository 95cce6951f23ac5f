"""Queueing messages and marking them read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import Session

from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person


def tell(
    session: Session,
    person_ids: Iterable[int],
    kind: MessageKind,
    parameters: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Queue one message to each person, in their language, in the transaction of the act itself."""
    ids = sorted(set(person_ids))
    if not ids:
        return
    columns = ["person_id", "kind", "parameters", "language", "created_at"]
    facts = select(
        Person.id,
        literal(kind, Message.kind.type),
        literal(parameters, Message.parameters.type),
        Person.language,
        literal(now, Message.created_at.type),
    ).where(Person.id.in_(ids))
    session.execute(insert(Message).from_select(columns, facts))


def mark_read(session: Session, person_id: int, up_to_id: int, *, now: datetime) -> int:
    """Mark a person's messages up to the given one as read; return how many were not yet."""
    result = session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.id <= up_to_id, Message.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
