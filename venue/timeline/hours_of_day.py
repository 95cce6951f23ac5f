"""How much of each hour of the day a set of intervals fills, by the wall clock of the centers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from venue.timeline.interval import Interval
from venue.timeline.local_time import local

HOURS = 24
ONE_HOUR = timedelta(hours=1)


def minutes_by_hour(intervals: Iterable[Interval]) -> tuple[int, ...]:
    """Return for each hour of the day, 0 to 23, the minutes that the intervals fill.

    Intervals that overlap count twice: give a union. Shanghai keeps one offset all year, so an
    hour has sixty minutes on every day.
    """
    filled = [timedelta()] * HOURS
    for interval in intervals:
        at, end = local(interval.start), local(interval.end)
        while at < end:
            following = min(end, at.replace(minute=0, second=0, microsecond=0) + ONE_HOUR)
            filled[at.hour] += following - at
            at = following
    return tuple(round(one / timedelta(minutes=1)) for one in filled)
