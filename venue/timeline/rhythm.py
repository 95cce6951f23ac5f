"""The rhythm of a series as people say it: on which weekdays, at what time, every week or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from venue.timeline.interval import Interval
from venue.timeline.local_time import local, week_start


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When something takes place, in short; times are wall clock in Shanghai.

    `starts` and `ends` are None when they differ from date to date.
    """

    weekdays: tuple[int, ...]
    """ISO, 1 Monday to 7 Sunday, in order."""
    weekly: bool
    """Whether it comes back week after week; a holiday in between is no exception."""
    starts: time | None
    ends: time | None


def rhythm(intervals: Sequence[Interval]) -> Rhythm | None:
    """Return the rhythm of two or more dates; one date, or none, has no rhythm."""
    if len(intervals) < 2:
        return None
    starts = [local(interval.start) for interval in intervals]
    clocks = {
        (start.time(), local(interval.end).time())
        for start, interval in zip(starts, intervals, strict=True)
    }
    (opens, closes) = clocks.pop() if len(clocks) == 1 else (None, None)
    weeks = sorted({week_start(start.date()) for start in starts})
    steps = Counter((after - before).days for before, after in pairwise(weeks))
    return Rhythm(
        weekdays=tuple(sorted({start.isoweekday() for start in starts})),
        weekly=bool(steps) and steps.most_common(1)[0][0] == 7,
        starts=opens,
        ends=closes,
    )
