"""Queueing messages and marking them read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from venue.db import execute_core, table
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person


def _telling(whom: ColumnElement[bool]) -> Insert:
    return insert(table(Message)).from_select(
        ["person_id", "kind", "parameters", "language", "created_at"],
        select(
            Person.id,
            bindparam("kind", type_=Message.kind.type),
            bindparam("parameters", type_=Message.parameters.type),
            Person.language,
            bindparam("now", type_=Message.created_at.type),
        ).where(whom),
    )


_TELL = _telling(Person.id.in_(bindparam("person_ids", expanding=True)))


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
    if ids:
        values = {"person_ids": ids, "kind": kind, "parameters": parameters, "now": now}
        execute_core(session, _TELL, values)


def tell_selected(
    session: Session,
    person_ids: Select[int],
    kind: MessageKind,
    parameters: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Queue one message to everybody whose id a query finds, in one statement, however many."""
    values = {"kind": kind, "parameters": parameters, "now": now}
    execute_core(session, _telling(Person.id.in_(person_ids)), values)


def mark_read(session: Session, person_id: int, up_to_id: int, *, now: datetime) -> int:
    """Mark a person's messages up to the given one as read; return how many were not yet."""
    result = session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.id <= up_to_id, Message.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
