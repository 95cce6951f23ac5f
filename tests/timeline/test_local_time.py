"""Between instants and the wall clock of Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from venue.timeline.local_time import day_start, instant, local, local_date, week_start


def test_half_past_six_in_the_evening_is_half_past_ten_in_the_morning_of_utc() -> None:
    at = instant(date(2026, 9, 22), time(18, 30))
    assert at == datetime(2026, 9, 22, 10, 30, tzinfo=UTC)
    assert at.tzinfo is UTC
    assert local(at).time() == time(18, 30)


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2026, 9, 22, 15, 59, tzinfo=UTC), date(2026, 9, 22)),
        (datetime(2026, 9, 22, 16, 0, tzinfo=UTC), date(2026, 9, 23)),
    ],
    ids=["a minute before midnight in Shanghai", "midnight in Shanghai"],
)
def test_a_day_changes_at_midnight_in_shanghai(at: datetime, on: date) -> None:
    assert local_date(at) == on


def test_a_day_begins_at_its_midnight() -> None:
    begins = day_start(date(2026, 9, 23))
    assert begins == datetime(2026, 9, 22, 16, 0, tzinfo=UTC)
    assert local_date(begins) == date(2026, 9, 23)
    assert local_date(begins - timedelta(microseconds=1)) == date(2026, 9, 22)


@pytest.mark.parametrize("day", range(21, 28))
def test_every_day_of_a_week_has_the_same_monday(day: int) -> None:
    assert week_start(date(2026, 9, day)) == date(2026, 9, 21)
