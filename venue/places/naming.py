"""Rows that are little more than a name, such as equipment: used when known, made when new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from venue.people.models import Neighborhood
from venue.places.models import Equipment

Named = TypeVar("Named", Equipment, Neighborhood)


def rows_named(session: Session, kind: type[Named], names: Iterable[str]) -> Sequence[Named]:
    """Return the rows with these names, making those that are missing; two at once make one."""
    wanted = sorted(set(names))
    if not wanted:
        return []
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(kind).values([{"name": name} for name in wanted]).on_conflict_do_nothing()
    )
    return session.scalars(select(kind).where(kind.name.in_(wanted))).all()
