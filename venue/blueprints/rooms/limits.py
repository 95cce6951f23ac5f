"""What of a room's free time residents can book."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from venue.places.free_time import SHORTEST, from_now_on
from venue.reservations.rules import RoomTerms, as_long_as_allowed, wrong_time
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class FreePart:
    """A free stretch of a day, and the time that a link to it asks for; None: not from here."""

    stretch: Interval
    proposal: Interval | None


def bookable_parts(
    stretches: Iterable[Interval], terms: RoomTerms, now: datetime
) -> list[FreePart]:
    """Return what is left of the free stretches of a day, long enough to be of use."""
    return [
        FreePart(rest, _proposal(rest, terms, now))
        for rest in from_now_on(stretches, now)
        if rest.length >= SHORTEST
    ]


def _proposal(rest: Interval, terms: RoomTerms, now: datetime) -> Interval | None:
    wanted = as_long_as_allowed(terms, rest)
    return None if wrong_time(terms, wanted, now) else wanted
