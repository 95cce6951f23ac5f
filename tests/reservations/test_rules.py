"""Who may have a room, when and how often: the rules alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from venue.places.rules import BookingMode, NotInUse
from venue.reservations.rules import (
    AcrossMidnight,
    BookerFact,
    InThePast,
    MonthIsFull,
    NotNeighbor,
    ReservationEnding,
    RoomTerms,
    StaffOnly,
    Standing,
    TooFarAhead,
    TooLongAtATime,
    expires_at,
    no_show_from,
    refusals,
    standing_of,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

NOW = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
"""Ten in the morning in Shanghai."""
TERMS = RoomTerms(
    mode=BookingMode.OPEN,
    private=False,
    retired=False,
    advance=timedelta(days=30),
    longest=timedelta(hours=3),
    bookings_a_month=4,
    residents_only=False,
    neighborhoods=frozenset({1, 2}),
    centers=frozenset({10, 11}),
)
NEIGHBOR = BookerFact(neighborhood_id=1, in_month=0)
HOUR = timedelta(hours=1)


def use(on: date, start: str, hours: float) -> Interval:
    begins = instant(on, time.fromisoformat(start))
    return Interval(begins, begins + hours * HOUR)


TOMORROW = use(date(2026, 9, 17), "14:00", 2)


def test_a_neighbor_has_an_open_room_tomorrow():
    assert refusals(TERMS, NEIGHBOR, TOMORROW, NOW) == []
    assert refusals(replace(TERMS, mode=BookingMode.APPROVAL), NEIGHBOR, TOMORROW, NOW) == []


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"mode": BookingMode.STAFF_ONLY}, StaffOnly(private=False)),
        ({"private": True}, StaffOnly(private=True)),
        ({"private": True, "mode": BookingMode.STAFF_ONLY}, StaffOnly(private=True)),
        ({"retired": True}, NotInUse()),
    ],
)
def test_some_rooms_are_not_for_booking(facts, refusal):
    assert refusals(replace(TERMS, **facts), NEIGHBOR, TOMORROW, NOW) == [refusal]


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        (use(date(2026, 9, 16), "10:00", 1), InThePast()),
        (use(date(2026, 9, 16), "10:01", 1), None),
        (use(date(2026, 10, 16), "20:00", 1), None),
        (use(date(2026, 10, 17), "08:30", 1), TooFarAhead(date(2026, 10, 16), 30)),
        (use(date(2026, 9, 17), "14:00", 3), None),
        (use(date(2026, 9, 17), "14:00", 3.25), TooLongAtATime(3 * HOUR)),
        (use(date(2026, 9, 17), "22:00", 2), None),
        (use(date(2026, 9, 17), "22:30", 2), AcrossMidnight()),
    ],
)
def test_a_time_is_ahead_but_not_far_not_long_and_on_one_day(wanted, refusal):
    assert refusals(TERMS, NEIGHBOR, wanted, NOW) == ([refusal] if refusal else [])


@pytest.mark.parametrize(
    ("booker", "allowed"),
    [
        (BookerFact(1, 0), True),
        (BookerFact(2, 0), True),
        (BookerFact(3, 0), False),
        (BookerFact(None, 0), False),
        (BookerFact(None, 0, partner_of=11), True),
        (BookerFact(1, 0, partner_of=12), False),
    ],
)
def test_a_room_for_residents_asks_where_one_lives_or_whose_partner_one_is(booker, allowed):
    assert refusals(TERMS, booker, TOMORROW, NOW) == []
    found = refusals(replace(TERMS, residents_only=True), booker, TOMORROW, NOW)
    assert found == ([] if allowed else [NotNeighbor()])


@pytest.mark.parametrize(
    ("booker", "limit"),
    [
        (BookerFact(1, 3), None),
        (BookerFact(1, 4), 4),
        (BookerFact(1, 5), 4),
        (BookerFact(1, 4, partner_of=10), 4),
        (BookerFact(1, 4, partner_of=10, own_limit=9), None),
        (BookerFact(1, 9, partner_of=10, own_limit=9), 9),
        (BookerFact(1, 0, partner_of=10, own_limit=0), 0),
    ],
)
def test_a_month_has_a_limit_and_an_organization_may_have_its_own(booker, limit):
    found = refusals(TERMS, booker, TOMORROW, NOW)
    assert found == ([] if limit is None else [MonthIsFull(limit, date(2026, 9, 1))])


def test_every_reason_is_said_at_once():
    terms = replace(TERMS, mode=BookingMode.STAFF_ONLY, retired=True, residents_only=True)
    booker = BookerFact(None, 4)
    wanted = Interval(NOW - HOUR, NOW + 40 * 24 * HOUR)

    assert {type(reason) for reason in refusals(terms, booker, wanted, NOW)} == {
        StaffOnly,
        NotInUse,
        InThePast,
        TooLongAtATime,
        AcrossMidnight,
        NotNeighbor,
        MonthIsFull,
    }


def test_a_request_waits_for_its_time_but_never_beyond_its_start():
    assert expires_at(NOW, 48 * HOUR, NOW + 100 * HOUR) == NOW + 48 * HOUR
    assert expires_at(NOW, 48 * HOUR, NOW + 5 * HOUR) == NOW + 5 * HOUR


@pytest.mark.parametrize(
    ("ending", "waits_until", "at", "standing"),
    [
        (None, NOW + HOUR, NOW, Standing.PENDING),
        (None, NOW, NOW, Standing.EXPIRED),
        (None, None, NOW, Standing.HELD),
        (None, None, TOMORROW.end, Standing.OVER),
        (ReservationEnding.NO_SHOW, None, TOMORROW.end, Standing.NO_SHOW),
        (ReservationEnding.REFUSED, None, NOW, Standing.REFUSED),
    ],
)
def test_what_a_reservation_is_follows_from_its_facts(ending, waits_until, at, standing):
    assert standing_of(ending, waits_until, TOMORROW, at) is standing


def test_nobody_came_once_the_patience_of_the_house_is_over():
    assert no_show_from(TOMORROW, HOUR / 4) == TOMORROW.start + HOUR / 4
