"""Preparing a draw: what it can give out, publishing it, calling it off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.draws import preparing
from venue.draws.models import Applicant, Draw
from venue.draws.preparing import CalledOff, CannotJoin, CannotPublish, DrawDescription
from venue.draws.rules import (
    BeginsTooSoon,
    BookedBySession,
    InOtherDistrict,
    InOtherDraw,
    InOtherTerm,
    NoProgram,
    NotByLottery,
    NotReady,
    NumberUnnamed,
    Stage,
    WindowOver,
    WithoutSeats,
    WrongStage,
)
from venue.notifications.models import Message
from venue.programs.rules import Admission, Books
from venue.seats.rules import Cancelled, Unpublished


class Office:
    """An office that prepares a draw, and a course for it."""

    def __init__(self, session):
        self.session = session
        self.town = make.build(session)
        self.course = self.make("摄影")
        self.said = DrawDescription(
            name="秋季夜校摇号",
            opens_at=venue_clock.now() + timedelta(hours=1),
            closes_at=venue_clock.now() + timedelta(days=2),
            number_source="双色球第 2026107 期",
            wishes=3,
            confirm_hours=72,
        )
        self.draw = self.do(preparing.prepare, self.town.wutongli.id, self.town.term.id, self.said)

    def make(self, title, **facts):
        lottery = {"admission": Admission.LOTTERY, "term": self.town.term}
        return make.course(self.session, self.town.wutongli, title, **{**lottery, **facts})

    def do(self, verb, *arguments, **more):
        return verb(self.session, *arguments, actor=SYSTEM, now=venue_clock.now(), **more)

    def add(self, course):
        return self.do(preparing.add_program, self.draw.id, course.id)

    def publish(self):
        return self.do(preparing.publish, self.draw.id)


@pytest.fixture
def office(session):
    return Office(session)


def test_a_draw_takes_a_program_into_its_window_until_it_is_published(office, session):
    assert office.add(office.course) is office.draw
    assert office.add(office.course) is office.draw
    later = replace(office.said, closes_at=office.said.closes_at + timedelta(hours=3))
    assert office.do(preparing.change, office.draw.id, later) is office.draw
    session.refresh(office.course)
    assert (office.course.enroll_opens_at, office.course.enroll_closes_at) == (
        later.opens_at,
        later.closes_at,
    )
    assert office.do(preparing.remove_program, office.draw.id, office.course.id) is office.draw
    assert office.publish() == CannotPublish((NoProgram(),))
    office.add(office.course)

    for _ in range(2):
        assert office.publish() is office.draw

    stands = WrongStage(Stage.ANNOUNCED)
    assert office.do(preparing.change, office.draw.id, office.said) == stands
    assert office.do(preparing.remove_program, office.draw.id, office.course.id) == stands
    assert office.add(office.make("茶艺")) == stands
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == "draw").order_by(AuditEntry.id)
    ).all()
    assert actions == [
        *["draw.changed", "draw.program_added", "draw.changed", "draw.program_removed"],
        *["draw.program_added", "draw.published"],
    ]


def test_what_a_draw_cannot_give_out_says_every_reason(office, session):
    town = office.town
    other = make.draw(session, town.wutongli, [office.make("陶艺")], published=False)
    elsewhere = make.center(session, make.district(session, "南浦区"), "nanpu", "南浦中心")
    autumn = make.term(session, town.district, "2027 年春季")
    cases = [
        (town.painting, [NotByLottery()]),
        (office.make("早操", books=Books.SESSION), [BookedBySession(), WithoutSeats()]),
        (office.make("书法", term=autumn), [InOtherTerm()]),
        (other.programs[0].program, [InOtherDraw(other.id, other.name)]),
        (office.make("评弹", cancelled_at=venue_clock.now()), [Cancelled()]),
        (office.make("越剧", capacity=0), [WithoutSeats()]),
        (
            make.course(session, elsewhere, "插花", admission=Admission.LOTTERY, term=town.term),
            [InOtherDistrict()],
        ),
    ]
    for course, reasons in cases:
        assert office.add(course) == CannotJoin(tuple(reasons)), course.title


def test_publishing_names_every_reason_against_it(office, session, clock):
    office.add(office.course)
    office.draw.number_source, office.draw.confirm_hours = " ", 120
    office.course.published_at = None
    session.flush()
    clock.advance(timedelta(days=4))

    outcome = office.publish()

    begins_at = office.course.sessions[0].starts_at
    not_ready = NotReady(
        office.course.id, office.course.title, (Unpublished(), BeginsTooSoon(begins_at))
    )
    assert outcome == CannotPublish((WindowOver(office.said.closes_at), NumberUnnamed(), not_ready))


def test_who_applied_is_told_that_a_draw_is_called_off(office, session):
    office.add(office.course)
    office.publish()
    make.application(session, office.draw, make.crowd(session, 2), [office.course])

    outcome = office.do(preparing.cancel, office.draw.id, reason="报名系统故障")

    assert outcome == CalledOff(2)
    told = session.scalars(select(Message)).all()
    assert {one.kind for one in told} == {"draw_cancelled"}
    assert {one.parameters["reason"] for one in told} == {"报名系统故障"}
    assert len(told) == session.query(Applicant).count()
    called_off = WrongStage(Stage.CANCELLED)
    assert office.do(preparing.cancel, office.draw.id, reason="") == called_off
    assert office.publish() == called_off
    # Its course is free for another one.
    again = office.do(preparing.prepare, office.town.wutongli.id, office.town.term.id, office.said)
    assert isinstance(office.do(preparing.add_program, again.id, office.course.id), Draw)
