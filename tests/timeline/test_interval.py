"""Half-open intervals: a table of how two can lie, and a model of their algebra in minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.timeline.interval import Interval, encloses, intersect, subtract, union

MIDNIGHT = datetime(2026, 9, 17, tzinfo=UTC)


def at(minute: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minute)


def span(start: int, end: int) -> Interval:
    return Interval(at(start), at(end))


TEN_TO_TWENTY = span(10, 20)

WAYS_TO_LIE = {
    # name: (other, overlaps, 10–20 encloses it)
    "long before": (span(0, 5), False, False),
    "right before": (span(5, 10), False, False),
    "overlapping start": (span(5, 11), True, False),
    "same start, shorter": (span(10, 15), True, True),
    "inside": (span(12, 18), True, True),
    "the same": (span(10, 20), True, True),
    "same end, shorter": (span(15, 20), True, True),
    "same start, longer": (span(10, 25), True, False),
    "same end, longer": (span(5, 20), True, False),
    "around": (span(5, 25), True, False),
    "overlapping end": (span(19, 25), True, False),
    "right after": (span(20, 25), False, False),
    "long after": (span(25, 30), False, False),
}


@pytest.mark.parametrize(("other", "overlaps", "_enclosed"), WAYS_TO_LIE.values(), ids=WAYS_TO_LIE)
def test_two_intervals_overlap_when_they_share_an_instant(
    other: Interval, overlaps, _enclosed
) -> None:
    assert TEN_TO_TWENTY.overlaps(other) is overlaps
    assert other.overlaps(TEN_TO_TWENTY) is overlaps


@pytest.mark.parametrize(("other", "_overlaps", "enclosed"), WAYS_TO_LIE.values(), ids=WAYS_TO_LIE)
def test_an_interval_encloses_what_does_not_stick_out(other: Interval, _overlaps, enclosed) -> None:
    assert TEN_TO_TWENTY.encloses(other) is enclosed


@pytest.mark.parametrize(
    ("minute", "held"), [(9, False), (10, True), (19, True), (20, False)], ids=str
)
def test_an_interval_holds_its_start_and_not_its_end(minute: int, held) -> None:
    assert TEN_TO_TWENTY.holds(at(minute)) is held


@pytest.mark.parametrize("end", [10, 9], ids=["empty", "backwards"])
def test_an_interval_ends_after_it_starts(end: int) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        span(10, end)


def test_an_interval_knows_how_long_it_lasts() -> None:
    assert span(10, 25).length == timedelta(minutes=15)


UNIONS = {
    "nothing": ([], []),
    "one": ([span(1, 2)], [span(1, 2)]),
    "apart": ([span(5, 6), span(1, 2)], [span(1, 2), span(5, 6)]),
    "touching": ([span(1, 2), span(2, 3)], [span(1, 3)]),
    "overlapping": ([span(1, 5), span(3, 8)], [span(1, 8)]),
    "one inside the other": ([span(1, 9), span(3, 4)], [span(1, 9)]),
    "the same twice": ([span(1, 2), span(1, 2)], [span(1, 2)]),
    "a chain": ([span(4, 7), span(1, 3), span(3, 5)], [span(1, 7)]),
}


@pytest.mark.parametrize(("intervals", "together"), UNIONS.values(), ids=UNIONS)
def test_a_union_is_sorted_and_has_no_seams(
    intervals: list[Interval], together: list[Interval]
) -> None:
    assert union(intervals) == together


DIFFERENCES = {
    "no hole": ([span(10, 20)], [], [span(10, 20)]),
    "hole right before": ([span(10, 20)], [span(5, 10)], [span(10, 20)]),
    "hole right after": ([span(10, 20)], [span(20, 25)], [span(10, 20)]),
    "hole at the start": ([span(10, 20)], [span(5, 12)], [span(12, 20)]),
    "hole at the end": ([span(10, 20)], [span(18, 25)], [span(10, 18)]),
    "hole in the middle": ([span(10, 20)], [span(12, 15)], [span(10, 12), span(15, 20)]),
    "hole around": ([span(10, 20)], [span(5, 25)], []),
    "the hole is all of it": ([span(10, 20)], [span(10, 20)], []),
    "two holes": (
        [span(10, 20)],
        [span(11, 12), span(14, 15)],
        [span(10, 11), span(12, 14), span(15, 20)],
    ),
    "overlapping holes": (
        [span(10, 20)],
        [span(11, 14), span(12, 16)],
        [span(10, 11), span(16, 20)],
    ),
    "one hole over two": ([span(1, 5), span(7, 9)], [span(4, 8)], [span(1, 4), span(8, 9)]),
    "nothing to cut": ([], [span(4, 8)], []),
}


@pytest.mark.parametrize(("intervals", "holes", "rest"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_holes_are_cut_out(
    intervals: list[Interval], holes: list[Interval], rest: list[Interval]
) -> None:
    assert subtract(intervals, holes) == rest


@pytest.mark.parametrize(
    ("wanted", "enclosed"),
    [
        (span(2, 4), True),
        (span(2, 7), True),
        (span(1, 9), True),
        (span(0, 4), False),
        (span(7, 11), False),
        (span(11, 12), False),
    ],
    ids=["in the first", "across the seam", "all", "too early", "over a gap", "in the gap"],
)
def test_several_intervals_enclose_together(wanted: Interval, enclosed) -> None:
    assert encloses([span(5, 9), span(1, 5), span(12, 20)], wanted) is enclosed


LONGEST = 40
minutes = st.tuples(st.integers(0, LONGEST - 1), st.integers(1, 12))
some = st.lists(minutes.map(lambda pair: span(pair[0], pair[0] + pair[1])), max_size=6)


def covered(intervals: list[Interval]) -> set[int]:
    """The same thing in the plainest way: the minutes that lie inside."""
    return {
        minute
        for minute in range(LONGEST + 12)
        if any(interval.start <= at(minute) < interval.end for interval in intervals)
    }


def neat(intervals: list[Interval]) -> bool:
    """Whether they are sorted, and neither overlap nor touch."""
    return all(one.end < two.start for one, two in pairwise(intervals))


@given(some)
def test_a_union_covers_the_same_minutes(intervals: list[Interval]) -> None:
    together = union(intervals)
    assert covered(together) == covered(intervals)
    assert neat(together)


@given(some, some)
def test_a_difference_covers_the_minutes_of_one_and_not_the_other(
    intervals: list[Interval], holes: list[Interval]
) -> None:
    rest = subtract(intervals, holes)
    assert covered(rest) == covered(intervals) - covered(holes)
    assert neat(rest)


@given(some, some)
def test_an_intersection_covers_the_minutes_of_both(
    intervals: list[Interval], others: list[Interval]
) -> None:
    both = intersect(intervals, others)
    assert covered(both) == covered(intervals) & covered(others)
    assert neat(both)


@given(some, minutes.map(lambda pair: span(pair[0], pair[0] + pair[1])))
def test_enclosing_means_that_no_minute_sticks_out(
    intervals: list[Interval], wanted: Interval
) -> None:
    assert encloses(intervals, wanted) is (covered([wanted]) <= covered(intervals))
