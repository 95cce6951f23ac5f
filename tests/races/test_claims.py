"""Two who change the same seats meet: both get a true answer, and no seat is lost or doubled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.races.facts import by_us
from tests.races.meeting import act, meeting
from venue import clock as venue_clock
from venue.changes.cancelling import cancel_program
from venue.changes.outcomes import AlreadyCancelled, CancelledFor
from venue.changes.publishing import PeopleEnrolled, retract_program
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.opening import BelowTaken, resize_pool
from venue.seats.outcomes import Enrolled, NotActive, Refused, Withdrawn
from venue.seats.rules import SEATED, Clash, EnrollmentStatus, OfferAnswer
from venue.seats.waitlist import accept_offer, decline_offer, expire_offers, withdraw

pytestmark = [pytest.mark.race, meeting]

CONFIRMED, OFFERED, WAITLISTED, WITHDRAWN, EXPIRED, CANCELLED = (
    EnrollmentStatus.CONFIRMED,
    EnrollmentStatus.OFFERED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.EXPIRED,
    EnrollmentStatus.CANCELLED,
)


class Choir:
    """A course of one seat, and who claims it."""

    def __init__(self, session, town):
        self.session = session
        self.program = make.course(session, town.wutongli, "合唱", capacity=1)
        self.pool = make.pool_of(session, self.program)
        session.commit()

    def give(self, person, status):
        """Write a claim and commit it."""
        claim = make.enrollment(self.session, self.pool, person, status)
        self.session.commit()
        return claim.id

    def statuses(self):
        """Return the statuses of all claims, in their order, once everything adds up."""
        self.session.rollback()
        claims = self.session.scalars(
            select(Enrollment)
            .where(Enrollment.pool_id == self.pool.id)
            .order_by(Enrollment.id)
            .execution_options(populate_existing=True)
        ).all()
        self.session.refresh(self.pool)
        offers = self.session.scalars(
            select(WaitlistOffer.enrollment_id)
            .join(WaitlistOffer.enrollment)
            .where(Enrollment.pool_id == self.pool.id, WaitlistOffer.answered_at.is_(None))
        ).all()
        assert self.pool.taken == sum(claim.status in SEATED for claim in claims)
        assert set(offers) == {claim.id for claim in claims if claim.status is OFFERED}
        return [claim.status for claim in claims]


@pytest.fixture
def choir(db_session, town):
    return Choir(db_session, town)


# ---- One person --------------------------------------------------------------------------------


def test_one_person_gets_one_of_two_courses_at_one_hour(db_session, town, choir, meet):
    seats = act(enroll, choir.pool.id, [town.lin_xiao.id], **by_us())
    other = make.pool_of(db_session, town.painting).id
    db_session.commit()

    first, second = meet(seats, act(enroll, other, [town.lin_xiao.id], **by_us()))

    assert isinstance(first, Enrolled)
    assert isinstance(second, Refused)
    assert [type(reason) for reason in second.reasons] == [Clash]


@pytest.fixture
def group(db_session, town):
    """Make two courses of which one person may have one, and return their pools."""
    facts = {"term": town.term, "limit_group": "night"}
    tomorrow = make.FIRST_LESSON + timedelta(days=1)
    photography = make.course(db_session, town.wutongli, "摄影", capacity=1, **facts)
    opera = make.course(db_session, town.wutongli, "沪剧", first_on=tomorrow, **facts)
    return [make.pool_of(db_session, course) for course in (photography, opera)]


@pytest.mark.parametrize(("seats", "status"), [(1, WAITLISTED), (2, OFFERED)])
def test_a_claim_that_ends_by_a_seat_elsewhere_as_another_leaves_frees_what_it_has(
    db_session, town, group, meet, seats, status
):
    """Of one seat, it has just become an offer; of two, both are free in the end."""
    left, taken = group
    left.capacity = seats
    leaving = make.enrollment(db_session, left, town.zhou_wen).id
    claim = make.enrollment(db_session, left, town.lin_xiao, status)
    db_session.commit()

    _, enrolled = meet(
        act(withdraw, leaving, **by_us()), act(enroll, taken.id, [town.lin_xiao.id], **by_us())
    )

    assert isinstance(enrolled, Enrolled)
    db_session.expire_all()
    assert (claim.status, left.taken) == (WITHDRAWN, 0)
    assert db_session.scalars(select(WaitlistOffer.answer)).all() == [OfferAnswer.WITHDRAWN]


# ---- One claim ---------------------------------------------------------------------------------


def test_a_withdrawal_sent_twice_frees_one_seat(town, choir, meet):
    holder = choir.give(town.zhou_wen, CONFIRMED)
    choir.give(town.lin_xiao, WAITLISTED)
    choir.give(town.chen_min, WAITLISTED)
    leaving = act(withdraw, holder, **by_us())

    assert meet(leaving, leaving) == (Withdrawn(holder), Withdrawn(holder))
    assert choir.statuses() == [WITHDRAWN, OFFERED, WAITLISTED]


def test_an_offer_that_is_accepted_as_it_runs_out_stays_accepted(town, choir, meet):
    offer = choir.give(town.lin_xiao, OFFERED)
    later = venue_clock.now() + timedelta(days=2)

    answers = meet(act(accept_offer, offer, **by_us()), act(expire_offers, now=later))

    assert answers == (Enrolled(offer), 0)
    assert choir.statuses() == [CONFIRMED]


def test_an_offer_that_runs_out_as_it_is_accepted_has_run_out(town, choir, meet):
    offer = choir.give(town.lin_xiao, OFFERED)
    choir.give(town.chen_min, WAITLISTED)
    later = venue_clock.now() + timedelta(days=2)

    answers = meet(act(expire_offers, now=later), act(accept_offer, offer, **by_us()))

    assert answers == (1, NotActive(EXPIRED))
    assert choir.statuses() == [EXPIRED, OFFERED]


def test_an_offer_has_one_answer(town, choir, meet):
    offer = choir.give(town.lin_xiao, OFFERED)
    choir.give(town.chen_min, WAITLISTED)

    answers = meet(act(decline_offer, offer, **by_us()), act(accept_offer, offer, **by_us()))

    assert answers == (Withdrawn(offer), NotActive(WITHDRAWN))
    assert choir.statuses() == [WITHDRAWN, OFFERED]


# ---- One line ----------------------------------------------------------------------------------


@pytest.mark.parametrize("joins_first", [True, False])
def test_who_joins_the_line_as_the_seat_is_freed_is_offered_it(town, choir, meet, joins_first):
    holder = choir.give(town.zhou_wen, CONFIRMED)
    leaving = act(withdraw, holder, **by_us())
    joining = act(join_waitlist, choir.pool.id, [town.lin_xiao.id], **by_us())

    meet(*((joining, leaving) if joins_first else (leaving, joining)))

    assert choir.statuses() == [WITHDRAWN, OFFERED]


def test_the_capacity_does_not_fall_below_a_seat_that_is_just_taken(db_session, town, choir, meet):
    choir.pool.capacity = 2
    choir.give(town.zhou_wen, CONFIRMED)

    _, resized = meet(
        act(enroll, choir.pool.id, [town.lin_xiao.id], **by_us()),
        act(resize_pool, choir.pool.id, 1, **by_us()),
    )

    assert resized == BelowTaken(2)
    assert choir.statuses() == [CONFIRMED, CONFIRMED]


# ---- The whole program -------------------------------------------------------------------------


def test_who_enrolls_as_the_program_is_cancelled_is_told(db_session, town, choir, meet):
    enrolled, cancelled = meet(
        act(enroll, choir.pool.id, [town.lin_xiao.id], **by_us()),
        act(cancel_program, choir.program.id, reason="老师生病", **by_us()),
    )

    assert isinstance(enrolled, Enrolled)
    assert cancelled == CancelledFor(1)
    assert choir.statuses() == [CANCELLED]
    told = select(Message.person_id).where(Message.kind == MessageKind.PROGRAM_CANCELLED)
    assert db_session.scalars(told).all() == [town.lin_xiao.id]


def test_a_program_cancelled_twice_is_told_once(db_session, town, choir, meet):
    choir.give(town.lin_xiao, CONFIRMED)
    cancelling = act(cancel_program, choir.program.id, reason="老师生病", **by_us())

    assert meet(cancelling, cancelling) == (CancelledFor(1), AlreadyCancelled())
    told = select(Message.person_id).where(Message.kind == MessageKind.PROGRAM_CANCELLED)
    assert db_session.scalars(told).all() == [town.lin_xiao.id]


def test_a_program_in_which_somebody_just_enrolled_is_not_hidden(town, choir, meet):
    _, hidden = meet(
        act(enroll, choir.pool.id, [town.lin_xiao.id], **by_us()),
        act(retract_program, choir.program.id, **by_us()),
    )

    assert hidden == PeopleEnrolled(1)
    assert choir.statuses() == [CONFIRMED]
