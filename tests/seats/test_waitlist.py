"""Withdrawing, offers and their answers, on both databases: a freed seat goes to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.changes.cancelling import cancel_program
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.opening import BelowTaken, resize_pool
from venue.seats.outcomes import Enrolled, NotActive, Refused, Withdrawn
from venue.seats.rules import Clash, EnrollmentStatus, OfferAnswer
from venue.seats.waitlist import accept_offer, decline_offer, expire_offers, withdraw

CONFIRMED, OFFERED, WAITLISTED, WITHDRAWN, EXPIRED = (
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.OFFERED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.EXPIRED,
)


class Line:
    """A course of one seat: 周文 has it, 林晓 and then 陈敏 wait."""

    def __init__(self, session):
        self.session = session
        self.town = make.build(session)
        self.course = make.course(session, self.town.wutongli, "合唱", capacity=1)
        self.pool = make.pool_of(session, self.course)
        holder = enroll(session, self.pool.id, [self.town.zhou_wen.id], actor=SYSTEM, now=self.now)
        self.holder = holder.enrollment_id
        self.first = self.wait(self.town.lin_xiao)
        self.second = self.wait(self.town.chen_min)
        session.commit()

    @property
    def now(self):
        return venue_clock.now()

    def wait(self, person):
        by = Actor(person.id, Channel.ONLINE)
        return join_waitlist(
            self.session, self.pool.id, [person.id], actor=by, now=self.now
        ).enrollment_id

    def do(self, verb, enrollment_id):
        return verb(self.session, enrollment_id, actor=SYSTEM, now=self.now)

    def state(self):
        """Return the statuses of holder, first and second, and the seats taken."""
        self.session.expire_all()
        ids = (self.holder, self.first, self.second)
        statuses = tuple(self.session.get_one(Enrollment, one).status for one in ids)
        return (*statuses, self.session.get_one(type(self.pool), self.pool.id).taken)

    def told(self, kind):
        return self.session.scalars(select(Message.person_id).where(Message.kind == kind)).all()


@pytest.fixture
def line(db_session):
    return Line(db_session)


def test_a_withdrawal_offers_the_seat_to_the_first_and_holds_it(line):
    assert line.do(withdraw, line.holder) == Withdrawn(line.holder)

    assert line.state() == (WITHDRAWN, OFFERED, WAITLISTED, 1)
    assert line.told(MessageKind.SEAT_OFFERED) == [line.town.lin_xiao.id]
    offer = line.session.scalars(select(WaitlistOffer)).one()
    assert offer.expires_at == line.now + timedelta(hours=24)


def test_withdrawing_twice_answers_the_same_and_frees_one_seat(line):
    line.do(withdraw, line.holder)
    assert line.do(withdraw, line.holder) == Withdrawn(line.holder)

    assert line.state() == (WITHDRAWN, OFFERED, WAITLISTED, 1)


def test_whoever_leaves_the_line_frees_no_seat(line):
    line.do(withdraw, line.first)

    assert line.state() == (CONFIRMED, WITHDRAWN, WAITLISTED, 1)


def test_an_accepted_offer_is_a_seat_and_accepting_twice_answers_the_same(line):
    line.do(withdraw, line.holder)

    assert line.do(accept_offer, line.first) == Enrolled(line.first)
    assert line.do(accept_offer, line.first) == Enrolled(line.first)

    assert line.state() == (WITHDRAWN, CONFIRMED, WAITLISTED, 1)


def test_a_declined_offer_goes_to_the_second(line):
    line.do(withdraw, line.holder)

    assert line.do(decline_offer, line.first) == Withdrawn(line.first)

    assert line.state() == (WITHDRAWN, WITHDRAWN, OFFERED, 1)
    answers = line.session.scalars(select(WaitlistOffer.answer).order_by(WaitlistOffer.id)).all()
    assert answers == [OfferAnswer.DECLINED, None]


def test_the_last_to_decline_frees_the_seat_for_everybody(line):
    line.do(withdraw, line.holder)
    line.do(decline_offer, line.first)
    line.do(decline_offer, line.second)

    assert line.state() == (WITHDRAWN, WITHDRAWN, WITHDRAWN, 0)


def test_withdrawing_from_an_offer_passes_the_seat_on(line):
    line.do(withdraw, line.holder)
    line.do(withdraw, line.first)

    assert line.state() == (WITHDRAWN, WITHDRAWN, OFFERED, 1)


def test_an_offer_runs_out_to_the_second_and_the_first_is_told(line, clock):
    line.do(withdraw, line.holder)
    clock.advance(timedelta(hours=24))

    assert expire_offers(line.session, now=line.now) == 1

    assert line.state() == (WITHDRAWN, EXPIRED, OFFERED, 1)
    assert line.told(MessageKind.OFFER_EXPIRED) == [line.town.lin_xiao.id]


def test_an_offer_that_has_not_run_out_stays(line, clock):
    line.do(withdraw, line.holder)
    clock.advance(timedelta(hours=23, minutes=59))

    assert expire_offers(line.session, now=line.now) == 0
    assert line.state() == (WITHDRAWN, OFFERED, WAITLISTED, 1)


def test_a_late_yes_is_no_seat_even_before_the_job_has_run(line, clock):
    line.do(withdraw, line.holder)
    clock.advance(timedelta(hours=25))

    assert line.do(accept_offer, line.first) == NotActive(EXPIRED)
    assert line.state() == (WITHDRAWN, EXPIRED, OFFERED, 1)


def test_who_waits_without_an_offer_cannot_accept(line):
    assert line.do(accept_offer, line.first) == NotActive(WAITLISTED)
    assert line.do(decline_offer, line.first) == NotActive(WAITLISTED)


def test_a_seat_taken_elsewhere_at_the_same_hour_stands_in_the_way(line):
    other = make.course(line.session, line.town.wutongli, "书法")
    pool = make.pool_of(line.session, other)
    enroll(line.session, pool.id, [line.town.lin_xiao.id], actor=SYSTEM, now=line.now)
    line.do(withdraw, line.holder)

    outcome = line.do(accept_offer, line.first)

    assert isinstance(outcome, Refused)
    assert [type(reason) for reason in outcome.reasons] == [Clash]
    assert line.state()[1] is OFFERED


def test_two_hours_before_the_start_a_freed_seat_is_for_whoever_comes(line, clock):
    clock.set(line.course.sessions[0].starts_at - timedelta(hours=2))
    line.do(withdraw, line.holder)

    assert line.state() == (WITHDRAWN, WAITLISTED, WAITLISTED, 0)


def test_added_seats_are_offered_in_order(line):
    resize_pool(line.session, line.pool.id, 3, actor=SYSTEM, now=line.now)

    assert line.state() == (CONFIRMED, OFFERED, OFFERED, 3)


def test_the_capacity_never_falls_below_the_seats_taken(line):
    assert resize_pool(line.session, line.pool.id, 0, actor=SYSTEM, now=line.now) == BelowTaken(1)


def test_the_database_itself_refuses_a_second_open_offer(line):
    line.do(withdraw, line.holder)
    offer = line.session.scalars(select(WaitlistOffer)).one()
    line.session.add(
        WaitlistOffer(enrollment_id=line.first, offered_at=line.now, expires_at=offer.expires_at)
    )
    with pytest.raises(IntegrityError):
        line.session.flush()


def test_newcomers_do_not_overtake_while_an_offer_is_open(line):
    line.do(withdraw, line.holder)
    person = make.person(line.session, "王新", birth_year=1990)

    outcome = enroll(line.session, line.pool.id, [person.id], actor=SYSTEM, now=line.now)

    assert [type(reason).__name__ for reason in outcome.reasons] == ["Full"]


def test_a_cancelled_program_ends_every_claim_and_tells_everybody(line):
    line.do(withdraw, line.holder)
    cancel_program(line.session, line.course.id, reason="老师生病", actor=SYSTEM, now=line.now)

    cancelled = EnrollmentStatus.CANCELLED
    assert line.state() == (WITHDRAWN, cancelled, cancelled, 0)
    told = set(line.told(MessageKind.PROGRAM_CANCELLED))
    assert told == {line.town.lin_xiao.id, line.town.chen_min.id}
