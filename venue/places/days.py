"""One day of a center or a room, as people are told it: its hours, and why it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from venue.places.opening import Hours
from venue.places.rules import SATURDAY, DayKind, Layer, OpenInterval
from venue.timeline.interval import Interval, intersect, union
from venue.timeline.local_time import whole_days


class DayState(StrEnum):
    """What a day is at a glance."""

    OPEN = "open"
    DUTY = "duty"
    """A holiday on which somebody is there all the same."""
    UNATTENDED = "unattended"
    """Open, and nobody of the staff is there all day."""
    PARTLY = "partly"
    """A closure takes a part of it."""
    CLOSED = "closed"
    """A closure takes all of it."""
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the day that a closure takes, or without `interval` that all of it is closed.

    `reason` is the closure's, or the name of the holiday; None means an ordinary day of rest.
    """

    reason: str | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of a day over all layers, its gaps, and the stretches of each layer."""

    on: date
    kind: DayKind
    holiday: str | None
    hours: tuple[Interval, ...]
    gaps: tuple[Gap, ...]
    stretches: tuple[OpenInterval, ...]
    state: DayState

    @property
    def whole(self) -> Interval:
        """From midnight to midnight."""
        return whole_day(self.on)

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or Sunday that is not worked."""
        return self.on.isoweekday() >= SATURDAY and self.kind is not DayKind.MAKEUP_WORKDAY

    @property
    def is_makeup_workday(self) -> bool:
        """Whether people work on it for a holiday (调休)."""
        return self.kind is DayKind.MAKEUP_WORKDAY

    @property
    def staffed(self) -> tuple[Interval, ...]:
        """When somebody of the staff is there."""
        return tuple(
            union(one.interval for one in self.stretches if one.layer is not Layer.UNATTENDED)
        )


def by_layer(stretches: Iterable[OpenInterval]) -> dict[Layer, list[OpenInterval]]:
    """Return the stretches of a day by layer, those with staff first."""
    given = list(stretches)
    found = {layer: [one for one in given if one.layer is layer] for layer in Layer}
    return {layer: ones for layer, ones in found.items() if ones}


def unattended_rooms(hours: Hours, on: date) -> dict[int, list[OpenInterval]]:
    """Return when rooms with hours of their own are open on a day without anybody of the staff."""
    ids = sorted({rule.room_id for rule in hours.rules if rule.room_id is not None})
    found = {
        room_id: [one for one in hours.of(on, room_id) if one.layer is Layer.UNATTENDED]
        for room_id in ids
    }
    return {room_id: ones for room_id, ones in found.items() if ones}


def day_hours(hours: Hours, on: date, room_id: int | None = None) -> DayHours:
    """Return what people are told of a day of the center, or of one of its rooms."""
    whole = whole_day(on)
    stretches = tuple(hours.of(on, room_id))
    closures = [
        closure
        for closure in hours.closures
        if closure.room_id in (None, room_id) and closure.interval.overlaps(whole)
    ]
    holiday = hours.day_name(on)
    if stretches:
        gaps = tuple(
            Gap(closure.reason, part)
            for closure in closures
            for part in intersect([closure.interval], [whole])
        )
        state = DayState.PARTLY if gaps else _open_state(stretches)
    else:
        gaps = (Gap(closures[0].reason if closures else holiday),)
        state = DayState.CLOSED if closures else DayState.REST
    opened = tuple(union(stretch.interval for stretch in stretches))
    return DayHours(on, hours.kind(on), holiday, opened, gaps, stretches, state)


def days_of_year(hours: Hours, year: int, room_id: int | None = None) -> list[DayHours]:
    """Return every day of a year, for which `hours` were loaded."""
    first_on = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first_on).days
    return [
        day_hours(hours, first_on + timedelta(days=number), room_id) for number in range(length)
    ]


def _open_state(stretches: Sequence[OpenInterval]) -> DayState:
    layers = {stretch.layer for stretch in stretches}
    if layers == {Layer.UNATTENDED}:
        return DayState.UNATTENDED
    return DayState.DUTY if Layer.HOLIDAY_DUTY in layers else DayState.OPEN


def whole_day(on: date) -> Interval:
    """Return a day from midnight to midnight."""
    return whole_days(on, on)
