"""Pure rules of free time: when a room can be used, and the start that is nearest to a wish."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from venue.places.rules import OpenInterval, RoomFact
from venue.timeline.interval import Interval, subtract

STEP = timedelta(minutes=15)
"""People meet at quarters of an hour (own)."""
SHORTEST = timedelta(minutes=30)
"""Less than half an hour is not offered (own)."""


def free_stretches(
    room: RoomFact, claims: Iterable[Interval], hours: Iterable[OpenInterval]
) -> list[Interval]:
    """Return the stretches within which a room can be used, in order.

    A use that lies in one of them has no conflict with hours, closures and claims, and every other
    use has: `hours` are the room's open intervals, which closures are cut out of, and `claims` what
    holds it, both with their setting up and cleaning up.
    """
    if room.retired:
        return []
    unclaimed = subtract((stretch.interval for stretch in hours), claims)
    return [
        Interval(rest.start + room.setup, rest.end - room.cleanup)
        for rest in unclaimed
        if rest.length > room.setup + room.cleanup
    ]


def from_now_on(stretches: Iterable[Interval], now: datetime) -> list[Interval]:
    """Return what of the stretches still lies ahead, from the next quarter of an hour on.

    What begins this very minute has begun: nobody books it any more.
    """
    first = _after(now)
    return [Interval(max(one.start, first), one.end) for one in stretches if one.end > first]


def nearest_start(
    wanted: Interval, stretches: Iterable[Interval], after: datetime
) -> Interval | None:
    """Return the time of the wish's length that begins nearest to it within a stretch, if any does.

    It begins at a quarter of an hour, or at the wish's own minute, and later than `after`. Of two
    that are equally near it is the earlier one.
    """
    starts = [start for stretch in stretches for start in _starts(wanted, stretch, after)]
    if not starts:
        return None
    start = min(starts, key=lambda one: (abs(one - wanted.start), one))
    return Interval(start, start + wanted.length)


def _starts(wanted: Interval, stretch: Interval, after: datetime) -> list[datetime]:
    """Return the start in a stretch that is nearest to the wish: its own, the last or the first."""
    first, last = max(_up(stretch.start), _after(after)), stretch.end - wanted.length
    if after < wanted.start and stretch.start <= wanted.start <= last:
        return [wanted.start]
    start = first if wanted.start < first else _down(last)
    return [start] if first <= start <= last else []


def _up(at: datetime) -> datetime:
    return at + (datetime.min.replace(tzinfo=at.tzinfo) - at) % STEP


def _after(at: datetime) -> datetime:
    return _down(at) + STEP


def _down(at: datetime) -> datetime:
    return at - (at - datetime.min.replace(tzinfo=at.tzinfo)) % STEP
