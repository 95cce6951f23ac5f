"""Half-open intervals of instants, [start, end), and the set algebra on lists of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """The instants from `start` up to, but not including, `end`; both aware.

    Raises ValueError when `end` is not after `start`: an empty interval has no meaning here.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"an interval ends after it starts: {self.start} – {self.end}")

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Tell whether the two share an instant; back to back they do not."""
        return self.start < other.end and other.start < self.end

    def holds(self, at: datetime) -> bool:
        """Tell whether the instant `at` lies inside."""
        return self.start <= at < self.end

    def encloses(self, other: Interval) -> bool:
        """Tell whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the same instants as sorted intervals that neither overlap nor touch."""
    merged: list[Interval] = []
    for interval in sorted(intervals):
        if merged and interval.start <= merged[-1].end:
            last = merged[-1]
            merged[-1] = Interval(last.start, max(last.end, interval.end))
        else:
            merged.append(interval)
    return merged


def subtract(intervals: Iterable[Interval], holes: Iterable[Interval]) -> list[Interval]:
    """Return the instants of `intervals` that lie in none of `holes`, as a union."""
    rest: list[Interval] = []
    cuts = union(holes)
    for interval in union(intervals):
        start = interval.start
        for cut in cuts:
            if cut.end <= start or cut.start >= interval.end:
                continue
            if cut.start > start:
                rest.append(Interval(start, cut.start))
            start = max(start, cut.end)
        if start < interval.end:
            rest.append(Interval(start, interval.end))
    return rest


def intersect(intervals: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """Return the instants that lie in both, as a union; one pass over each."""
    ours, theirs = union(intervals), union(others)
    found: list[Interval] = []
    one = two = 0
    while one < len(ours) and two < len(theirs):
        if ours[one].overlaps(theirs[two]):
            start = max(ours[one].start, theirs[two].start)
            found.append(Interval(start, min(ours[one].end, theirs[two].end)))
        if ours[one].end < theirs[two].end:
            one += 1
        else:
            two += 1
    return found


def encloses(intervals: Iterable[Interval], wanted: Interval) -> bool:
    """Tell whether every instant of `wanted` lies in `intervals` taken together."""
    return any(interval.encloses(wanted) for interval in union(intervals))
