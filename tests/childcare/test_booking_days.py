"""Booking days of care on both databases: siblings, full days, every reason, nothing by halves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from tests import town as make
from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.childcare.booking_days import (
    Booked,
    ChildWish,
    DaysRefused,
    DayWish,
    NothingChosen,
    NotOfTheProgram,
    WhenFull,
    book_days,
)
from venue.childcare.care_days import GradeUnknown, IncompleteWeek, TooLate, WrongGrade
from venue.childcare.judging_days import judge_days
from venue.childcare.models import CareBooking, CareDay
from venue.childcare.reading import care_of
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.models import Patron
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import resize_pool
from venue.seats.outcomes import Refused
from venue.seats.rules import (
    AlreadyEnrolled,
    ByDays,
    Clash,
    ConsentMissing,
    Full,
    GroupTooLarge,
    Quota,
)
from venue.seats.waitlist import accept_offer
from venue.timeline.local_time import local_date

WAIT, LEAVE_OUT = WhenFull.WAIT, WhenFull.LEAVE_OUT


def test_days_of_two_children_are_one_act_with_one_message_each(after, town, session):
    both = [town.xiao_he, town.xiao_mai]
    outcome = after.book(both, 0, 2, 4, meal=True)
    ids = [one.id for one in after.days]
    assert isinstance(outcome, Booked)
    assert outcome.taken == tuple((one.id, ids[n]) for one in both for n in (0, 2, 4))
    assert after.taken() == [2, 0, 2, 0, 2, 0, 0, 0, 0, 0]
    bookings = session.scalars(select(CareBooking).order_by(CareBooking.id)).all()
    assert [(one.child_id, one.booked_by_id) for one in bookings] == [
        (one.id, town.chen_min.id) for one in both
    ]
    days = session.scalars(select(CareDay)).all()
    assert {(one.price_fen, one.meal_fen, one.nap_fen, one.meal) for one in days} == {
        (3000, 1500, 0, True)
    }
    told = session.scalars(select(Message)).all()
    assert [one.kind for one in told] == [MessageKind.CARE_BOOKED] * 2
    assert told[0].parameters["days"] == 3
    known = session.scalars(select(Patron.person_id)).all()
    assert {one.id for one in both} <= set(known)
    actions = session.execute(
        select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
    ).all()
    assert dict(map(tuple, actions)) == {"enrollment.confirmed": 6, "care.booked": 2}


def test_all_days_or_none(after, town):
    after.leave(2, 0)
    outcome = after.book(town.xiao_he, 0, 2)
    key = (town.xiao_he.id, after.days[2].id)
    assert outcome == DaysRefused({}, {key: (Full(0, 0),)})
    assert after.claims(town.xiao_he) == {}
    assert after.taken() == [0] * 10


def test_what_is_free_and_a_place_in_line_for_the_rest(after, town, session, clock):
    full = after.leave(2, 0)
    left_out = after.book(town.xiao_he, 0, 2, when_full=LEAVE_OUT)
    assert left_out.left_out == ((town.xiao_he.id, after.days[2].id),)
    assert after.claims(town.xiao_he) == {0: "confirmed"}
    waits = after.book(town.xiao_he, 2, 3, when_full=WAIT)
    assert waits.waiting == ((town.xiao_he.id, after.days[2].id),)
    assert after.claims(town.xiao_he) == {0: "confirmed", 2: "waitlisted", 3: "confirmed"}
    resize_pool(session, full.id, 1, **make.acts())
    session.commit()
    assert after.claims(town.xiao_he)[2] == "offered"
    offered = session.scalars(select(Enrollment.id).where(Enrollment.status == "offered")).one()
    accept_offer(session, offered, actor=after.by(), now=clock.now())
    assert after.claims(town.xiao_he)[2] == "confirmed"


def test_siblings_have_a_day_together_or_wait_for_it_together(after, town, session):
    both = [town.xiao_he, town.xiao_mai]
    pool = after.fill(1, 1, left=1)
    assert isinstance(after.book(both, 0, 1), DaysRefused)
    outcome = after.book(both, 0, 1, when_full=WAIT)
    assert outcome.taken == tuple((one.id, after.days[0].id) for one in both)
    assert [after.claims(one) for one in both] == [{0: "confirmed", 1: "waitlisted"}] * 2
    session.refresh(pool)
    assert (pool.taken, pool.kept_for_group) == (1, 1)
    resize_pool(session, pool.id, 3, **make.acts())
    session.commit()
    assert [after.claims(one)[1] for one in both] == ["offered", "offered"]


def test_nobody_passes_a_line_that_waits(after, town, session):
    after.fill(1, 1, left=1)
    after.book([town.xiao_he, town.xiao_mai], 1, when_full=WAIT)
    other = make.person(session, "居民孩子", 2017, grade=3)
    refused = after.book(other, 1)
    assert refused == DaysRefused({}, {(other.id, after.days[1].id): (Full(2, 2),)})


def test_more_children_than_there_are_places_are_told_so(after, town):
    after.leave(1, 1)
    both = [town.xiao_he, town.xiao_mai]
    for when_full in WhenFull:
        outcome = after.book(both, 0, 1, when_full=when_full)
        day = after.days[1].id
        assert outcome == DaysRefused({}, {(one.id, day): (GroupTooLarge(1),) for one in both})


def test_each_reason_is_said_of_what_it_is_about(after, town, session, clock):
    after.book(town.xiao_he, 1)
    third = local_date(after.days[2].starts_at)
    piano = make.course(
        session, town.wutongli, "钢琴", first_on=third, starts=make.time(16), lessons=1
    )
    make.enrollment(session, make.pool_of(session, piano), town.xiao_mai)
    after.days[3].cancelled_at = clock.now()
    session.commit()
    town.xiao_mai.grade = 7
    session.commit()
    clock.set(after.days[1].starts_at - timedelta(hours=20))
    outcome = after.book([town.xiao_he, town.xiao_mai], 0, 1, 2, 3)
    he, mai = town.xiao_he.id, town.xiao_mai.id
    assert isinstance(outcome, DaysRefused)
    assert outcome.children == {mai: (WrongGrade(1, 6, 7),)}
    kinds = {key: [type(one) for one in why] for key, why in outcome.days.items()}
    ids = [one.id for one in after.days]
    assert kinds[mai, ids[2]] == [Clash]
    assert TooLate in kinds[he, ids[0]]
    assert AlreadyEnrolled in kinds[he, ids[1]]
    assert kinds[he, ids[3]] == kinds[mai, ids[3]]
    assert (he, ids[2]) not in kinds


@pytest.mark.parametrize(
    ("grade", "refused"), [(None, GradeUnknown()), (7, WrongGrade(1, 6, 7)), (6, None)]
)
def test_the_grade_decides(after, town, session, grade, refused):
    town.xiao_he.grade = grade
    town.xiao_he.grade_year = None if grade is None else 2026
    session.commit()
    outcome = after.book(town.xiao_he, 0)
    if refused is None:
        assert isinstance(outcome, Booked)
    else:
        assert outcome == DaysRefused({town.xiao_he.id: (refused,)}, {})


def test_a_grade_counts_on_the_first_day_that_is_still_ahead(after, town, session, clock):
    august = after.days[0]
    august.starts_at, august.ends_at = (
        at - timedelta(days=30) for at in (august.starts_at, august.ends_at)
    )
    town.xiao_mai.grade = 1
    session.commit()
    assert isinstance(after.book(town.xiao_mai, 1), Booked)
    care = care_of(session, after.program.id)
    verdict = judge_days(session, care, [town.xiao_mai], now=clock.now())
    assert verdict.children[town.xiao_mai.id] == ()


def test_whole_weeks_are_booked_as_such(after, town, session):
    after.care.whole_weeks = True
    session.commit()
    # The ten days are from Tuesday to the Monday after the next.
    broken = after.book(town.xiao_he, 4, 5, 6)
    assert isinstance(broken, DaysRefused)
    assert {type(one) for why in broken.days.values() for one in why} == {IncompleteWeek}
    assert isinstance(after.book(town.xiao_he, 4, 5, 6, 7, 8), Booked)


def test_consent_to_the_agreement_is_given_with_the_booking(after, town, session):
    text = write_text(session, "托管协议", "按时接孩子。", follows=None, **make.acts())
    after.program.consent_text = text
    session.commit()
    refused = after.book(town.xiao_he, 0)
    missing = ConsentMissing(text.id, "托管协议")
    assert refused == DaysRefused({town.xiao_he.id: (missing,)}, {})
    assert isinstance(after.book(town.xiao_he, 0, agreed=True), Booked)
    given = session.scalars(select(Consent)).one()
    assert (given.person_id, given.given_by_id) == (town.xiao_he.id, town.chen_min.id)
    assert isinstance(after.book(town.xiao_he, 1), Booked)


def test_a_priority_group_has_places_of_its_own_on_each_day(after, town, session):
    session.add_all(SeatPool(session=one, quota=Quota.RESIDENTS, capacity=1) for one in after.days)
    town.xiao_mai.neighborhood = town.other_neighborhood
    for number in range(2):
        after.leave(number, 0)
    assert isinstance(after.book(town.xiao_mai, 0), DaysRefused)
    assert isinstance(after.book(town.xiao_he, 0, 1), Booked)
    assert after.taken()[:2] == [0, 0]
    assert session.scalars(
        select(Enrollment.pool_id).where(Enrollment.person_id == town.xiao_he.id)
    ).all() == [make.quota_of(session, after.days[n], Quota.RESIDENTS).id for n in range(2)]
    waits = after.book(town.xiao_mai, 0, when_full=WAIT)
    assert waits.waiting == ((town.xiao_mai.id, after.days[0].id),)


def test_the_desk_takes_what_is_kept_for_it(after, town, session, clock):
    pool = after.leave(0, 1)
    pool.kept, pool.kept_until = 1, clock.now() + timedelta(days=2)
    session.commit()
    assert isinstance(after.book(town.xiao_he, 0), DaysRefused)
    assert isinstance(after.book(town.xiao_he, 0, channel=Channel.COUNTER), Booked)
    session.refresh(pool)
    assert pool.counter_taken == 1


def test_the_ordinary_form_leads_to_the_calendar(after, town, session, clock):
    acts = {"actor": after.by(), "now": clock.now()}
    for verb in (enroll, join_waitlist):
        outcome = verb(session, after.pool(0).id, [town.xiao_he.id], **acts)
        assert isinstance(outcome, Refused)
        assert ByDays() in outcome.reasons


def test_nothing_chosen_foreign_days_and_strangers(after, town, session, clock):
    assert after.book(town.xiao_he) == NothingChosen()
    other = make.care(session, town.wutongli, "别的托管", days=1).sessions[0]
    acts = {"when_full": WAIT, "agreed": False, "actor": after.by(), "now": clock.now()}
    wishes = [ChildWish(town.xiao_he.id, (DayWish(other.id),))]
    assert book_days(session, after.program.id, wishes, **acts) == NotOfTheProgram((other.id,))
    stranger = [ChildWish(10_000, (DayWish(after.days[0].id),))]
    with pytest.raises(NoResultFound):
        book_days(session, after.program.id, stranger, **acts)
    with pytest.raises(NoResultFound):
        book_days(session, town.painting.id, wishes, **acts)


def test_forty_days_cost_as_many_statements_as_two(after, town, session, count_queries):
    long = make.care(session, town.wutongli, "整学期", days=40)
    session.commit()

    def sent(days):
        wishes = [ChildWish(town.xiao_he.id, tuple(DayWish(one.id) for one in days))]
        with count_queries() as statements:
            book_days(
                session,
                long.id,
                wishes,
                when_full=WAIT,
                agreed=False,
                actor=after.by(),
                now=make.clock.now(),
            )
        session.commit()
        return len(statements)

    sessions = list(long.sessions)
    sent(sessions[:1])
    few = sent(sessions[1:3])
    assert sent(sessions[3:]) == few
