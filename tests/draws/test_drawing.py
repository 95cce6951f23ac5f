"""Freezing, typing the number and drawing, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.changes.cancelling import cancel_program
from venue.draws.drawing import (
    CannotDraw,
    CannotEnter,
    Entered,
    HasDrawn,
    draw,
    enter_number,
)
from venue.draws.freezing import freeze_due
from venue.draws.lottery import list_digest
from venue.draws.models import Application, DrawRecord
from venue.draws.numbers import (
    AlreadyDrawn,
    ListAltered,
    NotFrozen,
    NumberMissing,
    NumbersDiffer,
    SeatsMissing,
)
from venue.draws.verifying import Verified, verify
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.programs.rules import Admission
from venue.seats.applicants import applicant_facts
from venue.seats.eligibility import quotas_in
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.reading import pool_facts
from venue.seats.rules import EnrollmentStatus, Quota
from venue.seats.seating import load_seatings
from venue.seats.waitlist import expire_offers
from venue.timeline.local_time import local_date

NUMBER = "02 07 11 19 23 30 + 08"
OFFERED, WAITLISTED = EnrollmentStatus.OFFERED, EnrollmentStatus.WAITLISTED


class Lottery:
    """Two night courses of the same evening group, drawn by lot among a crowd."""

    def __init__(self, session, clock):
        self.session, self.clock = session, clock
        self.town = make.build(session)
        self.first = self.course("摄影", 2)
        self.second = self.course("民谣吉他", 1)
        self.draw = make.draw(session, self.town.wutongli, [self.first, self.second])
        session.commit()

    def course(self, title, capacity, **facts):
        return make.course(
            self.session,
            self.town.wutongli,
            title,
            capacity=capacity,
            admission=Admission.LOTTERY,
            term=self.town.term,
            limit_group="夜校",
            **facts,
        )

    def crowd(self, count):
        people = make.crowd(self.session, count)
        for number, person in enumerate(people):
            wishes = [self.first, self.second] if number % 2 else [self.second, self.first]
            make.application(self.session, self.draw, [person], wishes)
        self.session.commit()
        return people

    def close(self):
        self.clock.set(self.draw.closes_at)
        frozen = freeze_due(self.session, now=self.clock.now())
        self.session.commit()
        return frozen

    def type_in(self, person, number=NUMBER):
        by = Actor(person.id, Channel.COUNTER)
        return enter_number(self.session, self.draw.id, number, actor=by, now=self.clock.now())

    def agree(self):
        self.type_in(self.town.shen_lan)
        return self.type_in(self.town.he_jing)

    def run(self):
        return draw(self.session, self.draw.id, actor=SYSTEM, now=self.clock.now())

    def file(self):
        record = self.session.get_one(DrawRecord, self.draw.id)
        text = record.list_text + (record.result_text or "")
        return [f"{line}\n".encode() for line in text.split("\n")[:-1]]


@pytest.fixture
def lottery(session, clock):
    return Lottery(session, clock)


def test_winners_are_offered_seats_and_all_others_wait_in_the_drawn_order(lottery, session):
    lottery.crowd(8)
    assert lottery.close() == 1
    assert lottery.agree() == Entered(agreed=True)

    assert lottery.run() == HasDrawn(lottery.draw.id, 8, 3)
    session.commit()

    verdict = verify(lottery.file())
    assert isinstance(verdict, Verified)
    assert (verdict.applications, verdict.won, verdict.number) == (8, 3, NUMBER)
    applications = session.scalars(select(Application).order_by(Application.place)).all()
    assert [one.place for one in applications] == list(range(1, 9))
    seats = session.execute(
        select(Enrollment.person_id, Enrollment.program_id, WaitlistOffer.expires_at)
        .join(Enrollment.offers)
        .where(Enrollment.status == OFFERED)
    ).all()
    winners = [one for one in applications if one.won_program_id]
    assert {(one.people[0].person_id, one.won_program_id) for one in winners} == {
        (person_id, program_id) for person_id, program_id, _ in seats
    }
    # 72 hours after Friday 18:00 it is Monday 18:00.
    assert {at for _, _, at in seats} == {lottery.clock.now() + timedelta(hours=72)}
    for course, capacity in ((lottery.first, 2), (lottery.second, 1)):
        pool = make.pool_of(session, course)
        session.refresh(pool)
        assert (pool.taken, pool.counter_taken) == (capacity, 0)
        line = session.scalars(
            select(Enrollment.person_id)
            .where(Enrollment.program_id == course.id, Enrollment.status == WAITLISTED)
            .order_by(Enrollment.id)
        ).all()
        assert line == [one.people[0].person_id for one in applications if one not in winners]
    told = session.execute(select(Message.kind, Message.person_id)).all()
    assert sorted(told) == sorted(
        (
            MessageKind.DRAW_WON if one in winners else MessageKind.DRAW_WAITING,
            one.people[0].person_id,
        )
        for one in applications
    )
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["draw.frozen", "draw.number_entered", "draw.number_entered", "draw.drawn"]


def test_groups_and_quotas_are_drawn_as_published(lottery, session):
    """A family of three never fits into two seats; a quota seats only those for whom it is."""
    people = lottery.crowd(5)
    make.application(session, lottery.draw, make.crowd(session, 3), [lottery.first])
    pair = make.crowd(session, 2)
    make.application(session, lottery.draw, pair, [lottery.first, lottery.second])
    session.add(SeatPool(program=lottery.first, quota=Quota.RESIDENTS, capacity=2, taken=0))
    session.commit()
    pair[0].neighborhood = people[0].neighborhood = people[1].neighborhood = (
        lottery.town.neighborhood
    )
    session.commit()
    lottery.close()
    lottery.agree()

    assert isinstance(lottery.run(), HasDrawn)
    session.commit()

    assert isinstance(verify(lottery.file()), Verified)
    claims = session.scalars(
        select(Enrollment).where(Enrollment.program_id == lottery.first.id).order_by(Enrollment.id)
    ).all()
    for pool in {one.pool for one in claims}:
        seated = [one for one in claims if one.pool is pool and one.status is OFFERED]
        session.refresh(pool)
        assert len(seated) == pool.taken <= pool.capacity
        if pool.quota:
            assert {one.person_id for one in seated} <= {people[0].id, people[1].id}
    waiting = [one for one in claims if one.status is WAITLISTED]
    assert {one.pool.quota for one in waiting} == {None}
    groups = {}
    for one in claims:
        groups.setdefault(one.group_id, []).append(one.id)
    for first, ids in groups.items():
        assert first is None or first == min(ids)
    assert sorted(len(ids) for first, ids in groups.items() if first) in ([3], [2, 3])


def test_the_number_counts_when_two_have_typed_the_same(lottery, session):
    lan, jing, gu = lottery.town.shen_lan, lottery.town.he_jing, lottery.town.teacher_gu
    assert lottery.type_in(lan) == CannotEnter(NotFrozen(lottery.draw.closes_at))
    lottery.close()
    assert lottery.run() == CannotDraw(NumberMissing(0))
    assert lottery.type_in(lan) == Entered(agreed=False)
    assert lottery.type_in(lan) == Entered(agreed=False)
    assert lottery.run() == CannotDraw(NumberMissing(1))
    assert lottery.type_in(jing, "02 07 11 19 23 30 + 09") == NumbersDiffer()
    assert lottery.run() == CannotDraw(NumbersDiffer())
    # Full-width digits and spaces around it are the same number; a third person may settle it.
    assert lottery.type_in(gu, "\t０２ 07  11 19 23 30 + 08 ") == Entered(agreed=True)
    assert isinstance(lottery.run(), HasDrawn)


def test_it_is_drawn_once_and_not_before_the_list_is_frozen(lottery, session):
    lottery.crowd(3)
    not_frozen = CannotDraw(NotFrozen(lottery.draw.closes_at))
    assert lottery.run() == not_frozen
    lottery.clock.set(lottery.draw.closes_at)
    assert lottery.run() == not_frozen
    lottery.close()
    assert lottery.close() == 0
    lottery.agree()
    lottery.run()
    session.commit()
    drawn_at = lottery.clock.now()
    lottery.clock.advance(timedelta(hours=1))
    file = lottery.file()
    again = AlreadyDrawn(drawn_at)
    assert lottery.run() == CannotDraw(again)
    assert lottery.type_in(lottery.town.teacher_gu) == CannotEnter(again)
    assert lottery.file() == file


def test_a_list_that_was_touched_is_not_drawn(lottery, session):
    lottery.crowd(3)
    lottery.close()
    lottery.agree()
    record = session.get_one(DrawRecord, lottery.draw.id)
    record.list_text = record.list_text.replace("applications\t3", "applications\t2")
    session.flush()
    assert lottery.run() == CannotDraw(ListAltered(None))
    lottery.draw.list_digest = list_digest(record.list_text)
    session.flush()
    assert lottery.run() == CannotDraw(ListAltered(11))


def test_who_has_a_seat_already_keeps_it_and_what_was_cancelled_gives_none(lottery, session, clock):
    people = lottery.crowd(4)
    lottery.close()
    lottery.agree()
    cancel_program(session, lottery.second.id, reason="老师生病", actor=SYSTEM, now=clock.now())
    pool = make.pool_of(session, lottery.first)
    pool.capacity = 1
    session.commit()
    assert lottery.run() == CannotDraw(SeatsMissing((lottery.first.title,)))
    pool.capacity = 3
    make.enrollment(session, pool, people[0])
    session.commit()

    assert lottery.run() == HasDrawn(lottery.draw.id, 4, 2)
    session.commit()

    verdict = verify(lottery.file())
    assert isinstance(verdict, Verified)
    assert f"cancelled\t{lottery.second.id}\n".encode() in lottery.file()
    claims = session.execute(
        select(Enrollment.person_id, Enrollment.program_id, Enrollment.status)
    ).all()
    assert {program_id for _, program_id, _ in claims} == {lottery.first.id}
    assert sorted(person_id for person_id, _, _ in claims) == [one.id for one in people]
    session.refresh(pool)
    assert pool.taken == sum(status is not WAITLISTED for _, _, status in claims)


def test_seats_kept_for_the_counter_are_not_drawn(lottery, session):
    lottery.crowd(4)
    pool = make.pool_of(session, lottery.first)
    pool.capacity, pool.kept, pool.kept_until = 5, 4, lottery.draw.closes_at
    session.commit()
    lottery.close()
    lottery.agree()
    assert lottery.run() == HasDrawn(lottery.draw.id, 4, 2)


def test_offers_of_a_course_that_has_begun_still_leave_time_to_answer(lottery, session):
    lottery.crowd(1)
    lottery.close()
    lottery.clock.set(make.instant(make.FIRST_LESSON, make.time(18)))
    lottery.agree()
    lottery.run()
    expires_at = session.scalars(select(WaitlistOffer.expires_at)).one()
    assert expires_at == lottery.clock.now() + timedelta(hours=72)


def test_a_seat_that_is_not_confirmed_in_time_goes_to_the_next_in_the_drawn_order(lottery, session):
    lottery.crowd(4)
    for one in session.scalars(select(Application)):
        one.channel = Channel.COUNTER
    session.commit()
    lottery.close()
    lottery.agree()
    lottery.run()
    session.commit()
    pool = make.pool_of(session, lottery.first)
    session.refresh(pool)
    assert (pool.taken, pool.counter_taken) == (2, 2)
    order = session.scalars(select(Application).order_by(Application.place)).all()
    waiting = [one.people[0].person_id for one in order if one.won_program_id is None]

    lottery.clock.advance(timedelta(hours=73))
    assert expire_offers(session, now=lottery.clock.now()) == 3

    offered = session.scalars(
        select(Enrollment.person_id)
        .where(Enrollment.program_id == lottery.first.id, Enrollment.status == OFFERED)
        .order_by(Enrollment.id)
    ).all()
    assert offered == waiting[:2]


def test_the_list_says_of_everybody_what_the_one_function_of_eligibility_says(lottery, session):
    """Quotas are found for all applications at once; one by one it would be the same."""
    town, course = lottery.town, lottery.first
    for quota in Quota:
        session.add(SeatPool(program=course, quota=quota, capacity=1, taken=0))
    people = lottery.crowd(6)
    last_spring = make.course(session, town.wutongli, "旧课", limit_group="夜校", term=town.term)
    for number, person in enumerate(people):
        person.neighborhood = (town.neighborhood, town.other_neighborhood, None)[number % 3]
        if number % 2:
            make.enrollment(session, make.pool_of(session, last_spring), person)
        # The last of these days was yesterday.
        person.in_need_until = local_date(lottery.draw.closes_at) - timedelta(days=number - 4)
    pair = make.application(session, lottery.draw, make.crowd(session, 2), [course])
    pair.people[0].person.neighborhood = town.neighborhood
    session.commit()
    lottery.close()

    listed = {
        fields[1]: next(wish for wish in fields[3:] if wish.split(":")[0] == str(course.id))
        for fields in (line.decode().split() for line in lottery.file())
        if fields[0] == "application"
    }
    (seating,) = load_seatings(session, [make.pool_of(session, course).id])
    now = lottery.clock.now()
    for application in session.scalars(select(Application)):
        each = [
            applicant_facts(session, one.person, [seating], now=now)[seating.pool_id]
            for one in application.people
        ]
        pool = pool_facts(session, [seating], each)[seating.pool_id]
        common = frozenset.intersection(*(quotas_in(pool, one, local_date(now)) for one in each))
        names = ",".join(quota for quota in Quota if quota in common)
        expected = f"{course.id}:{names}" if names else str(course.id)
        assert listed[application.pseudonym] == expected
    assert len(set(listed.values())) > 4
