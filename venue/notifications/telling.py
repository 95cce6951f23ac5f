"""Queueing messages and marking them read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, bindparam, insert, not_, select, update
from sqlalchemy.orm import Session

from venue.db import execute_core, table
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.models import Person


def _telling(whom: ColumnElement[bool]) -> Insert:
    return insert(table(Message)).from_select(
        ["person_id", "kind", "parameters", "language", "center_id", "to_call", "created_at"],
        select(
            Person.id,
            bindparam("kind", type_=Message.kind.type),
            bindparam("parameters", type_=Message.parameters.type),
            Person.language,
            bindparam("center_id", type_=Message.center_id.type),
            and_(bindparam("call", type_=Message.to_call.type), not_(Person.has_account)),
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
    center_id: int | None,
    now: datetime,
) -> None:
    """Queue one message to each person, in their language, in the transaction of the act itself.

    `center_id` is whose matter it is: its desk says it to whoever has no account. None leaves it
    to all that know them.
    """
    ids = sorted(set(person_ids))
    if ids:
        values = _values(kind, parameters, center_id, now)
        execute_core(session, _TELL, {"person_ids": ids, **values})


def tell_selected(
    session: Session,
    person_ids: Select[int],
    kind: MessageKind,
    parameters: dict[str, Any],
    *,
    center_id: int | None,
    now: datetime,
) -> None:
    """Queue one message to everybody whose id a query finds, in one statement, however many."""
    values = _values(kind, parameters, center_id, now)
    execute_core(session, _telling(Person.id.in_(person_ids)), values)


def _values(
    kind: MessageKind, parameters: dict[str, Any], center_id: int | None, now: datetime
) -> dict[str, Any]:
    return {
        "kind": kind,
        "parameters": parameters,
        "center_id": center_id,
        "call": kind.is_called,
        "now": now,
    }


def settle(
    session: Session,
    person_id: int,
    kind: MessageKind,
    about: Mapping[str, int | str],
    *,
    now: datetime,
) -> None:
    """Mark as read what asked a person for something that is done, by the parameters it had."""
    found = [Message.person_id == person_id, Message.kind == kind, Message.read_at.is_(None)]
    for name, value in about.items():
        held = Message.parameters[name]
        found.append(
            held.as_integer() == value if isinstance(value, int) else held.as_string() == value
        )
    session.execute(
        update(Message)
        .where(*found)
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )


def mark_read(session: Session, person_id: int, up_to_id: int, *, now: datetime) -> int:
    """Mark a person's messages up to the given one as read; return how many were not yet."""
    result = session.execute(
        update(Message)
        .where(Message.person_id == person_id, Message.id <= up_to_id, Message.read_at.is_(None))
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
