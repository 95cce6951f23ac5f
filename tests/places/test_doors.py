"""Whether a center lets people in, and what people are told of one of its days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from venue.places.days import Gap, day_hours
from venue.places.doors import Open, Shut, doors
from venue.places.opening import Hours
from venue.places.rules import ClosureFact, DayKind, Layer, OpeningFact
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant

WEDNESDAY = date(2026, 9, 16)
THURSDAY = WEDNESDAY + timedelta(days=1)
SATURDAY = WEDNESDAY + timedelta(days=3)
ROOM = 7

WORKDAYS = OpeningFact(Layer.REGULAR, "12345", time(8, 30), time(17))
EVENINGS = OpeningFact(Layer.EXTENDED, "12345", time(17), time(21))
NIGHTS = OpeningFact(Layer.UNATTENDED, "1234567", time(0), time(0))
EARLY = OpeningFact(Layer.UNATTENDED, "12345", time(6), time(12))


def at(clock: str, on: date = WEDNESDAY) -> datetime:
    return instant(on, time.fromisoformat(clock))


def closure(start: datetime, end: datetime, room_id: int | None = None) -> ClosureFact:
    return ClosureFact(Interval(start, end), "管道维修", room_id)


def hours(
    *rules: OpeningFact,
    closures: tuple[ClosureFact, ...] = (),
    days: dict[date, tuple[DayKind, str]] | None = None,
) -> Hours:
    return Hours(rules, closures, days or {})


ALL_WEDNESDAY = closure(day_start(WEDNESDAY), day_start(THURSDAY))

CASES = {
    "in the morning it is open until the last layer ends": (
        hours(WORKDAYS, EVENINGS),
        at("10:00"),
        Open(at("21:00"), unattended=False, staffed_at=None),
    ),
    "before opening it says when": (
        hours(WORKDAYS),
        at("07:00"),
        Shut(at("08:30"), closure=None),
    ),
    "after closing it opens tomorrow": (
        hours(WORKDAYS),
        at("17:00"),
        Shut(at("08:30", THURSDAY), closure=None),
    ),
    "on Saturday it opens on Monday": (
        hours(WORKDAYS),
        at("10:00", SATURDAY),
        Shut(at("08:30", SATURDAY + timedelta(days=2)), closure=None),
    ),
    "without rules nobody knows when": (hours(), at("10:00"), Shut(None, closure=None)),
    "a closure says why": (
        hours(WORKDAYS, closures=(ALL_WEDNESDAY,)),
        at("10:00"),
        Shut(at("08:30", THURSDAY), closure=ALL_WEDNESDAY),
    ),
    "a closure in the middle of the day ends with it": (
        hours(WORKDAYS, closures=(noon := closure(at("12:00"), at("13:00")),)),
        at("12:30"),
        Shut(at("13:00"), closure=noon),
    ),
    "a closure to come limits how long": (
        hours(WORKDAYS, closures=(closure(at("12:00"), at("13:00")),)),
        at("10:00"),
        Open(at("12:00"), unattended=False, staffed_at=None),
    ),
    "a closure that is over, to come or of a room is no reason to be closed": (
        hours(
            WORKDAYS,
            closures=(
                closure(at("12:00"), at("13:00")),
                closure(at("09:00", THURSDAY), at("13:00", THURSDAY)),
                closure(at("16:00"), at("23:00"), ROOM),
            ),
        ),
        at("20:00"),
        Shut(at("08:30", THURSDAY), closure=None),
    ),
    "the closure of a room does not close the house": (
        hours(WORKDAYS, closures=(closure(at("09:00"), at("13:00"), ROOM),)),
        at("10:00"),
        Open(at("17:00"), unattended=False, staffed_at=None),
    ),
    "with staff it counts as staffed, whatever lies around": (
        hours(EARLY, WORKDAYS),
        at("10:00"),
        Open(at("17:00"), unattended=False, staffed_at=None),
    ),
    "without staff it says when they come": (
        hours(EARLY, WORKDAYS),
        at("07:00"),
        Open(at("17:00"), unattended=True, staffed_at=at("08:30")),
    ),
    "on a holiday it opens when the holiday is over": (
        hours(
            WORKDAYS,
            days=dict.fromkeys((WEDNESDAY, THURSDAY), (DayKind.HOLIDAY, "中秋节")),
        ),
        at("10:00"),
        Shut(at("08:30", THURSDAY + timedelta(days=1)), closure=None),
    ),
}


@pytest.mark.parametrize(("of", "now", "expected"), CASES.values(), ids=CASES)
def test_the_doors(of: Hours, now: datetime, expected: Open | Shut) -> None:
    assert doors(of, now) == expected


def test_a_house_that_never_closes_is_open_for_as_long_as_is_known() -> None:
    found = doors(hours(NIGHTS), at("23:00"))
    assert isinstance(found, Open)
    assert found.unattended
    assert found.staffed_at is None
    assert found.last_on - WEDNESDAY > timedelta(days=30)


def test_closing_at_midnight_is_still_the_same_day() -> None:
    late = OpeningFact(Layer.EXTENDED, "3", time(17), time(0))
    found = doors(hours(late), at("20:00"))
    assert isinstance(found, Open)
    assert found.until == day_start(THURSDAY)
    assert found.last_on == WEDNESDAY


# ---- A day -----------------------------------------------------------------------------------


def test_a_day_joins_its_layers() -> None:
    day = day_hours(hours(WORKDAYS, EVENINGS), WEDNESDAY)
    assert day.hours == (Interval(at("08:30"), at("21:00")),)
    assert day.gaps == ()


def test_a_day_without_hours_is_a_day_of_rest() -> None:
    day = day_hours(hours(WORKDAYS), SATURDAY)
    assert (day.hours, day.gaps) == ((), (Gap(None),))


def test_the_closure_of_another_day_is_not_the_reason() -> None:
    day = day_hours(hours(WORKDAYS, closures=(ALL_WEDNESDAY,)), SATURDAY)
    assert day.gaps == (Gap(None),)


def test_a_room_has_its_own_hours() -> None:
    evenings = OpeningFact(Layer.REGULAR, "3", time(17), time(22), room_id=ROOM)
    day = day_hours(hours(WORKDAYS, evenings), WEDNESDAY, ROOM)
    assert day.hours == (Interval(at("17:00"), at("22:00")),)


def test_a_holiday_is_the_reason_of_its_rest() -> None:
    day = day_hours(hours(WORKDAYS, days={WEDNESDAY: (DayKind.HOLIDAY, "中秋节")}), WEDNESDAY)
    assert (day.holiday, day.gaps) == ("中秋节", (Gap("中秋节"),))


def test_a_closure_is_the_reason_before_the_holiday() -> None:
    day = day_hours(
        hours(WORKDAYS, closures=(ALL_WEDNESDAY,), days={WEDNESDAY: (DayKind.HOLIDAY, "中秋节")}),
        WEDNESDAY,
    )
    assert day.gaps == (Gap("管道维修"),)


def test_a_closure_over_night_is_a_gap_of_both_days() -> None:
    over_night = closure(at("16:00"), at("10:00", THURSDAY))
    of = hours(WORKDAYS, closures=(over_night,))
    assert day_hours(of, WEDNESDAY).gaps == (
        Gap("管道维修", Interval(at("16:00"), day_start(THURSDAY))),
    )
    assert day_hours(of, THURSDAY).gaps == (
        Gap("管道维修", Interval(day_start(THURSDAY), at("10:00", THURSDAY))),
    )
    assert day_hours(of, THURSDAY).hours == (
        Interval(at("10:00", THURSDAY), at("17:00", THURSDAY)),
    )


def test_the_closure_of_a_room_is_a_gap_of_that_room_alone() -> None:
    of = hours(WORKDAYS, closures=(closure(at("12:00"), at("13:00"), ROOM),))
    assert len(day_hours(of, WEDNESDAY, ROOM).gaps) == 1
    assert day_hours(of, WEDNESDAY, ROOM + 1).gaps == ()
    assert day_hours(of, WEDNESDAY).gaps == ()


@pytest.mark.parametrize(
    ("on", "kind", "is_weekend"),
    [
        (WEDNESDAY, DayKind.ORDINARY, False),
        (SATURDAY, DayKind.ORDINARY, True),
        (SATURDAY, DayKind.HOLIDAY, True),
        (SATURDAY, DayKind.MAKEUP_WORKDAY, False),
        (SATURDAY + timedelta(days=1), DayKind.ORDINARY, True),
    ],
)
def test_a_weekend_is_what_is_not_worked(on: date, kind: DayKind, is_weekend) -> None:
    assert day_hours(hours(days={on: (kind, "")}), on).is_weekend is is_weekend
