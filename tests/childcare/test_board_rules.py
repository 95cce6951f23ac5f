"""Where a child of a care day is, minute by minute."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from venue.childcare.board_rules import BoardTimes, ComingFact, Place, place_of

START = datetime(2026, 9, 22, 7, 30, tzinfo=UTC)
END = START + timedelta(hours=2)
TIMES = BoardTimes(missing_after=timedelta(minutes=15), late_after=timedelta(minutes=15))
CHILD = ComingFact(START, END)
THERE = replace(CHILD, arrived_at=START)
GONE = replace(THERE, gone_at=END)
EXCUSED = replace(CHILD, absent=True)


def minutes(number, after=START):
    return after + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("fact", "now", "place"),
    [
        (CHILD, minutes(-60), Place.EXPECTED),
        (CHILD, minutes(14), Place.EXPECTED),
        (CHILD, minutes(15), Place.MISSING),
        (CHILD, minutes(500), Place.MISSING),
        (EXCUSED, minutes(15), Place.ABSENT),
        (THERE, minutes(0), Place.THERE),
        (THERE, minutes(14, END), Place.THERE),
        (THERE, minutes(15, END), Place.LATE),
        (GONE, minutes(15, END), Place.GONE),
        (replace(EXCUSED, arrived_at=START), minutes(20), Place.THERE),
    ],
)
def test_a_child_is_looked_for_in_time_and_waited_for_in_time(fact, now, place):
    assert place_of(fact, TIMES, now) is place
