"""Priority seats of every day: for whom they are, from when on they stand, and that they grow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.childcare.booking_days import (
    Booked,
    ChildWish,
    DaysRefused,
    DayWish,
    WhenFull,
    book_days,
)
from venue.seats.day_quotas import DayQuotasSet, set_day_quotas
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import BelowTaken, day_quotas, open_seats_of
from venue.seats.quotas import QuotasSettled
from venue.seats.rules import EnrollmentStatus, Quota

SOME = {Quota.RESIDENTS: 0, Quota.IN_NEED: 2}


@pytest.fixture
def care(session, town):
    """Care whose window opens tomorrow."""
    made = make.care(session, town.wutongli)
    made.enroll_opens_at = venue_clock.now() + timedelta(days=1)
    session.commit()
    return made


def put(session, town, care, wanted=None):
    outcome = set_day_quotas(session, care.id, wanted or SOME, **make.acts(town.shen_lan))
    session.commit()
    return outcome


def pools_of(session, care, quota):
    session.expire_all()
    return session.scalars(
        select(SeatPool).where(
            SeatPool.session_id.in_([one.id for one in care.sessions]), SeatPool.quota == quota
        )
    ).all()


def book(session, town, care, child, *numbers, when_full=WhenFull.REFUSE):
    outcome = book_days(
        session,
        care.id,
        [ChildWish(child.id, tuple(DayWish(care.sessions[n].id) for n in numbers))],
        when_full=when_full,
        agreed=False,
        **make.acts(town.chen_min),
    )
    session.commit()
    return outcome


def fill(session, care):
    for one in care.sessions:
        pool = make.pool_of(session, one)
        pool.capacity = 1
        make.enrollment(session, pool, make.crowd(session, 1)[0])
    session.commit()


def test_every_day_gets_the_same_seats_beside_those_for_everybody(session, town, care):
    outcome = put(session, town, care)
    assert outcome == DayQuotasSet(len(care.sessions))
    assert [one.capacity for one in pools_of(session, care, Quota.IN_NEED)] == [2] * 10
    assert pools_of(session, care, Quota.RESIDENTS) == []
    assert day_quotas(session, care.id) == {Quota.IN_NEED: 2}
    said = select(AuditEntry.facts).where(AuditEntry.action == "day_quota.set")
    assert session.scalars(said).all() == [{"quota": "in_need", "capacity": 2}]


def test_a_child_of_a_family_in_need_has_a_seat_where_others_have_none(session, town, care, clock):
    put(session, town, care)
    fill(session, care)
    clock.set(care.enroll_opens_at)
    town.xiao_he.in_need_until = venue_clock.today()
    session.commit()
    assert isinstance(book(session, town, care, town.xiao_mai, 1, 2), DaysRefused)
    assert isinstance(book(session, town, care, town.xiao_he, 1, 2), Booked)
    assert [one.taken for one in pools_of(session, care, Quota.IN_NEED)][:4] == [0, 1, 1, 0]


def test_before_the_window_they_change_freely_and_go_away_again(session, town, care):
    put(session, town, care)
    put(session, town, care, {Quota.RESIDENTS: 3, Quota.IN_NEED: 1})
    assert day_quotas(session, care.id) == {Quota.RESIDENTS: 3, Quota.IN_NEED: 1}
    put(session, town, care, {Quota.RESIDENTS: 0, Quota.IN_NEED: 0})
    assert day_quotas(session, care.id) == {}


@pytest.mark.parametrize(
    ("wanted", "well"),
    [
        ({Quota.RESIDENTS: 0, Quota.IN_NEED: 3}, True),
        ({Quota.RESIDENTS: 0, Quota.IN_NEED: 2}, True),
        ({Quota.RESIDENTS: 0, Quota.IN_NEED: 1}, False),
        ({Quota.RESIDENTS: 1, Quota.IN_NEED: 2}, False),
    ],
)
def test_once_the_window_has_opened_they_only_grow(session, town, care, clock, wanted, well):
    put(session, town, care)
    clock.set(care.enroll_opens_at)
    outcome = put(session, town, care, wanted)
    assert isinstance(outcome, DayQuotasSet if well else QuotasSettled)
    assert day_quotas(session, care.id)[Quota.IN_NEED] == (wanted[Quota.IN_NEED] if well else 2)


def test_seats_that_somebody_has_are_not_taken_away(session, town, care):
    put(session, town, care)
    pool = pools_of(session, care, Quota.IN_NEED)[3]
    make.enrollment(session, pool, town.xiao_he)
    session.commit()
    outcome = put(session, town, care, {Quota.RESIDENTS: 1, Quota.IN_NEED: 0})
    assert outcome == BelowTaken(1)
    assert day_quotas(session, care.id) == {Quota.IN_NEED: 2}


def test_who_waits_and_belongs_to_the_group_is_offered_added_seats(session, town, care, clock):
    put(session, town, care, {Quota.RESIDENTS: 0, Quota.IN_NEED: 1})
    fill(session, care)
    first = pools_of(session, care, Quota.IN_NEED)[2]
    make.enrollment(session, first, make.crowd(session, 1)[0])
    clock.set(care.enroll_opens_at)
    town.xiao_he.in_need_until = venue_clock.today()
    session.commit()
    book(session, town, care, town.xiao_mai, 2, when_full=WhenFull.WAIT)
    book(session, town, care, town.xiao_he, 2, when_full=WhenFull.WAIT)
    put(session, town, care)
    statuses = {
        one.person_id: one.status
        for one in session.scalars(
            select(Enrollment).where(Enrollment.session_id == care.sessions[2].id)
        )
    }
    assert statuses[town.xiao_he.id] is EnrollmentStatus.OFFERED
    assert statuses[town.xiao_mai.id] is EnrollmentStatus.WAITLISTED


def test_days_that_are_over_keep_what_they_had_and_added_ones_get_the_same(
    session, town, care, clock
):
    put(session, town, care)
    clock.set(care.sessions[0].ends_at)
    put(session, town, care, {Quota.RESIDENTS: 0, Quota.IN_NEED: 4})
    assert [one.capacity for one in pools_of(session, care, Quota.IN_NEED)] == [2, *[4] * 9]
    other = make.care(session, town.wutongli, "别的班")
    added = other.sessions[:1]
    session.query(SeatPool).filter(SeatPool.session_id == added[0].id).delete()
    open_seats_of(session, care, added, 20)
    assert {
        (one.quota, one.capacity)
        for one in session.scalars(select(SeatPool).where(SeatPool.session_id == added[0].id))
    } == {(None, 20), (Quota.IN_NEED, 4)}
