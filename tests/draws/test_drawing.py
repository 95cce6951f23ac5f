"""Freezing, typing the number and drawing, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.draws.drawing import (
    Entered,
    HasDrawn,
    draw,
    enter_number,
)
from venue.draws.freezing import freeze_due
from venue.draws.models import Application, DrawRecord
from venue.draws.verifying import Verified, verify
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.rules import EnrollmentStatus

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
