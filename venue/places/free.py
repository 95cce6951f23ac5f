"""When on a day a room can still be used: what people look at before they choose a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from venue.places.booking import load_claims
from venue.places.days import DayHours, day_hours
from venue.places.models import Room
from venue.places.opening import load_hours
from venue.places.rules import Claim, RoomFact
from venue.timeline.interval import Interval, subtract


@dataclass(frozen=True, slots=True)
class FreeDay:
    """The hours of a room on a day, and the stretches of it that are free for use."""

    day: DayHours
    stretches: tuple[Interval, ...]


def free_day(session: Session, room: Room, on: date) -> FreeDay:
    """Return when a room is free on a day, in four queries; `find_conflicts` has the last word."""
    day = day_hours(load_hours(session, room.center_id, on, on), on, room.id)
    fact = room.fact()
    claims = load_claims(session, [room.id], [fact.held_for(day.whole)])
    return FreeDay(day, tuple(free_stretches(day.hours, fact, claims)))


def free_stretches(
    hours: Sequence[Interval], room: RoomFact, claims: Iterable[Claim]
) -> list[Interval]:
    """Return the times for which a room can be used, its setting up and cleaning up left out."""
    rest = subtract(hours, (claim.interval for claim in claims))
    margin = room.setup + room.cleanup
    return [
        Interval(one.start + room.setup, one.end - room.cleanup)
        for one in rest
        if one.length > margin
    ]
