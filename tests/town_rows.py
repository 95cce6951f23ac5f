"""The rows of the town, kept once for each kind of database: to write them again is quick.

Objects one by one, with a flush after each, took a third of the time of most tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from venue.db import Base

Key = tuple[str, datetime]
"""The dialect, and the time at which the town was made."""


@dataclass(frozen=True)
class Kept:
    """All rows that one making of the town has written, and which of them are known by name."""

    rows: list[tuple[Table, list[dict[str, Any]]]]
    named: dict[str, tuple[type[Base], Any]]


_kept: dict[Key, Kept] = {}


def key_of(session: Session, now: datetime) -> Key:
    return session.get_bind().dialect.name, now


def kept(key: Key) -> Kept | None:
    """Return what was kept of a town made before, None the first time."""
    return _kept.get(key)


def is_empty(session: Session) -> bool:
    """Tell whether nobody has written anything that the town has, too."""
    tables = [Base.metadata.tables[name] for name in ("person", "district", "neighborhood")]
    return not any(session.scalar(select(select(one).exists())) for one in tables)


def keep(session: Session, key: Key, named: dict[str, Base]) -> None:
    """Read back everything that a town made in an empty database has written."""
    rows = []
    for table in Base.metadata.sorted_tables:
        found = [dict(row) for row in session.execute(select(table)).mappings()]
        if found:
            rows.append((table, found))
    _kept[key] = Kept(rows, {name: (type(one), one.id) for name, one in named.items()})


def write(session: Session, town: Kept) -> dict[str, Base]:
    """Write the rows of a town with the ids they had, and return those known by name."""
    for table, rows in town.rows:
        session.connection().execute(insert(table), rows)
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(select(*map(_next_id, _numbered(town))))
    ids: dict[type[Base], set[Any]] = {}
    for kind, id_ in town.named.values():
        ids.setdefault(kind, set()).add(id_)
    found = {
        (kind, one.id): one
        for kind, wanted in ids.items()
        for one in session.scalars(select(kind).where(kind.id.in_(wanted)))
    }
    return {name: found[key] for name, key in town.named.items()}


def _numbered(town: Kept) -> list[tuple[Table, int]]:
    """Return the tables whose ids the database gives out, with the highest one given."""
    return [
        (table, max(row["id"] for row in rows))
        for table, rows in town.rows
        if "id" in table.c and table.c.id.autoincrement
    ]


def _next_id(numbered: tuple[Table, int]) -> Any:
    table, highest = numbered
    return func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)
