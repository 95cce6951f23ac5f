"""Seats of quotas and seats kept for the counter, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import (
    BelowTaken,
    NoLimitGroup,
    QuotaOpenAlready,
    TooManyKept,
    close_quota_pool,
    keep_seats,
    open_quota_pool,
    release_kept,
    resize_pool,
    usual_kept,
    usual_kept_until,
)
from venue.seats.outcomes import (
    Enrolled,
    Refused,
)
from venue.seats.rules import (
    Full,
    OnlyAtCounter,
    Quota,
)
from venue.seats.standing import Step
from venue.seats.waitlist import withdraw

# ---- Quotas ------------------------------------------------------------------------------------


def test_residents_take_their_own_seats_first_and_others_find_it_full(choir):
    quota = choir.quota(Quota.RESIDENTS, 1)

    choir.enroll(choir.town.lin_xiao)
    choir.enroll(choir.people[0])

    assert (choir.counts(quota)[0], choir.counts()[0]) == (1, 1)
    choir.enroll(choir.people[1])
    assert choir.enroll(choir.people[2]) == Refused((Full(2, 0),))


def test_a_freed_seat_of_a_quota_passes_over_those_who_do_not_belong_to_it(choir):
    quota = choir.quota(Quota.IN_NEED, 1)
    in_need = choir.people[3]
    choir.town.lin_xiao.in_need_until = in_need.in_need_until = date(2027, 1, 1)
    holder = choir.enroll(choir.town.lin_xiao)
    for one in choir.people[:2]:
        choir.enroll(one)
    choir.wait(choir.people[2])
    choir.wait(in_need)

    choir.do(withdraw, holder.enrollment_id)

    assert choir.state(*choir.people[2:4]) == ["waitlisted", "offered"]
    offered = choir.session.scalars(
        select(Enrollment.pool_id).where(Enrollment.person_id == in_need.id)
    ).one()
    assert offered == quota.id


def test_a_quota_is_opened_for_those_who_wait_and_closed_when_nobody_has_its_seats(choir):
    for one in choir.people[:2]:
        choir.enroll(one)
    newcomer, resident = choir.people[2], choir.town.lin_xiao
    choir.wait(newcomer)
    waiting = choir.wait(resident)

    pool = choir.do(open_quota_pool, choir.program.id, Quota.RESIDENTS, 1)

    assert isinstance(pool, SeatPool)
    assert choir.state(newcomer, resident) == ["waitlisted", "offered"]
    again = choir.do(open_quota_pool, choir.program.id, Quota.RESIDENTS, 5)
    assert again == QuotaOpenAlready()
    assert choir.do(close_quota_pool, pool.id) == BelowTaken(1)
    choir.do(withdraw, waiting.enrollment_id)
    assert choir.do(close_quota_pool, pool.id) is None
    assert choir.session.scalars(select(SeatPool.quota)).all().count(Quota.RESIDENTS) == 0
    assert choir.session.get_one(Enrollment, waiting.enrollment_id).pool_id == choir.pool.id


def test_who_had_a_seat_of_the_group_before_is_no_first_timer(choir):
    program = choir.program
    assert choir.do(open_quota_pool, program.id, Quota.FIRST_TIMERS, 1) == NoLimitGroup()
    program.term, program.limit_group = choir.town.term, "夜校"
    last_year = make.term(choir.session, choir.town.district, "2025 年秋季")
    earlier = make.course(
        choir.session, choir.town.wutongli, "国画", term=last_year, limit_group="夜校"
    )
    old_hand, *new = choir.people
    for number, one in enumerate(earlier.sessions):
        one.starts_at -= timedelta(days=400 + number)
        one.ends_at -= timedelta(days=400 + number)
    make.enrollment(choir.session, make.pool_of(choir.session, earlier), old_hand)
    choir.do(resize_pool, choir.pool.id, 0)
    quota = choir.do(open_quota_pool, program.id, Quota.FIRST_TIMERS, 1)
    for one in (old_hand, new[0]):
        choir.wait(one)

    assert choir.state(old_hand, new[0]) == ["waitlisted", "offered"]
    assert choir.counts(quota)[0] == 1


# ---- Kept for the counter ----------------------------------------------------------------------


def test_kept_seats_are_for_the_counter_until_they_go_to_the_line(session, choir, clock):
    choir.do(resize_pool, choir.pool.id, 5)
    until = venue_clock.now() + timedelta(days=2)
    choir.do(keep_seats, choir.pool.id, 2, until)
    at_the_desk, *others = choir.people
    for one in others[:3]:
        assert isinstance(choir.enroll(one), Enrolled)
    late, later = others[3], choir.town.lin_xiao
    assert choir.enroll(late) == Refused((OnlyAtCounter(2, until),))
    assert choir.step(late).step is Step.WAIT
    assert choir.step(late, desk=True).step is Step.ENROLL
    assert isinstance(choir.enroll(at_the_desk, channel=Channel.COUNTER), Enrolled)
    choir.wait(late)
    choir.wait(later)
    assert choir.counts() == (4, 1, 0)

    clock.set(until - timedelta(seconds=1))
    assert release_kept(session, now=clock.now()) == 0
    clock.set(until)
    assert release_kept(session, now=clock.now()) == 1

    assert choir.state(late, later) == ["offered", "waitlisted"]
    entry = select(AuditEntry.facts).where(AuditEntry.action == "pool.kept_released")
    assert session.scalars(entry).one() == {"seats": 1}


def test_no_more_seats_are_kept_than_are_not_taken_online(choir):
    choir.do(resize_pool, choir.pool.id, 5)
    until = venue_clock.now() + timedelta(days=2)
    for one in choir.people[:3]:
        choir.enroll(one)

    assert choir.do(keep_seats, choir.pool.id, 3, until) == TooManyKept(2)
    choir.do(keep_seats, choir.pool.id, 2, until)
    choir.do(resize_pool, choir.pool.id, 4)

    choir.session.refresh(choir.pool)
    assert choir.pool.kept == 1


def test_a_fifth_is_usually_kept_until_a_day_before_the_window_closes():
    assert [usual_kept(seats) for seats in (25, 4, 0)] == [5, 0, 0]
    assert usual_kept_until(make.CLOSES_AT) == make.CLOSES_AT - timedelta(days=1)


def test_where_lots_are_drawn_no_seat_is_kept_for_the_counter(choir):
    choir.pool.program.admission = Admission.LOTTERY
    until = venue_clock.now() + timedelta(days=2)

    assert choir.do(keep_seats, choir.pool.id, 1, until) == TooManyKept(0)
