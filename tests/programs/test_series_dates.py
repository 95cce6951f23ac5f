"""Which dates a weekly pattern falls on, and which of them a series leaves out."""

from __future__ import annotations

from datetime import date, timedelta
from types import MappingProxyType

import chinese_calendar
import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from venue.places.rules import DayKind
from venue.programs.rules import PLANNED_AHEAD, Candidate, DaysFollowed, LeftOut, candidates
from venue.timeline.recurrence import LONGEST_SERIES, WeeklyPattern

TUESDAY = date(2026, 9, 22)
TUE, SAT = 2, 6


def dates(*days: str) -> list[date]:
    return [date.fromisoformat(f"2026-{day}") for day in days]


def dates_of(pattern, follows=DaysFollowed.ALL, kinds=MappingProxyType({}), taught=frozenset()):
    last_on = pattern.starts_on + PLANNED_AHEAD
    return candidates(pattern, follows, kinds, taught, last_on)


def kept(found):
    return [one.on for one in found if one.left_out is None]


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
    assert kept(dates_of(pattern)) == expected


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
    assert len(dates_of(endless)) == LONGEST_SERIES


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
    assert kept(dates_of(pattern)) == expected
    if expected:
        counted = WeeklyPattern(starts_on, weekdays, every_weeks, count=len(expected))
        assert kept(dates_of(counted)) == expected


KINDS = {
    on: kind
    for kind, days in (
        (DayKind.HOLIDAY, constants.holidays),
        (DayKind.MAKEUP_WORKDAY, constants.workdays),
    )
    for on in days
    if on.year in (2025, 2026)
}
"""The official days of two years: 2026 has six make-up workdays."""
WORKING_DAYS = frozenset({1, 2, 3, 4, 5})


def test_night_classes_leave_holidays_out_and_do_not_mind_make_up_workdays() -> None:
    pattern = WeeklyPattern(date(2026, 9, 24), frozenset({4, 6}), count=3)
    assert dates_of(pattern, DaysFollowed.ORDINARY, KINDS) == [
        Candidate(date(2026, 9, 24)),
        Candidate(date(2026, 9, 26), LeftOut.HOLIDAY),
        Candidate(date(2026, 10, 1), LeftOut.HOLIDAY),
        Candidate(date(2026, 10, 3), LeftOut.HOLIDAY),
        Candidate(date(2026, 10, 8)),
        Candidate(date(2026, 10, 10)),
    ]


def test_a_series_on_every_working_day_takes_make_up_workdays_in() -> None:
    pattern = WeeklyPattern(date(2026, 9, 18), WORKING_DAYS, until_on=date(2026, 9, 22))
    assert kept(dates_of(pattern, DaysFollowed.WORKING, KINDS)) == dates(
        "09-18", "09-20", "09-21", "09-22"
    )


def test_to_a_series_on_some_weekdays_a_make_up_workday_is_offered() -> None:
    pattern = WeeklyPattern(date(2026, 9, 18), frozenset({1, 5}), count=2)
    assert dates_of(pattern, DaysFollowed.WORKING, KINDS) == [
        Candidate(date(2026, 9, 18)),
        Candidate(date(2026, 9, 20), LeftOut.OFFERED),
        Candidate(date(2026, 9, 21)),
    ]


def test_care_follows_the_days_on_which_schools_teach() -> None:
    taught = frozenset(dates("09-18", "09-20", "09-22"))
    pattern = WeeklyPattern(date(2026, 9, 18), WORKING_DAYS, count=3)
    assert dates_of(pattern, DaysFollowed.SCHOOL, KINDS, taught)[:4] == [
        Candidate(date(2026, 9, 18)),
        Candidate(date(2026, 9, 20)),
        Candidate(date(2026, 9, 21), LeftOut.NO_SCHOOL),
        Candidate(date(2026, 9, 22)),
    ]


def test_a_pattern_that_keeps_no_date_ends_all_the_same() -> None:
    pattern = WeeklyPattern(TUESDAY, frozenset({TUE}), count=12)
    found = dates_of(pattern, DaysFollowed.SCHOOL, KINDS)
    assert kept(found) == []
    assert found[-1].on <= TUESDAY + PLANNED_AHEAD


def model(pattern, follows, taught, last_on):
    """Go through the days one by one, and ask the official calendar itself about each."""
    monday = pattern.starts_on - timedelta(days=pattern.starts_on.isoweekday() - 1)
    comes = []
    on = pattern.starts_on
    while on <= min(last_on, pattern.until_on or last_on):
        in_week = (on - monday).days // 7 % pattern.every_weeks == 0
        listed = on.isoweekday() in pattern.weekdays
        whole_week = pattern.weekdays >= WORKING_DAYS
        weekend = on.isoweekday() > 5
        works = chinese_calendar.is_workday(on)
        if follows is DaysFollowed.ALL:
            takes = listed
        elif follows is DaysFollowed.ORDINARY:
            takes = listed and KINDS.get(on) is not DayKind.HOLIDAY
        elif follows is DaysFollowed.WORKING:
            takes = works and (listed or (weekend and whole_week))
        else:
            takes = on in taught and (listed or (weekend and whole_week))
        if in_week and takes:
            comes.append(on)
        on += timedelta(days=1)
    return comes[: pattern.count or LONGEST_SERIES]


@given(
    starts_on=st.dates(date(2025, 1, 1), date(2026, 12, 31)),
    weekdays=st.frozensets(st.integers(1, 7), min_size=1)
    | st.just(WORKING_DAYS)
    | st.just(WORKING_DAYS | {6}),
    every_weeks=st.integers(1, 4),
    count=st.none() | st.integers(1, LONGEST_SERIES),
    days=st.integers(0, 730),
    follows=st.sampled_from(DaysFollowed),
    untaught=st.sets(st.integers(0, 729), max_size=40),
)
def test_a_series_comes_on_the_days_that_a_search_of_two_years_finds(
    starts_on, weekdays, every_weeks, count, days, follows, untaught
) -> None:
    last_on = date(2026, 12, 31)
    first = date(2025, 1, 1)
    taught = {
        on
        for day in range(730)
        if chinese_calendar.is_workday(on := first + timedelta(days=day)) and day not in untaught
    }
    until_on = None if count else starts_on + timedelta(days=days)
    pattern = WeeklyPattern(starts_on, weekdays, every_weeks, count, until_on)

    found = candidates(pattern, follows, KINDS, taught, last_on)

    assert kept(found) == model(pattern, follows, taught, last_on)
    # Nothing is skipped silently: every other date of the pattern is there, and says why.
    seen = {one.on for one in found}
    for day in pattern.days_until(found[-1].on if found else starts_on):
        assert day in seen or not pattern.falls_on(day)
