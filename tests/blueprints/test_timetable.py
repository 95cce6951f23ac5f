"""A row of the week: its bar, its hours, and how tightly it is set on paper."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from venue.blueprints.rooms.timetable import Part, RoomWeek, density, room_week, week_of
from venue.blueprints.schedule import Event
from venue.places.models import Room
from venue.places.opening import Hours
from venue.places.rules import BookingMode, Category, ClosureFact, Layer, OpeningFact
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

MONDAY = date(2026, 9, 14)
NOW = instant(MONDAY, time(7))
TEN_HOURS = Hours([OpeningFact(Layer.REGULAR, "1234567", time(8), time(18))], [], {})
NEVER = Hours([], [], {})


def event(starts: str, ends: str, on: date = MONDAY, **facts: object) -> Event:
    interval = Interval(
        instant(on, time.fromisoformat(starts)), instant(on, time.fromisoformat(ends))
    )
    described = {"private": False, "title": "茶会", "category": Category.HIRE, **facts}
    return Event(interval, ("国画室",), **described)


def row(*events: Event, hours: Hours = TEN_HOURS) -> RoomWeek:
    room = Room(id=1, name="国画室", booking_mode=BookingMode.OPEN)
    return room_week(room, week_of(MONDAY, hours), events, None, NOW)


def test_the_bar_shows_what_is_taken_of_the_open_day() -> None:
    cell = row(
        event("10:00", "12:00", category=Category.COURSE),
        event("13:00", "13:30", category=None, title=None),
    ).cells[0]
    assert cell.parts == [
        Part(0.2, 0.4, Category.COURSE),
        Part(0.5, 0.55, Category.HIRE),
    ]
    assert (cell.open_hours, cell.claimed_hours) == (10, 2.5)


def test_the_bar_leaves_out_what_lies_outside_the_hours_or_is_cancelled() -> None:
    cell = row(event("07:00", "09:00"), event("14:00", "15:00", cancelled=True)).cells[0]
    assert cell.parts == [Part(0, 0.1, Category.HIRE)]
    assert cell.claimed_hours == 1


def test_two_at_once_take_the_room_once() -> None:
    cell = row(event("10:00", "12:00"), event("11:00", "12:00")).cells[0]
    assert cell.claimed_hours == 2


def test_a_day_without_hours_has_no_bar() -> None:
    cell = row(event("10:00", "12:00"), hours=NEVER).cells[0]
    assert cell.parts == []
    assert cell.open_hours == 0


def test_a_day_with_a_closure_in_it_is_not_free() -> None:
    noon = Interval(instant(MONDAY, time(12)), instant(MONDAY, time(13)))
    closed_at_noon = Hours(TEN_HOURS.rules, [ClosureFact(noon, "换灯")], {})
    assert not row(hours=closed_at_noon).cells[0].is_free
    assert row(hours=closed_at_noon).cells[1].is_free


def test_a_row_is_as_tall_as_its_fullest_day_with_notes() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert row().lines == 1
    assert row(event("10:00", "11:00"), event("10:00", "11:00", tuesday)).lines == 1
    assert row(event("10:00", "11:00"), event("12:00", "13:00")).lines == 2
    assert row(event("10:00", "11:00", cancelled=True)).lines == 2
    assert row(hours=NEVER).lines == 1


@pytest.mark.parametrize(
    ("lines", "expected"), [(1, ""), (16, ""), (17, "dense"), (28, "dense"), (29, "packed")]
)
def test_the_fuller_the_week_the_smaller_it_is_printed(lines: int, expected: str) -> None:
    assert density([row()] * lines) == expected
