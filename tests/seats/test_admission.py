"""Applications, consents and pauses, and what ends with a program, on both databases."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.changes.affected import seats_of
from venue.changes.cancelling import cancel_program
from venue.changes.outcomes import CancelledFor
from venue.consents.models import Consent, ConsentText
from venue.programs.rules import Admission
from venue.seats.approving import approve, refuse
from venue.seats.enrolling import enroll
from venue.seats.models import Enrollment, Pause
from venue.seats.outcomes import (
    Applied,
    Enrolled,
    NoSuchCriterion,
    NotActive,
    Refused,
    Rejected,
    Waitlisted,
)
from venue.seats.rules import (
    Clash,
    ConsentMissing,
    EnrollmentStatus,
    Paused,
    Quota,
)
from venue.seats.standing import Step, standings
from venue.seats.waitlist import withdraw

# ---- Applications ------------------------------------------------------------------------------


@pytest.fixture
def by_approval(choir):
    """The course gives its seats by two criteria."""
    choir.program.admission = Admission.APPROVAL
    choir.program.criteria = "住在本社区\n家里有 60 岁以上的老人"
    choir.session.flush()
    return choir


def test_an_application_holds_no_seat_and_is_approved_into_one(by_approval):
    person = by_approval.people[0]
    assert by_approval.step(person).step is Step.APPLY

    applied = by_approval.enroll(person, statement="和母亲同住")

    assert isinstance(applied, Applied)
    assert by_approval.step(person).step is Step.APPLIED
    assert by_approval.counts() == (0, 0, 0)
    approved = by_approval.do(approve, applied.enrollment_id)
    assert approved == Enrolled(applied.enrollment_id)
    assert by_approval.counts() == (1, 0, 0)
    assert by_approval.told(person) == ["applied", "application_approved"]
    assert by_approval.do(approve, applied.enrollment_id) == approved
    claim = by_approval.session.get_one(Enrollment, applied.enrollment_id)
    assert claim.statement == "和母亲同住"


def test_who_is_approved_without_a_free_seat_stands_behind_all_who_wait(by_approval):
    choir = by_approval
    early, *others = choir.people
    first = choir.enroll(early)
    later = [choir.enroll(one) for one in others[:3]]
    for one in later:
        choir.do(approve, one.enrollment_id)
    assert choir.state(*others[:3]) == ["confirmed", "confirmed", "waitlisted"]

    waiting = choir.do(approve, first.enrollment_id)

    assert isinstance(waiting, Waitlisted)
    assert waiting.position == 2
    assert choir.do(approve, first.enrollment_id) == NotActive(EnrollmentStatus.APPROVED)
    choir.do(withdraw, later[0].enrollment_id)
    assert choir.state(others[2], early) == ["offered", "waitlisted"]


def test_an_application_is_refused_by_a_stated_criterion_alone(by_approval):
    pair = by_approval.people[:2]
    applied = by_approval.enroll(*pair)

    assert by_approval.do(refuse, applied.others[0], "面试没过") == NoSuchCriterion()
    assert by_approval.state(*pair) == ["applied", "applied"]
    refused = by_approval.do(refuse, applied.others[0], "住在本社区")

    assert refused == Rejected(applied.others[0])
    assert by_approval.state(*pair) == ["refused", "refused"]
    assert by_approval.told(pair[1]) == ["applied", "application_refused"]
    assert by_approval.do(approve, applied.enrollment_id) == NotActive(EnrollmentStatus.REFUSED)


def test_who_has_a_seat_at_the_same_hour_by_now_is_not_approved(by_approval):
    person = by_approval.people[0]
    applied = by_approval.enroll(person)
    other = make.course(by_approval.session, by_approval.town.wutongli, "国画")
    make.enrollment(by_approval.session, make.pool_of(by_approval.session, other), person)

    refused = by_approval.do(approve, applied.enrollment_id)

    assert [type(reason) for reason in refused.reasons] == [Clash]
    assert by_approval.state(person) == ["applied"]


def test_a_seat_elsewhere_in_the_group_ends_an_application_and_says_so(by_approval):
    choir, person = by_approval, by_approval.people[0]
    facts = {"term": choir.town.term, "limit_group": "夜校"}
    choir.program.term, choir.program.limit_group = choir.town.term, "夜校"
    tomorrow = make.FIRST_LESSON + timedelta(days=1)
    other = make.course(choir.session, choir.town.wutongli, "摄影", first_on=tomorrow, **facts)
    choir.enroll(person)

    pool = make.pool_of(choir.session, other).id
    by = {"actor": Actor(person.id, Channel.ONLINE), "now": venue_clock.now()}
    assert isinstance(enroll(choir.session, pool, [person.id], **by), Enrolled)

    assert choir.state(person) == ["withdrawn"]
    assert choir.told(person) == ["applied", "enrolled", "application_ended"]


def test_a_change_of_admission_leaves_applications_and_seats_as_they_are(by_approval):
    first, second, third, *_ = by_approval.people
    applied = by_approval.enroll(first)
    by_approval.program.admission = Admission.FIRST_COME
    by_approval.program.price_fen = 99900
    by_approval.session.flush()
    by_approval.enroll(second)
    by_approval.enroll(third)

    waiting = by_approval.do(approve, applied.enrollment_id)

    prices = {
        one.person_id: one.price_fen for one in by_approval.session.scalars(select(Enrollment))
    }
    assert (prices[first.id], prices[second.id]) == (18000, 99900)
    assert by_approval.state(first) == ["waitlisted"]
    assert waiting.position == 1


# ---- The whole program -------------------------------------------------------------------------


def test_a_cancelled_program_ends_applications_groups_and_what_they_keep_in_every_pool(choir):
    quota = choir.quota(Quota.RESIDENTS, 1)
    holder, *others = choir.people
    seats = [choir.enroll(holder, channel=Channel.COUNTER), choir.enroll(choir.town.lin_xiao)]
    leaving = choir.enroll(others[0])
    choir.wait(*others[1:3])
    choir.do(withdraw, leaving.enrollment_id)
    choir.program.admission, choir.program.criteria = Admission.APPROVAL, "住在本社区"
    choir.session.flush()
    applied = choir.enroll(others[3])
    assert (choir.counts(), choir.counts(quota)) == ((1, 1, 1), (1, 0, 0))
    assert seats_of(choir.session, choir.program.id, []) == 3

    cancelled = choir.do(partial(cancel_program, reason="老师生病"), choir.program.id)

    assert cancelled == CancelledFor(5)
    assert (choir.counts(), choir.counts(quota)) == ((0, 0, 0), (0, 0, 0))
    people = [holder, choir.town.lin_xiao, *others[1:4]]
    assert choir.state(*people) == ["cancelled"] * 5
    over = NotActive(EnrollmentStatus.CANCELLED)
    assert choir.do(approve, applied.enrollment_id) == over
    assert choir.do(withdraw, seats[0].enrollment_id) == over


# ---- Consents and pauses -----------------------------------------------------------------------


def test_nobody_enrolls_without_the_consent_that_is_given_in_the_same_act(session, choir):
    text = ConsentText(title="拍照说明", body="会拍照。", written_at=venue_clock.now())
    session.add(text)
    session.flush()
    choir.program.consent_text_id = text.id
    person = choir.people[0]
    missing = ConsentMissing(text.id, "拍照说明")
    standing = choir.step(person)

    assert choir.enroll(person) == Refused((missing,))
    assert (standing.step, standing.consent) == (Step.ENROLL, missing)
    assert isinstance(choir.enroll(person, agreed=True), Enrolled)

    [given] = session.scalars(select(Consent)).all()
    assert (given.person_id, given.text_id) == (person.id, text.id)
    assert isinstance(choir.wait(choir.people[1], agreed=True), Waitlisted)
    assert len(session.scalars(select(Consent)).all()) == 2


def test_a_pause_is_of_one_center_and_ends_by_itself_or_when_it_is_waived(session, choir, clock):
    person = choir.people[0]
    ends_at = clock.now() + timedelta(days=3)
    pause = Pause(
        person_id=person.id,
        center_id=choir.town.wutongli.id,
        starts_at=clock.now() - timedelta(days=1),
        ends_at=ends_at,
        sessions={"missed": []},
    )
    elsewhere = make.course(session, choir.town.elsewhere, "舞蹈")
    session.add(pause)
    session.flush()

    assert choir.enroll(person) == Refused((Paused(pause.id, ends_at),))
    there = make.pool_of(session, elsewhere).id
    [there_too] = standings(session, [person], [there], now=clock.now())[there].people
    assert there_too.step is Step.ENROLL
    clock.set(ends_at)
    assert isinstance(choir.enroll(person), Enrolled)
