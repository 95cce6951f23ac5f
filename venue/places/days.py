"""One day of a center or a room, as people are told it: its hours, and why it is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from venue.places.opening import Hours
from venue.places.rules import SATURDAY, DayKind
from venue.timeline.interval import Interval, intersect, union
from venue.timeline.local_time import day_start


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the day that a closure takes, or without `interval` that all of it is closed.

    `reason` is the closure's, or the name of the holiday; None means an ordinary day of rest.
    """

    reason: str | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of a day over all layers, and its gaps."""

    on: date
    kind: DayKind
    holiday: str | None
    hours: tuple[Interval, ...]
    gaps: tuple[Gap, ...]

    @property
    def whole(self) -> Interval:
        """From midnight to midnight."""
        return Interval(day_start(self.on), day_start(self.on + timedelta(days=1)))

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday that is not worked."""
        return self.on.isoweekday() >= SATURDAY and self.kind is not DayKind.MAKEUP_WORKDAY

    @property
    def is_makeup_workday(self) -> bool:
        """Whether people work on it for a holiday (调休)."""
        return self.kind is DayKind.MAKEUP_WORKDAY


def day_hours(hours: Hours, on: date, room_id: int | None = None) -> DayHours:
    """Return what people are told of a day of the center, or of one of its rooms."""
    whole_day = Interval(day_start(on), day_start(on + timedelta(days=1)))
    opened = tuple(union(stretch.interval for stretch in hours.of(on, room_id)))
    closures = [
        closure
        for closure in hours.closures
        if closure.room_id in (None, room_id) and closure.interval.overlaps(whole_day)
    ]
    holiday = hours.day_name(on)
    if opened:
        gaps = tuple(
            Gap(closure.reason, part)
            for closure in closures
            for part in intersect([closure.interval], [whole_day])
        )
    else:
        gaps = (Gap(closures[0].reason if closures else holiday),)
    return DayHours(on, hours.kind(on), holiday, opened, gaps)
