"""What the acts of the races are given, and what they leave."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import func, select

from venue import clock
from venue.audit.rules import SYSTEM, Actor, Channel

Description = TypeVar("Description")


def by_us() -> dict[str, Any]:
    """Return who acts, and when: the system itself, now."""
    return {"actor": SYSTEM, "now": clock.now()}


def by(person) -> dict[str, Any]:
    """Return who acts, and when: this person, now."""
    return {"actor": Actor(person.id, Channel.ONLINE), "now": clock.now()}


def described(row, kind: type[Description]) -> Description:
    """Return what a form would say of a row that nobody has changed."""
    return kind(**{name: getattr(row, name) for name in kind.__dataclass_fields__})


def count(session, model, *criteria) -> int:
    """Count the rows there are by now; what was read before is a snapshot."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(model).where(*criteria))
