"""Many want the last seat, or one person wants many: what the locks and the database promise."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.acts import (
    change_course,
    change_course_out_of_order,
    count_and_take_seat,
    take_seat,
)
from tests.races.crew import Crashed
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Enrolled, Refused
from venue.seats.rules import AlreadyEnrolled, EnrollmentStatus, Full

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

CLIENTS = 32


@pytest.fixture
def choir(db_session, town):
    """A course with one seat."""
    return make.course(db_session, town.wutongli, "合唱", capacity=1)


def the_rush(session, program, act=take_seat):
    """Return the jobs of many adults who all want a seat of one program."""
    pool = make.pool_of(session, program)
    people = make.crowd(session, CLIENTS)
    session.commit()
    return pool.id, [(act, pool.id, person.id) for person in people]


def confirmed(session, pool_id):
    session.rollback()  # what was read before the rush is a snapshot
    return session.scalar(
        select(func.count()).where(
            Enrollment.pool_id == pool_id, Enrollment.status == EnrollmentStatus.CONFIRMED
        )
    )


def taken(session, pool_id):
    session.rollback()
    return session.scalar(select(SeatPool.taken).where(SeatPool.id == pool_id))


def test_last_seat_goes_to_exactly_one_of_32(db_session, settings, crew, choir):
    pool_id, jobs = the_rush(db_session, choir)

    answers = crew.rush(settings, jobs)

    assert Counter(map(type, answers)) == {Enrolled: 1, Refused: CLIENTS - 1}
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused == [Refused((Full(1, 0),))] * (CLIENTS - 1)
    assert taken(db_session, pool_id) == 1
    assert confirmed(db_session, pool_id) == 1


def test_counting_before_taking_sells_the_last_seat_more_than_once(
    db_session, settings, crew, choir
):
    """The control: without the conditional UPDATE the race above is real."""
    pool_id, jobs = the_rush(db_session, choir, count_and_take_seat)

    answers = crew.rush(settings, jobs)

    assert set(answers) <= {True, False}
    assert confirmed(db_session, pool_id) > 1


def test_thirty_seats_among_32_leave_none_unsold(db_session, settings, crew, town):
    course = make.course(db_session, town.wutongli, "合唱", capacity=30)
    pool_id, jobs = the_rush(db_session, course)

    answers = crew.rush(settings, jobs)

    assert Counter(map(type, answers)) == {Enrolled: 30, Refused: 2}
    assert taken(db_session, pool_id) == confirmed(db_session, pool_id) == 30


def test_one_person_at_eight_screens_gets_one_seat(db_session, settings, crew, town):
    pool = make.pool_of(db_session, town.painting)

    answers = crew.rush(settings, [(take_seat, pool.id, town.lin_xiao.id)] * 8)

    seat = next(answer for answer in answers if isinstance(answer, Enrolled))
    already = AlreadyEnrolled(seat.enrollment_id, EnrollmentStatus.CONFIRMED)
    others = [answer for answer in answers if answer != seat]
    assert len(others) == 7
    assert all(answer.reasons[0] == already for answer in others)
    assert taken(db_session, pool.id) == 1


def courses_that_two_change(session, town, act):
    """Return the jobs of two people, each of whom waits for the course that the other enrolls in.

    A seat in the one course ends the wait for the other: each locks the pools of both.
    """
    facts = {"term": town.term, "limit_group": "night"}
    tomorrow = make.FIRST_LESSON + timedelta(days=1)
    photography = make.course(session, town.wutongli, "摄影", **facts)
    opera = make.course(session, town.wutongli, "沪剧", first_on=tomorrow, **facts)
    pools = [make.pool_of(session, course) for course in (photography, opera)]
    people = (town.lin_xiao, town.zhou_wen)
    for pool, person in zip(pools, people, strict=True):
        make.enrollment(session, pool, person, EnrollmentStatus.WAITLISTED)
    session.commit()
    return [(act, pool.id, one.id) for pool, one in zip(pools[::-1], people, strict=True)]


def test_two_who_change_courses_with_each_other_both_get_a_seat(db_session, settings, crew, town):
    answers = crew.rush(settings, courses_that_two_change(db_session, town, change_course))

    assert [type(answer) for answer in answers] == [Enrolled, Enrolled]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_pools_locked_in_any_order_lock_those_two_up(db_session, settings, crew, town):
    """The control."""
    jobs = courses_that_two_change(db_session, town, change_course_out_of_order)

    answers = crew.rush(settings, jobs)

    assert [answer for answer in answers if isinstance(answer, Crashed)]
    assert any("deadlock detected" in str(answer) for answer in answers)
