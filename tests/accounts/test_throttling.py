"""Wrong tries are counted before anything is looked at, and the wait ends when it was said to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from venue import clock as venue_clock
from venue.accounts.models import LoginAttempt
from venue.accounts.rules import LockedOut
from venue.accounts.throttling import (
    Limit,
    Try,
    count_try,
    forget_tries_on,
    take_back,
)

WINDOW = timedelta(minutes=15)
LIMITS = (Limit("phone:+8613900000001", 3), Limit("address:192.0.2.7", 5))


@pytest.fixture
def attempt(db_session, clock):
    """Count one try now."""

    def attempt(limits=LIMITS) -> Try | LockedOut:
        return count_try(db_session, limits, WINDOW, now=venue_clock.now())

    return attempt


def counted(session) -> int:
    return session.scalar(select(func.count()).select_from(LoginAttempt))


def test_so_many_tries_and_no_more(attempt) -> None:
    assert [attempt().left for _ in range(3)] == [2, 1, 0]
    assert isinstance(attempt(), LockedOut)


def test_the_last_try_knows_until_when_nothing_more_is_looked_at(attempt, clock) -> None:
    first_at = venue_clock.now()
    assert attempt().locks_until is None
    clock.advance(timedelta(minutes=4))
    assert attempt().locks_until is None
    clock.advance(timedelta(minutes=4))
    assert attempt().locks_until == first_at + WINDOW


def test_the_wait_ends_when_it_was_said_to_and_not_a_second_sooner(attempt, clock) -> None:
    for _ in range(3):
        attempt()
        clock.advance(timedelta(minutes=2))
    refused = attempt()
    clock.set(refused.until - timedelta(seconds=1))
    assert attempt() == refused
    clock.set(refused.until)
    assert isinstance(attempt(), Try)


def test_knocking_on_a_closed_door_does_not_keep_it_closed(attempt, db_session) -> None:
    for _ in range(3):
        attempt()
    until = attempt().until
    for _ in range(20):
        assert attempt().until == until
    assert counted(db_session) == 3 * len(LIMITS)


def test_one_address_cannot_try_one_number_after_the_other(attempt) -> None:
    def on(number: int) -> Try | LockedOut:
        return attempt((Limit(f"phone:{number}", 3), LIMITS[1]))

    assert all(isinstance(on(number), Try) for number in range(5))
    assert isinstance(on(6), LockedOut)
    assert isinstance(attempt((Limit("phone:6", 3), Limit("address:192.0.2.8", 5))), Try)


def test_a_right_try_does_not_count(attempt, db_session) -> None:
    for _ in range(10):
        take_back(db_session, attempt())
    assert counted(db_session) == 0


def test_a_number_whose_owner_was_there_begins_anew(attempt, db_session) -> None:
    for _ in range(3):
        attempt()
    forget_tries_on(db_session, LIMITS[0].subject)
    assert attempt().left == 2
