"""Which dates a weekly pattern falls on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.timeline.recurrence import LONGEST_SERIES, WeeklyPattern

TUESDAY = date(2026, 9, 22)
TUE, SAT = 2, 6


def dates(*days: str) -> list[date]:
    return [date.fromisoformat(f"2026-{day}") for day in days]


PATTERNS = {
    "twelve Tuesdays begin today": (
        WeeklyPattern(TUESDAY, frozenset({TUE}), count=12),
        [TUESDAY + timedelta(weeks=week) for week in range(12)],
    ),
    "the first Tuesday after a Wednesday": (
        WeeklyPattern(date(2026, 9, 23), frozenset({TUE}), count=2),
        dates("09-29", "10-06"),
    ),
    "two days a week, in order": (
        WeeklyPattern(TUESDAY, frozenset({SAT, TUE}), count=4),
        dates("09-22", "09-26", "09-29", "10-03"),
    ),
    "it may begin in the middle of its week": (
        WeeklyPattern(date(2026, 9, 24), frozenset({TUE, SAT}), count=3),
        dates("09-26", "09-29", "10-03"),
    ),
    "every other week": (
        WeeklyPattern(TUESDAY, frozenset({TUE}), every_weeks=2, count=3),
        dates("09-22", "10-06", "10-20"),
    ),
    "every other week counts from the week it begins in": (
        WeeklyPattern(date(2026, 9, 24), frozenset({TUE}), every_weeks=2, count=2),
        dates("10-06", "10-20"),
    ),
    "the last day is included": (
        WeeklyPattern(TUESDAY, frozenset({TUE}), until_on=date(2026, 10, 6)),
        dates("09-22", "09-29", "10-06"),
    ),
    "the day before its next date": (
        WeeklyPattern(TUESDAY, frozenset({TUE}), until_on=date(2026, 10, 5)),
        dates("09-22", "09-29"),
    ),
    "it ends before its first date": (
        WeeklyPattern(date(2026, 9, 23), frozenset({TUE}), until_on=date(2026, 9, 25)),
        [],
    ),
    "it ends before it begins": (
        WeeklyPattern(TUESDAY, frozenset({TUE}), until_on=date(2026, 9, 1)),
        [],
    ),
    "over the turn of the year": (
        WeeklyPattern(date(2026, 12, 29), frozenset({TUE}), count=2),
        [date(2026, 12, 29), date(2027, 1, 5)],
    ),
}


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_falls_on_its_dates(pattern: WeeklyPattern, expected: list[date]) -> None:
    assert pattern.dates() == expected


NOT_PATTERNS = {
    "no weekday": ({"weekdays": frozenset()}, "weekdays"),
    "a weekday that no week has": ({"weekdays": frozenset({0, 1})}, "weekdays"),
    "every zero weeks": ({"every_weeks": 0}, "every one or more"),
    "two ends": ({"until_on": TUESDAY}, "by count or by date"),
    "no end": ({"count": None}, "by count or by date"),
    "no dates": ({"count": 0}, "1 to 400 dates"),
    "more dates than a series has": ({"count": LONGEST_SERIES + 1}, "1 to 400 dates"),
}


@pytest.mark.parametrize(("change", "reason"), NOT_PATTERNS.values(), ids=NOT_PATTERNS)
def test_what_no_series_can_have_is_refused(change: dict[str, object], reason: str) -> None:
    facts = {"starts_on": TUESDAY, "weekdays": frozenset({TUE}), "count": 12, **change}
    with pytest.raises(ValueError, match=reason):
        WeeklyPattern(**facts)


def test_a_far_end_gives_no_more_dates_than_the_longest_series() -> None:
    endless = WeeklyPattern(TUESDAY, frozenset(range(1, 8)), until_on=date(2999, 1, 1))
    assert len(endless.dates()) == LONGEST_SERIES


@given(
    starts_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1),
    every_weeks=st.integers(1, 5),
    days=st.integers(0, 200),
)
def test_a_day_by_day_search_finds_the_same_dates(
    starts_on: date, weekdays: frozenset[int], every_weeks: int, days: int
) -> None:
    until_on = starts_on + timedelta(days=days)
    first_monday = starts_on - timedelta(days=starts_on.isoweekday() - 1)
    every_day = [starts_on + timedelta(days=day) for day in range(days + 1)]
    expected = [
        on
        for on in every_day
        if on.isoweekday() in weekdays and (on - first_monday).days // 7 % every_weeks == 0
    ]
    pattern = WeeklyPattern(starts_on, weekdays, every_weeks, until_on=until_on)
    assert pattern.dates() == expected
    if expected:
        counted = WeeklyPattern(starts_on, weekdays, every_weeks, count=len(expected))
        assert counted.dates() == expected
