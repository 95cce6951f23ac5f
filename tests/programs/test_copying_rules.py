"""Where a copy of a program begins, and when one may enroll in it: pure rules."""

from __future__ import annotations

from datetime import date, time

import pytest

from venue.programs.rules import same_distance, same_weekday
from venue.timeline.local_time import instant

AUTUMN, SPRING = date(2026, 9, 1), date(2027, 3, 1)  # a Tuesday, a Monday
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("what", "old_on", "old_term_on", "new_term_on", "today", "expected"),
    [
        ("the first week stays the first", date(2026, 9, 1), AUTUMN, SPRING, TODAY, (2027, 3, 2)),
        ("the fourth stays the fourth", date(2026, 9, 22), AUTUMN, SPRING, TODAY, (2027, 3, 23)),
        ("a Sunday stays a Sunday", date(2026, 9, 6), AUTUMN, SPRING, TODAY, (2027, 3, 7)),
        ("without an old term", date(2026, 9, 22), None, SPRING, TODAY, (2027, 3, 2)),
        ("begun before its term", date(2026, 8, 25), AUTUMN, SPRING, TODAY, (2027, 3, 2)),
        (
            "not before the new term",
            date(2026, 9, 1),
            AUTUMN,
            date(2027, 3, 4),
            TODAY,
            (2027, 3, 9),
        ),
        ("not today", date(2026, 9, 3), AUTUMN, AUTUMN, date(2026, 9, 3), (2026, 9, 10)),
        ("not in the past", date(2026, 9, 3), AUTUMN, AUTUMN, TODAY, (2026, 12, 3)),
    ],
)
def test_a_copy_begins_on_the_same_weekday_as_far_into_the_term(
    what, old_on, old_term_on, new_term_on, today, expected
):
    found = same_weekday(old_on, old_term_on, new_term_on, today)
    assert found == date(*expected), what
    assert found.weekday() == old_on.weekday()


OLD, NEW = date(2026, 9, 22), date(2027, 3, 23)
NOW = instant(TODAY, time(12))


@pytest.mark.parametrize(
    ("at", "new_on", "expected"),
    [
        (None, NEW, None),
        (instant(date(2026, 9, 10), time(9)), NEW, instant(date(2027, 3, 11), time(9))),
        (instant(date(2026, 10, 1), time(18)), NEW, instant(date(2027, 4, 1), time(18))),
        # As long before as this, it would have been yesterday.
        (instant(date(2026, 9, 10), time(9)), date(2026, 12, 7), None),
    ],
)
def test_a_window_lies_as_far_from_the_first_day_as_before(at, new_on, expected):
    assert same_distance(at, OLD, new_on, NOW) == expected
