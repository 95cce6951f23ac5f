"""Minutes by the hour of the day agree with counting them one by one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from venue.timeline.hours_of_day import minutes_by_hour
from venue.timeline.interval import Interval, union
from venue.timeline.local_time import local

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

stretches = st.tuples(st.integers(0, 4000), st.integers(1, 2000)).map(
    lambda pair: Interval(NEW_YEAR + pair[0] * MINUTE, NEW_YEAR + sum(pair) * MINUTE)
)


@given(st.lists(stretches, max_size=4))
def test_each_minute_is_counted_in_its_hour(intervals: list[Interval]) -> None:
    apart = union(intervals)
    counted: Counter[int] = Counter()
    for one in apart:
        for n in range(int(one.length / MINUTE)):
            counted[local(one.start + n * MINUTE).hour] += 1
    assert minutes_by_hour(apart) == tuple(counted[hour] for hour in range(24))
