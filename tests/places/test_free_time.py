"""When a room can be used, in agreement with `conflicts`; and the start nearest to a wish."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.places.free_time import free_stretches, from_now_on, nearest_start
from venue.places.rules import Claim, Layer, OpenInterval, RoomFact, conflicts
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local

DAY = date(2026, 9, 17)
HALL = RoomFact(1, 80)
PREPARED = replace(HALL, setup=timedelta(minutes=15), cleanup=timedelta(minutes=30))


def span(text: str) -> Interval:
    """Read 08:30-17:00."""
    start, end = (instant(DAY, time.fromisoformat(part)) for part in text.split("-"))
    return Interval(start, end)


def opened(*spans: str) -> list[OpenInterval]:
    return [OpenInterval(span(text), Layer.REGULAR) for text in spans]


def written(stretches: list[Interval]) -> list[str]:
    return [f"{local(one.start):%H:%M}-{local(one.end):%H:%M}" for one in stretches]


@pytest.mark.parametrize(
    ("room", "claims", "hours", "free"),
    [
        (HALL, [], ["08:30-17:00"], ["08:30-17:00"]),
        (HALL, ["10:00-11:00"], ["08:30-17:00"], ["08:30-10:00", "11:00-17:00"]),
        (HALL, ["10:00-11:00"], ["08:30-10:30", "10:30-17:00"], ["08:30-10:00", "11:00-17:00"]),
        (HALL, ["08:00-18:00"], ["08:30-17:00"], []),
        (PREPARED, [], ["08:30-17:00"], ["08:45-16:30"]),
        (PREPARED, ["10:00-11:00"], ["09:15-17:00"], ["11:15-16:30"]),
        (replace(HALL, retired=True), [], ["08:30-17:00"], []),
        (HALL, [], [], []),
    ],
)
def test_what_is_open_and_not_held_is_free_less_the_time_to_prepare(room, claims, hours, free):
    found = free_stretches(room, map(span, claims), opened(*hours))
    assert written(found) == free


def quarters(low: int, high: int):
    return st.integers(low, high).map(lambda n: n * 15)


@st.composite
def intervals(draw):
    start = draw(quarters(0, 90))
    midnight = instant(DAY, time.min)
    length = draw(quarters(1, 16))
    return Interval(
        midnight + timedelta(minutes=start), midnight + timedelta(minutes=start + length)
    )


@given(
    st.lists(intervals(), max_size=4),
    st.lists(intervals(), max_size=4),
    intervals(),
    st.sampled_from([HALL, PREPARED]),
)
def test_a_use_has_no_conflict_exactly_when_it_lies_in_a_free_stretch(hours, claims, use, room):
    open_hours = [OpenInterval(one, Layer.REGULAR) for one in hours]
    held = [Claim(number, 1, one, "") for number, one in enumerate(claims)]
    stands_against = conflicts(room.held_for(use), room, None, held, open_hours, [])
    stretches = free_stretches(room, claims, open_hours)
    assert (not stands_against) == any(one.encloses(use) for one in stretches)


@pytest.mark.parametrize(
    ("wanted", "stretches", "after", "nearest"),
    [
        ("14:00-16:00", ["08:30-17:00"], "08:00", "14:00-16:00"),
        ("14:00-16:00", ["08:30-15:00", "16:00-21:00"], "08:00", "13:00-15:00"),
        ("14:00-16:00", ["08:30-12:00", "15:30-21:00"], "08:00", "15:30-17:30"),
        ("14:00-16:00", ["08:30-15:00", "15:00-17:00"], "08:00", "13:00-15:00"),
        ("14:00-16:00", ["08:30-15:00", "17:00-21:00"], "13:05", "17:00-19:00"),
        ("14:00-16:00", ["14:50-21:00"], "08:00", "15:00-17:00"),
        ("14:00-16:00", ["08:30-15:10"], "08:00", "13:00-15:00"),
        ("14:00-16:00", ["08:30-10:00", "20:00-21:30"], "08:00", None),
        ("14:10-15:10", ["14:00-16:00"], "08:00", "14:10-15:10"),
        ("14:00-16:00", ["08:30-17:00"], "14:00", "14:15-16:15"),
        ("14:00-16:00", ["14:15-17:00"], "14:00", "14:15-16:15"),
        ("14:00-16:00", [], "08:00", None),
    ],
)
def test_the_nearest_start_is_a_quarter_hour_within_a_stretch(wanted, stretches, after, nearest):
    found = nearest_start(
        span(wanted), map(span, stretches), instant(DAY, time.fromisoformat(after))
    )
    assert (found and written([found])[0]) == nearest


def test_what_is_past_is_cut_off_at_the_next_quarter():
    now = instant(DAY, time(9, 7))
    found = from_now_on(map(span, ["08:00-09:00", "08:30-12:00", "14:00-15:00"]), now)
    assert written(found) == ["09:15-12:00", "14:00-15:00"]


def test_what_would_begin_this_very_minute_is_past_too():
    now = instant(DAY, time(9))
    assert written(from_now_on(map(span, ["08:30-12:00", "08:30-09:15"]), now)) == ["09:15-12:00"]
