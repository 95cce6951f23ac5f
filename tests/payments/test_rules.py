"""What is owed and what goes back, as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.payments.rules import (
    AccountFact,
    Balance,
    Ending,
    LessonFact,
    balance,
    refund_if_left,
    refundable,
)
from venue.timeline.local_time import SHANGHAI

FIRST = datetime(2026, 9, 22, 18, 30, tzinfo=SHANGHAI)
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
BEFORE = FIRST - WEEK
LEFT, CALLED_OFF = Ending.LEFT, Ending.CALLED_OFF


def lesson(number: int, cancelled_at: datetime | None = None) -> LessonFact:
    return LessonFact(FIRST + (number - 1) * WEEK, cancelled_at)


def course(lessons: int = 12, cancelled: tuple[int, ...] = (), when: datetime = BEFORE + MINUTE):
    return tuple(lesson(n, when if n in cancelled else None) for n in range(1, lessons + 1))


def paid(fen: int = 30_000, **facts) -> AccountFact:
    """A course of twelve weeks for ¥300, paid."""
    return AccountFact(
        **{"price_fen": 30_000, "since_at": BEFORE, "lessons": course(), "paid_fen": fen} | facts
    )


@pytest.mark.parametrize(
    ("at", "fen"),
    [
        (BEFORE, 30_000),
        (FIRST - MINUTE, 30_000),
        (FIRST, 27_500),
        (FIRST + MINUTE, 27_500),
        (FIRST + WEEK - MINUTE, 27_500),
        (FIRST + WEEK, 0),
        (FIRST + 30 * WEEK, 0),
    ],
)
def test_leaving_gives_back_all_before_lesson_1_a_share_before_lesson_2_and_then_nothing(at, fen):
    left = paid(ended=LEFT, ended_at=at)
    assert refund_if_left(paid(), at) == fen
    assert balance(left) == Balance(30_000 - fen, 30_000, 0, fen)


@pytest.mark.parametrize(
    ("facts", "refund"),
    [
        ({"price_fen": 10_000, "lessons": course(3), "paid_fen": 10_000}, 6_667),
        ({"price_fen": 10_000, "lessons": course(7), "paid_fen": 10_000}, 8_572),
        ({"price_fen": 1, "paid_fen": 1}, 1),
        ({"lessons": course(1)}, 0),
        ({"reduced_fen": 12_000, "paid_fen": 18_000}, 16_500),
        ({"reduced_fen": 30_000, "paid_fen": 0}, 0),
        ({"paid_fen": 10_000}, 7_500),
        ({"paid_fen": 2_000}, 0),
        ({"paid_fen": 0}, 0),
        ({"closed": True}, 0),
    ],
    ids=[
        "a third is rounded for the person",
        "a seventh, too",
        "a single fen",
        "the only lesson has begun",
        "of a reduced price",
        "of nothing",
        "partly paid: what exceeds lesson 1",
        "partly paid: less than lesson 1 costs",
        "not paid",
        "handed out already",
    ],
)
def test_after_lesson_1_what_was_paid_beyond_it_goes_back(facts, refund):
    assert balance(paid(ended=LEFT, ended_at=FIRST + MINUTE, **facts)).refund_fen == refund


@pytest.mark.parametrize(
    ("ended", "at", "lessons", "refund"),
    [
        (None, None, course(), 0),
        (None, None, course(cancelled=(3,)), 2_500),
        (None, None, course(cancelled=(1, 2)), 5_000),
        (None, None, course(cancelled=(3,), when=BEFORE - MINUTE), 0),
        (CALLED_OFF, BEFORE + MINUTE, course(cancelled=tuple(range(1, 13))), 30_000),
        (CALLED_OFF, FIRST + WEEK, course(cancelled=range(3, 13), when=FIRST + WEEK), 25_000),
        (CALLED_OFF, FIRST + 40 * WEEK, course(), 0),
        (LEFT, FIRST + MINUTE, course(cancelled=(1,)), 30_000),
        (LEFT, FIRST + WEEK + MINUTE, course(cancelled=(1,)), 27_500),
        (LEFT, FIRST + 3 * WEEK, course(cancelled=(2, 9)), 5_000),
        (LEFT, FIRST + 3 * WEEK, course(cancelled=(9,), when=FIRST + 5 * WEEK), 0),
        (LEFT, FIRST + 3 * WEEK, (), 30_000),
        (CALLED_OFF, FIRST, (), 30_000),
        (None, None, (), 0),
    ],
    ids=[
        "all is well",
        "one lesson was called off",
        "two were, the first ones",
        "one that was called off before it was theirs never was part of it",
        "all of it before it began",
        "the rest of it: the two that were held are paid for",
        "after everything was held",
        "who leaves when nothing was held gets all",
        "who leaves after the first that was held gets a share",
        "who leaves later gets what was called off",
        "what is called off when they are gone changes nothing",
        "left, no dates yet",
        "called off, no dates yet",
        "nothing to pay back without dates",
    ],
)
def test_what_the_center_calls_off_is_not_paid_for(ended, at, lessons, refund):
    fact = paid(lessons=lessons, ended=ended, ended_at=at)
    assert balance(fact).refund_fen == refund


def test_who_came_later_counts_their_own_lessons():
    late = paid(since_at=FIRST + 3 * WEEK + MINUTE)
    assert refund_if_left(late, FIRST + 4 * WEEK - MINUTE) == 30_000
    assert refund_if_left(late, FIRST + 4 * WEEK) == 26_250
    assert refund_if_left(late, FIRST + 5 * WEEK) == 0
    with_the_bell = paid(since_at=FIRST + 3 * WEEK)
    assert refund_if_left(with_the_bell, FIRST + 4 * WEEK - MINUTE) == 30_000


@pytest.mark.parametrize(
    ("facts", "owed", "still_open"),
    [
        ({"paid_fen": 0}, 30_000, 30_000),
        ({"paid_fen": 10_000}, 30_000, 20_000),
        ({"paid_fen": 30_000}, 30_000, 0),
        ({"paid_fen": 0, "reduced_fen": 12_000}, 18_000, 18_000),
        ({"paid_fen": 0, "reduced_fen": 30_000}, 0, 0),
        ({"paid_fen": 0, "lessons": course(cancelled=(3,))}, 27_500, 27_500),
        ({"paid_fen": 0, "ended": LEFT, "ended_at": FIRST + 3 * WEEK}, 30_000, 0),
    ],
    ids=[
        "not paid", "partly paid", "paid", "reduced", "free of charge", "a lesson was called off",
        "nobody is asked for money after leaving",
    ],
)  # fmt: skip
def test_what_is_open_is_what_is_owed_and_not_paid(facts, owed, still_open):
    found = balance(paid(**facts))
    assert (found.owed_fen, found.open_fen) == (owed, still_open)


moments = st.integers(-2000, 40_000).map(lambda minutes: FIRST + minutes * 5 * MINUTE)
accounts = st.builds(
    AccountFact,
    price_fen=st.integers(0, 100_000),
    since_at=moments,
    lessons=st.lists(st.builds(LessonFact, moments, st.none() | moments), max_size=14).map(tuple),
    reduced_fen=st.integers(0, 100_000),
    paid_fen=st.integers(0, 100_000),
    ended=st.sampled_from([LEFT, CALLED_OFF]),
    ended_at=moments,
)


@given(accounts)
def test_no_balance_is_negative_and_nothing_is_open_where_money_goes_back(account):
    for fact in (account, replace(account, ended=None, ended_at=None)):
        net = max(0, fact.price_fen - fact.reduced_fen)
        found = balance(fact)
        assert 0 <= refundable(net, fact) <= net
        assert 0 <= found.owed_fen <= net
        assert min(found.open_fen, found.refund_fen) == 0
        assert found.refund_fen <= fact.paid_fen


@given(accounts, moments, moments)
def test_whoever_waits_with_leaving_never_gets_more_back(account, one, other):
    """As long as the center calls nothing off meanwhile."""
    held = tuple(replace(lesson, cancelled_at=None) for lesson in account.lessons)
    has_it = replace(account, lessons=held, ended=None, ended_at=None)
    earlier, later = sorted([one, other])
    assert refund_if_left(has_it, earlier) >= refund_if_left(has_it, later)
