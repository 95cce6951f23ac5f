"""The pure rules of care days: deadlines, weekdays, whole weeks, grades."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from venue.childcare.care_days import (
    CareDayFact,
    CareFact,
    ChildFact,
    GradeUnknown,
    IncompleteWeek,
    TooLate,
    WrongGrade,
    by_weekday,
    change_until,
    child_refusals,
    incomplete_weeks,
    late_refusals,
    weeks_of,
)
from venue.people.rules import grade_on
from venue.timeline.local_time import instant

MONDAY = date(2026, 9, 21)
CARE = CareFact(
    min_grade=1,
    max_grade=6,
    whole_weeks=False,
    change_days=1,
    change_time=time(16),
    price_fen=3000,
    meal_fen=1500,
    nap_fen=None,
)


def day(number: int, *, cancelled: bool = False) -> CareDayFact:
    starts_at = instant(MONDAY + timedelta(days=number), time(15, 30))
    return CareDayFact(number, starts_at, starts_at + timedelta(hours=2), cancelled)


TWO_WEEKS = [day(number) for number in (*range(5), *range(7, 12))]


def at(number: int, hour: int, minute: int = 0):
    return instant(MONDAY + timedelta(days=number), time(hour, minute))


@pytest.mark.parametrize(
    ("change_days", "change_time", "until"),
    [
        (1, time(16), at(1, 16)),
        (0, time(9), at(2, 9)),
        (3, time(16), at(-1, 16)),
        # Never later than the day itself begins.
        (0, time(18), at(2, 15, 30)),
    ],
)
def test_a_day_changes_until_a_set_time_of_a_day_before(change_days, change_time, until):
    care = CareFact(1, 6, False, change_days, change_time, 0, None, None)
    assert change_until(day(2).starts_at, care) == until
    assert late_refusals(care, day(2), until) == [TooLate(until)]
    assert late_refusals(care, day(2), until - timedelta(minutes=1)) == []


@pytest.mark.parametrize(
    ("on", "grade"),
    [
        (date(2026, 9, 1), 3),
        (date(2027, 8, 31), 3),
        (date(2027, 9, 1), 4),
        (date(2026, 8, 31), 2),
        (date(2030, 9, 1), 7),
    ],
)
def test_a_grade_moves_on_with_the_first_of_september(on, grade):
    assert grade_on(on, 3, 2026) == grade
    assert grade_on(on, None, None) is None


@pytest.mark.parametrize(
    ("child", "refused"),
    [
        (ChildFact(1, 2026), []),
        (ChildFact(6, 2026), []),
        (ChildFact(7, 2026), [WrongGrade(1, 6, 7)]),
        (ChildFact(6, 2025), [WrongGrade(1, 6, 7)]),
        (ChildFact(1, 2027), [WrongGrade(1, 6, 0)]),
        (ChildFact(None, None), [GradeUnknown()]),
    ],
)
def test_care_is_for_its_grades(child, refused):
    assert child_refusals(CARE, child, MONDAY) == refused


def test_every_tuesday_and_thursday_leaves_out_what_is_called_off():
    days = [*TWO_WEEKS[:8], day(10, cancelled=True), TWO_WEEKS[9]]
    assert [one.session_id for one in by_weekday(days, {2, 4})] == [1, 3, 8]


def test_weeks_begin_on_monday():
    assert [(monday, len(week)) for monday, week in weeks_of(TWO_WEEKS).items()] == [
        (MONDAY, 5),
        (MONDAY + timedelta(days=7), 5),
    ]


@pytest.mark.parametrize(
    ("chosen", "held", "closed", "broken"),
    [
        ({0, 1, 2, 3, 4}, set(), set(), set()),
        ({0, 1, 2, 3}, set(), set(), {0, 1, 2, 3}),
        # What the child has already, and what nobody can book any more, need not be chosen.
        ({0, 1, 2, 3}, {4}, set(), set()),
        ({1, 2, 3, 4}, set(), {0}, set()),
        ({0, 1, 2, 3, 4, 8}, set(), set(), {8}),
    ],
)
def test_a_week_is_whole_or_not_chosen(chosen, held, closed, broken):
    open_ = {one.session_id: one.session_id not in closed for one in TWO_WEEKS}
    found = incomplete_weeks(chosen, held, TWO_WEEKS, open_)
    assert set(found) == broken
    assert all(isinstance(one, IncompleteWeek) for one in found.values())
