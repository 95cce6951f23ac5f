"""Changing when a center is open: the rules of its layers, and closures."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.models import Closure, OpeningRule
from venue.places.rules import Layer, OpeningFact
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class OpeningDescription:
    """What is said of one layer of hours, with the columns' names and meaning."""

    room_id: int | None
    layer: Layer
    weekdays: str
    opens_time: time
    closes_time: time
    valid_from_on: date | None
    valid_until_on: date | None
    phone: str | None = None

    def fact(self) -> OpeningFact:
        """Return what the rules would know of it, to see its effect before it is saved."""
        return OpeningRule(**asdict(self)).fact()


def add_opening(
    session: Session,
    center_id: int,
    description: OpeningDescription,
    *,
    actor: Actor,
    now: datetime,
) -> OpeningRule:
    """Add a layer of hours to a center or to one room of it."""
    rule = OpeningRule(center_id=center_id, **asdict(description))
    session.add(rule)
    session.flush()
    _record(session, rule, "added", actor=actor, now=now)
    return rule


def change_opening(
    session: Session, rule_id: int, description: OpeningDescription, *, actor: Actor, now: datetime
) -> None:
    """Change a layer of hours; sessions that are now outside hours stay where they are."""
    rule = session.get_one(OpeningRule, rule_id)
    if change(rule, asdict(description)):
        _record(session, rule, "changed", actor=actor, now=now)


def remove_opening(session: Session, rule_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a layer of hours; one that is gone already stays gone."""
    rule = session.get(OpeningRule, rule_id)
    if rule is not None:
        _record(session, rule, "removed", actor=actor, now=now)
        session.delete(rule)


def close(
    session: Session,
    center_id: int,
    room_id: int | None,
    interval: Interval,
    reason: str,
    *,
    actor: Actor,
    now: datetime,
) -> Closure:
    """Close the center, or one room of it, for a time.

    What takes place in that time stays booked: whoever closes has seen the list of it.
    """
    closure = Closure(
        center_id=center_id,
        room_id=room_id,
        starts_at=interval.start,
        ends_at=interval.end,
        reason=reason,
    )
    session.add(closure)
    session.flush()
    record(
        session,
        actor,
        "closure.created",
        ("closure", closure.id),
        at=now,
        facts={"center_id": center_id, "room_id": room_id},
    )
    return closure


def end_closure(session: Session, closure_id: int, *, actor: Actor, now: datetime) -> None:
    """Open again: a closure that has begun ends now, one that has not is taken back.

    One that is over, or gone, stays as it is.
    """
    closure = session.get(Closure, closure_id, with_for_update=True)
    if closure is None or closure.ends_at <= now:
        return
    record(session, actor, "closure.ended", ("closure", closure.id), at=now)
    if closure.starts_at < now:
        closure.ends_at = now
    else:
        session.delete(closure)


def _record(session: Session, rule: OpeningRule, what: str, *, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor,
        "opening.changed",
        ("opening_rule", rule.id),
        at=now,
        facts={"center_id": rule.center_id, "what": what},
    )
