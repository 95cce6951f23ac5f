"""The week as a table: for each room and day the hours, what stands in the way, what is on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from venue.blueprints.schedule import Event
from venue.places.days import DayHours, day_hours
from venue.places.models import Room
from venue.places.opening import Hours
from venue.places.rules import BookingMode, Category
from venue.timeline.interval import Interval, intersect, union

DAYS = 7
LOOSE_LINES = 16
DENSE_LINES = 28
"""Events above each other, summed over the rooms, that fit one A4 sheet in large and in smaller
type (measured with Chromium: 17 and 31 events of two lines)."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the occupancy bar, as fractions of the open day."""

    start: float
    end: float
    category: Category


@dataclass(frozen=True, slots=True)
class Cell:
    """One room on one day. `shown` are the events that the filter leaves."""

    room: Room
    day: DayHours
    events: tuple[Event, ...]
    shown: tuple[Event, ...]
    is_over: bool

    @property
    def is_free(self) -> bool:
        """Whether residents might still have the room for the whole of its open day."""
        return self.room.booking_mode is not BookingMode.STAFF_ONLY and not (
            self.events or self.day.gaps or self.is_over
        )

    @property
    def parts(self) -> list[Part]:
        """What the occupancy bar paints; nothing on a day without hours."""
        if not self.day.hours:
            return []
        start = self.day.hours[0].start
        length = self.day.hours[-1].end - start
        return [
            Part((part.start - start) / length, (part.end - start) / length, category)
            for category, part in self._claimed()
        ]

    @property
    def open_hours(self) -> float:
        """How many hours the room is open."""
        return _in_hours(self.day.hours)

    @property
    def claimed_hours(self) -> float:
        """How many of them are taken."""
        return _in_hours(union(part for _, part in self._claimed()))

    def _claimed(self) -> Iterable[tuple[Category, Interval]]:
        for event in self.events:
            if not event.cancelled:
                for part in intersect([event.interval], self.day.hours):
                    yield event.category or Category.HIRE, part


@dataclass(frozen=True, slots=True)
class RoomWeek:
    """A row: one room and its seven days."""

    room: Room
    cells: tuple[Cell, ...]

    @property
    def lines(self) -> int:
        """How many events stand above each other in the row's tallest cell, notes included."""
        return max(
            1,
            *(
                len(cell.day.gaps)
                + sum(2 if one.cancelled or one.moved_from_at else 1 for one in cell.shown)
                for cell in self.cells
            ),
        )

    @property
    def has_shown(self) -> bool:
        """Whether the filter leaves anything of the week."""
        return any(cell.shown for cell in self.cells)


def density(rows: Iterable[RoomWeek]) -> str:
    """Return how tightly the table must be set to fit one sheet: "", "dense" or "packed"."""
    lines = sum(row.lines for row in rows)
    return "" if lines <= LOOSE_LINES else "dense" if lines <= DENSE_LINES else "packed"


def week_of(monday: date, hours: Hours, room_id: int | None = None) -> list[DayHours]:
    """Return the seven days of a week, of the center or of one of its rooms."""
    return [day_hours(hours, monday + timedelta(days=number), room_id) for number in range(DAYS)]


def room_week(
    room: Room,
    days: Sequence[DayHours],
    events: Sequence[Event],
    category: Category | None,
    now: datetime,
) -> RoomWeek:
    """Return the row of a room; with a category only its events are shown."""
    cells = tuple(_cell(room, day, _on(day, events), category, now) for day in days)
    return RoomWeek(room, cells)


def _on(day: DayHours, events: Iterable[Event]) -> list[Event]:
    """Return the events of a day; of one that goes on over midnight, the part on this day."""
    return [
        replace(event, interval=part)
        for event in events
        for part in intersect([event.interval], [day.whole])
    ]


def _cell(
    room: Room, day: DayHours, events: Sequence[Event], category: Category | None, now: datetime
) -> Cell:
    return Cell(
        room=room,
        day=day,
        events=tuple(events),
        shown=tuple(event for event in events if category in (None, event.category)),
        is_over=not day.hours or day.hours[-1].end <= now,
    )


def _in_hours(stretches: Iterable[Interval]) -> float:
    return sum((one.length for one in stretches), timedelta()) / timedelta(hours=1)
