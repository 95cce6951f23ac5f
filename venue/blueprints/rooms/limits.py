"""How far ahead and for how long residents book a room, and what of its free time that leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from venue.config import settings
from venue.places.free_time import SHORTEST, from_now_on
from venue.places.models import Room
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class Limits:
    """What a room says of itself, or else the settings."""

    advance_days: int
    longest: timedelta
    last_on: date
    """The last day for which it can be booked today."""

    @property
    def longest_minutes(self) -> int:
        """How long it can be had at a time."""
        return self.longest // timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class FreePart:
    """A free stretch of a day, and the time that a link to it asks for; None: not from here."""

    stretch: Interval
    proposal: Interval | None


def limits_of(room: Room, today: date) -> Limits:
    """Return the limits of a room."""
    days = room.advance_days or settings().room_advance_days
    minutes = room.longest_minutes or settings().room_longest_minutes
    return Limits(days, timedelta(minutes=minutes), today + timedelta(days=days))


def bookable_parts(stretches: Iterable[Interval], limits: Limits, now: datetime) -> list[FreePart]:
    """Return what is left of the free stretches of a day, long enough to be of use."""
    return [
        FreePart(rest, _proposal(rest, limits))
        for rest in from_now_on(stretches, now)
        if rest.length >= SHORTEST
    ]


def _proposal(rest: Interval, limits: Limits) -> Interval | None:
    if local_date(rest.start) > limits.last_on:
        return None
    return Interval(rest.start, min(rest.end, rest.start + limits.longest))
