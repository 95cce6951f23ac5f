"""Many want the last seat, or one person wants many: what the locks and the database promise."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.acts import count_and_take_seat, take_seat, take_seat_unlocked
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Enrolled, Refused
from venue.seats.rules import AlreadyEnrolled, Clash, EnrollmentStatus, Full, OneATerm

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


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_lock_on_the_person_the_index_still_gives_one_seat(
    db_session, settings, crew, town
):
    """On SQLite the writers' turn alone already keeps them apart."""
    pool = make.pool_of(db_session, town.painting)

    answers = crew.rush(settings, [(take_seat_unlocked, pool.id, town.lin_xiao.id)] * 8)

    assert Counter(map(type, answers)) == {Enrolled: 1, Refused: 7}
    assert taken(db_session, pool.id) == confirmed(db_session, pool.id) == 1


def all_at_one_hour(session, town, act):
    """Return the jobs of one person who wants seats of eight courses at the same hour."""
    courses = [make.course(session, town.wutongli, f"合唱{n}") for n in range(8)]
    jobs = [(act, make.pool_of(session, course).id, town.lin_xiao.id) for course in courses]
    session.commit()
    return jobs


def test_of_eight_courses_at_one_hour_a_person_gets_one(db_session, settings, crew, town):
    jobs = all_at_one_hour(db_session, town, take_seat)

    answers = crew.rush(settings, jobs)

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 7
    assert {type(reason) for answer in refused for reason in answer.reasons} == {Clash}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_without_the_lock_on_the_person_they_sit_in_two_at_once(db_session, settings, crew, town):
    """The control; on SQLite the writers' turn alone already keeps them apart."""
    jobs = all_at_one_hour(db_session, town, take_seat_unlocked)

    answers = crew.rush(settings, jobs)

    assert Counter(map(type, answers))[Enrolled] > 1


def test_of_eight_courses_of_a_limit_group_a_person_gets_one(db_session, settings, crew, town):
    facts = {"term": town.term, "limit_group": "night"}
    courses = [
        make.course(
            db_session,
            town.wutongli,
            f"合唱{n}",
            first_on=make.FIRST_LESSON + timedelta(days=n % 7),
            starts=make.time(9 + n),
            **facts,
        )
        for n in range(8)
    ]
    jobs = [(take_seat, make.pool_of(db_session, one).id, town.lin_xiao.id) for one in courses]
    db_session.commit()

    answers = crew.rush(settings, jobs)

    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert len(refused) == 7
    assert {type(reason) for answer in refused for reason in answer.reasons} == {OneATerm}
