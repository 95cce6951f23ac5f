"""The same day some months later."""

from __future__ import annotations

from datetime import date

import pytest

from venue.people.rules import months_later


@pytest.mark.parametrize(
    ("on", "months", "later"),
    [
        (date(2026, 9, 16), 1, date(2026, 10, 16)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_on_the_last_day_that_there_is(on, months, later):
    assert months_later(on, months) == later
