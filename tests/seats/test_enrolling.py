"""Taking a seat or a place in line, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.models import Patron
from venue.programs.rules import Books
from venue.seats.enrolling import _take_seat, enroll, join_waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.outcomes import Enrolled, Refused, Waitlisted
from venue.seats.rules import AlreadyEnrolled, Clash, EnrollmentStatus, Full, OneATerm, TooYoung
from venue.seats.waitlist import withdraw


@pytest.fixture
def town(db_session):
    return make.build(db_session)


def actor(person):
    return Actor(person.id, Channel.ONLINE)


def enroll_in(session, program, person):
    pool = make.pool_of(session, program)
    return enroll(session, pool.id, [person.id], actor=actor(person), now=venue_clock.now())


def wait_for(session, program, person):
    pool = make.pool_of(session, program)
    return join_waitlist(session, pool.id, [person.id], actor=actor(person), now=venue_clock.now())


def taken(session, program):
    session.expire_all()
    return make.pool_of(session, program).taken


def test_a_free_seat_is_taken_with_message_audit_and_acquaintance(db_session, town):
    outcome = enroll_in(db_session, town.painting, town.lin_xiao)

    assert isinstance(outcome, Enrolled)
    enrollment = db_session.get_one(Enrollment, outcome.enrollment_id)
    assert enrollment.status is EnrollmentStatus.CONFIRMED
    assert taken(db_session, town.painting) == 1
    message = db_session.scalars(select(Message)).one()
    assert (message.person_id, message.kind) == (town.lin_xiao.id, MessageKind.ENROLLED)
    assert message.parameters["title"] == town.painting.title
    assert "session_at" not in message.parameters
    entry = db_session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("enrollment.confirmed", town.lin_xiao.id)
    assert db_session.get(Patron, (town.wutongli.id, town.lin_xiao.id)) is not None


def test_the_last_seat_is_given_and_the_next_person_is_told_it_is_full(db_session, town):
    course = make.course(db_session, town.wutongli, "合唱", capacity=1)
    enroll_in(db_session, course, town.lin_xiao)

    outcome = enroll_in(db_session, course, town.zhou_wen)

    assert outcome == Refused((Full(1, 0),))
    assert taken(db_session, course) == 1


def test_enrolling_twice_is_refused_and_takes_no_second_seat(db_session, town):
    first = enroll_in(db_session, town.painting, town.lin_xiao)

    outcome = enroll_in(db_session, town.painting, town.lin_xiao)

    already = AlreadyEnrolled(first.enrollment_id, EnrollmentStatus.CONFIRMED)
    assert outcome.reasons[0] == already
    assert taken(db_session, town.painting) == 1


def test_a_refused_person_leaves_nothing_behind(db_session, town):
    outcome = enroll_in(db_session, town.painting, town.xiao_he)

    assert any(isinstance(reason, TooYoung) for reason in outcome.reasons)
    assert taken(db_session, town.painting) == 0
    assert db_session.scalar(select(func.count()).select_from(Enrollment)) == 0
    assert db_session.scalar(select(func.count()).select_from(Message)) == 0


def test_two_courses_at_the_same_hour_clash(db_session, town):
    other = make.course(db_session, town.wutongli, "合唱")
    enroll_in(db_session, town.painting, town.lin_xiao)

    outcome = enroll_in(db_session, other, town.lin_xiao)

    assert [type(reason) for reason in outcome.reasons] == [Clash]
    assert outcome.reasons[0].title == town.painting.title


def test_one_seat_a_term_within_a_limit_group(db_session, town):
    facts = {"term": town.term, "limit_group": "night"}
    first = make.course(db_session, town.wutongli, "摄影", **facts)
    later = make.FIRST_LESSON + timedelta(days=1)
    second = make.course(db_session, town.wutongli, "沪剧", first_on=later, **facts)
    enroll_in(db_session, first, town.lin_xiao)

    assert enroll_in(db_session, second, town.lin_xiao) == Refused((OneATerm("摄影"),))


def test_taking_a_seat_ends_the_wait_for_another_of_the_same_group(db_session, town):
    facts = {"term": town.term, "limit_group": "night"}
    full = make.course(db_session, town.wutongli, "摄影", capacity=1, **facts)
    later = make.FIRST_LESSON + timedelta(days=1)
    free = make.course(db_session, town.wutongli, "沪剧", first_on=later, **facts)
    enroll_in(db_session, full, town.zhou_wen)
    waiting = wait_for(db_session, full, town.lin_xiao)

    enroll_in(db_session, free, town.lin_xiao)

    db_session.expire_all()
    ended = db_session.get_one(Enrollment, waiting.enrollment_id)
    assert ended.status is EnrollmentStatus.WITHDRAWN
    told = db_session.scalars(
        select(Message).where(Message.kind == MessageKind.WAITLIST_ENDED)
    ).one()
    assert told.parameters["because"] == "沪剧"


def test_the_line_is_counted_in_the_order_of_arrival(db_session, town):
    course = make.course(db_session, town.wutongli, "合唱", capacity=1)
    enroll_in(db_session, course, town.zhou_wen)

    first = wait_for(db_session, course, town.lin_xiao)
    second = wait_for(db_session, course, town.chen_min)

    assert isinstance(first, Waitlisted)
    assert (first.position, second.position) == (1, 2)


def test_single_sessions_of_one_program_are_booked_side_by_side(db_session, town):

    club = make.course(db_session, town.wutongli, "象棋", books=Books.SESSION, lessons=2)
    for one in club.sessions:
        assert isinstance(enroll_in(db_session, one, town.lin_xiao), Enrolled)
    told = db_session.scalars(select(Message).order_by(Message.id)).all()
    assert [one.parameters["session_at"] for one in told] == [
        one.starts_at.isoformat() for one in club.sessions
    ]


def test_whoever_waits_for_a_session_is_told_which_one_has_a_seat(db_session, town):
    club = make.course(db_session, town.wutongli, "象棋", books=Books.SESSION, capacity=1)
    first = enroll_in(db_session, club.sessions[0], town.lin_xiao)
    wait_for(db_session, club.sessions[0], town.chen_min)
    withdraw(db_session, first.enrollment_id, actor=actor(town.lin_xiao), now=venue_clock.now())
    told = db_session.scalars(select(Message).order_by(Message.id)).all()
    assert [one.kind for one in told] == ["enrolled", "waitlisted", "withdrawn", "seat_offered"]
    starts_at = club.sessions[0].starts_at.isoformat()
    assert {one.parameters["session_at"] for one in told} == {starts_at}


def test_the_database_itself_refuses_one_seat_too_many(db_session, town):
    pool = make.pool_of(db_session, town.painting)
    pool.taken = pool.capacity + 1
    with pytest.raises(IntegrityError):
        db_session.flush()


def test_the_database_itself_refuses_a_second_active_enrollment(db_session, town):
    pool = make.pool_of(db_session, town.painting)
    make.enrollment(db_session, pool, town.lin_xiao)
    with pytest.raises(IntegrityError):
        make.enrollment(db_session, pool, town.lin_xiao, EnrollmentStatus.WAITLISTED)


def test_the_database_itself_refuses_a_second_active_enrollment_in_a_session(db_session, town):
    club = make.course(db_session, town.wutongli, "象棋", books=Books.SESSION, lessons=1)
    pool = make.pool_of(db_session, club.sessions[0])
    make.enrollment(db_session, pool, town.lin_xiao)
    with pytest.raises(IntegrityError):
        make.enrollment(db_session, pool, town.lin_xiao, EnrollmentStatus.WAITLISTED)


def test_the_database_itself_refuses_a_second_seat_of_a_limit_group(db_session, town):
    first, second = (
        make.pool_of(
            db_session,
            make.course(db_session, town.wutongli, title, term=town.term, limit_group="night"),
        )
        for title in ("摄影", "沪剧")
    )
    make.enrollment(db_session, first, town.lin_xiao)
    make.enrollment(db_session, second, town.zhou_wen)
    with pytest.raises(IntegrityError):
        make.enrollment(db_session, second, town.lin_xiao)


def test_a_closed_pool_gives_no_seat_even_when_the_facts_were_read_before(db_session, town):

    pool = make.pool_of(db_session, town.painting)
    pool.closed_at = venue_clock.now()
    db_session.flush()

    assert not _take_seat(db_session, pool.id, desk=False)
    assert db_session.get_one(SeatPool, pool.id).taken == 0
