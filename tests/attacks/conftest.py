"""The town with everything that somebody might want to get at, and those who might want it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask

from tests import town as make
from tests.browsing import Browser
from tests.town import AnySession, Town
from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role, token_hash
from venue.audit.rules import Actor
from venue.calendars import feed_tokens
from venue.consents.giving import give
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.draws.drawing import draw, enter_number
from venue.draws.freezing import freeze_due
from venue.draws.models import Application, Draw
from venue.duty.models import Assignment, Shift
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.payments.models import Receipt
from venue.people.models import DelegationRequest, Person
from venue.people.rules import Language
from venue.places.models import Closure, OpeningRule, Patron, RoomBooking, RoomPhoto, SchoolTerm
from venue.programs import calendar
from venue.programs.models import Program
from venue.reservations.models import Organization, Reservation
from venue.seats.models import Enrollment, Pause
from venue.seats.rules import EnrollmentStatus
from venue.settlements.settling import take_payment
from venue.timeline.local_time import instant

OCTOBER = date(2026, 10, 20)
INVITATION = "an-invitation-to-manage-wutongli-in-tests-43"


NOWHERE = (
    "delegation_id",
    "role_id",
    "permit_id",
    "contact_id",
    "presence_id",
    "incident_id",
    "menu_day_id",
    "order_id",
    "dish_id",
)
"""What the loot has none of; the first is as good a guess as any."""


@dataclass
class Loot:
    """What there is to get at in 梧桐里, with the ids that addresses name."""

    town: Town
    draft: Program
    cancelled: Program
    seat: Enrollment
    """林晓 has it."""
    offer: Enrollment
    """Of 小禾, for whom 陈敏 may answer."""
    wish: DelegationRequest
    """周文 wants to act for 林晓."""
    message: Message
    link_id: int
    """Of the private calendar of 林晓."""
    link: str
    invitation: Invitation
    booking: RoomBooking
    reservation: Reservation
    """Of 林晓, for the classroom."""
    organization: Organization
    closure: Closure
    rule: OpeningRule
    shift: Shift
    pause: Pause
    """Of 林晓, with an appeal that waits."""
    receipt: Receipt
    """Of 林晓, for the seat."""
    consent: Consent
    """Of 林晓."""
    draw: Draw
    """Of 零基础国画, drawn; 林晓 alone wished for it."""
    application: Application
    visitors: dict[str, Person | None]

    def values(self) -> dict[str, Any]:
        """Return the parts of addresses; 林晓 is the person, and of NOWHERE it is the first."""
        town = self.town
        return {
            **dict.fromkeys(NOWHERE, 1),
            "slug": town.wutongli.slug,
            "room_id": town.studio.id,
            "program_id": town.painting.id,
            "session_id": town.painting.sessions[0].id,
            "pool_id": self.seat.pool_id,
            "person_id": town.lin_xiao.id,
            "other_id": town.zhou_jianguo.id,
            "enrollment_id": self.seat.id,
            "request_id": self.wish.id,
            "feed_token_id": self.link_id,
            "invitation_id": self.invitation.id,
            "booking_id": self.booking.id,
            "reservation_id": self.reservation.booking_id,
            "organization_id": self.organization.id,
            "closure_id": self.closure.id,
            "rule_id": self.rule.id,
            "shift_id": self.shift.id,
            "receipt_id": self.receipt.id,
            "consent_id": self.consent.id,
            "text_id": self.consent.text_id,
            "term_id": town.term.id,
            "draw_id": self.draw.id,
            "application_id": self.application.id,
            "pattern_id": town.pattern.id,
            "year": 2026,
            "token": INVITATION,
            "digest": "0" * 64,
            "key": f"session-{town.painting.sessions[0].id}",
            "on": "2026-10-01",
            "pause_id": self.pause.id,
        }


def photo_of(town: Town) -> RoomPhoto:
    return RoomPhoto(
        room_id=town.studio.id,
        digest="0" * 64,
        content=b"JPEG",
        width=4,
        height=3,
        shows="画室",
        taken_in_at=make.clock.now(),
    )


def school_term_of(town: Town) -> SchoolTerm:
    """Return one with the id of the town's own term, so that addresses name both."""
    days = {"starts_on": town.term.starts_on, "ends_on": town.term.ends_on}
    return SchoolTerm(id=town.term.id, district_id=town.district.id, name="上学期", **days)


def drawn_for(session: AnySession, town: Town) -> tuple[Draw, Application]:
    """Draw the seats of the painting course, for which only 林晓 wished, committed."""
    now = make.clock.now()
    closes_at = now - timedelta(hours=1)
    lottery = make.draw(session, town.wutongli, [town.painting], closes_at=closes_at)
    application = make.application(session, lottery, [town.lin_xiao], [town.painting])
    freeze_due(session(), now=now)
    for person in (town.shen_lan, town.he_jing):
        actor = Actor(person.id, make.Channel.ONLINE)
        enter_number(session(), lottery.id, "20260916", actor=actor, now=now)
    draw(session(), lottery.id, actor=actor, now=now)
    session.commit()
    return lottery, application


def paid(session, town: Town, seat: Enrollment) -> Receipt:
    """Let the seat cost ¥300, of which the desk has taken ¥100."""
    seat.price_fen = 30_000
    session.flush()
    by = Actor(town.he_jing.id, make.Channel.COUNTER)
    at = {"open_fen": 30_000, "center_id": town.wutongli.id}
    take_payment(session(), seat.id, "A001", 10_000, **at, actor=by, now=make.clock.now())
    return session.query(Receipt).one()


def agreed(session, town: Town) -> Consent:
    """Write a text to which 林晓 agreed."""
    text = write_text(session(), "拍照须知", "课上会拍照。", follows=None, **make.acts())
    by = Actor(town.lin_xiao.id, make.Channel.ONLINE)
    give(session(), text.id, [town.lin_xiao.id], actor=by, now=make.clock.now())
    return session.query(Consent).one()


@pytest.fixture
def loot(db_session) -> Loot:
    town = make.build(db_session)
    session = db_session
    now = make.clock.now()
    session.add(Patron(center_id=town.wutongli.id, person_id=town.lin_xiao.id, since_at=now))
    visitors: dict[str, Person | None] = {"a stranger": None}
    people = iter(range(20, 60))

    def newcomer(role: Role | None, at: Any = None) -> Person:
        number = next(people)
        one = make.person(session, f"外人{number}", 1980, phone=f"+86139000000{number}")
        make.account(session, one)
        if role is Role.ADMINISTRATOR:
            session.add(StaffRole(person_id=one.id, role=role, granted_at=now))
        elif role is not None:
            make.staff_role(session, one, role, at)
        return one

    visitors["a resident"] = newcomer(None)
    parent = visitors["a parent"] = newcomer(None)
    child = make.person(session, "别家孩子", birth_on=date(2016, 1, 1))
    make.may_act(session, parent, child)
    for role in (Role.DESK, Role.MANAGER, Role.TEACHER, Role.CARER):
        visitors[f"{role} elsewhere"] = newcomer(role, town.elsewhere)
    far = make.district(session, "远山区")
    visitors["a far officer"] = newcomer(Role.DISTRICT_OFFICER, far)
    visitors["another teacher"] = newcomer(Role.TEACHER, town.wutongli)
    visitors |= {"the officer": town.wei_dong, "the teacher": town.teacher_gu}
    visitors |= {"the desk": town.he_jing, "the manager": town.shen_lan}
    visitors["an administrator"] = newcomer(Role.ADMINISTRATOR)
    visitors["the owner"] = town.lin_xiao

    for program in (town.painting,):
        calendar.publish_program(session, program.id, now=now)
    draft = make.course(session, town.wutongli, "还没公布的课", lessons=2, published_at=None)
    cancelled = make.course(session, town.wutongli, "取消了的课", lessons=2, cancelled_at=now)
    pool = make.pool_of(session, town.painting)
    play = make.course(session, town.wutongli, "亲子手工", lessons=2, starts=time(9))
    seat = make.enrollment(session, pool, town.lin_xiao)
    offer = make.enrollment(
        session, make.pool_of(session, play), town.xiao_he, EnrollmentStatus.OFFERED
    )
    wish = DelegationRequest(
        delegate_id=town.zhou_wen.id, full_name="林晓", phone=town.lin_xiao.phone, requested_at=now
    )
    message = Message(
        person_id=town.lin_xiao.id,
        kind=MessageKind.DELEGATION_CONFIRMED,
        parameters={"person": "周文"},
        language=Language.CHINESE,
        created_at=now,
    )
    invitation = Invitation(
        token_hash=token_hash(INVITATION),
        role=Role.MANAGER,
        center_id=town.wutongli.id,
        note="给新来的负责人",
        invited_at=now,
        invited_by_id=town.shen_lan.id,
        expires_at=now + timedelta(days=7),
    )
    starts, ends = instant(OCTOBER, time(9)), instant(OCTOBER, time(10))
    closure = Closure(center_id=town.wutongli.id, starts_at=starts, ends_at=ends, reason="检修")
    shift = Shift(center_id=town.wutongli.id, label="前台", starts_at=starts, ends_at=ends)
    shift.assignments.append(Assignment(person=town.he_jing))
    pause = Pause(
        person_id=town.lin_xiao.id,
        center_id=town.wutongli.id,
        starts_at=now,
        ends_at=now + timedelta(days=30),
        sessions={"missed": []},
        appealed_at=now,
        appeal="一家人的纠纷，来不了",
    )
    session.add_all([wish, message, invitation, closure, shift, pause])
    booking = make.booking(session, town.mediation, starts, ends, "一家人的纠纷")
    organization = Organization(center_id=town.wutongli.id, name="梧桐合唱团", since_at=now)
    reservation = Reservation(
        booking=make.booking(session, town.classroom, starts, ends, "林晓家的聚会"),
        person=town.lin_xiao,
        people=8,
        contact_phone=town.lin_xiao.phone,
        channel=make.Channel.ONLINE,
        requested_at=now,
        requested_by_id=town.lin_xiao.id,
    )
    session.add_all([organization, reservation, photo_of(town), school_term_of(town)])
    issued = feed_tokens.issue(
        session,
        Actor(town.lin_xiao.id, make.Channel.ONLINE),
        person_id=town.lin_xiao.id,
        label="林晓的手机",
        now=now,
    )
    receipt, consent = paid(session, town, seat), agreed(session, town)
    rule = session.query(OpeningRule).where(OpeningRule.center_id == town.wutongli.id).first()
    session.commit()
    return Loot(
        town, draft, cancelled, seat, offer, wish, message, _link_id(session), issued.token,
        invitation, booking, reservation, organization, closure, rule, shift, pause, receipt,
        consent, *drawn_for(session, town), visitors,
    )  # fmt: skip


def _link_id(session) -> int:
    return session.query(feed_tokens.FeedToken.id).scalar()


Enter = Callable[[Person | None], Browser]


@pytest.fixture
def enter(app: Flask, db_session) -> Enter:
    """Return a browser of a person, or of nobody; a fault answers 500, as it does to the world."""
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def entered(who: Person | None) -> Browser:
        browser = Browser(app)
        if who is not None:
            browser.sign_in(make.user_of(db_session, who))
        db_session.rollback()
        return browser

    return entered


def keys(browser: Browser) -> dict[str, str]:
    """Return a valid token, and a submission key that was not sent before."""
    with browser.client.session_transaction() as cookie:
        signed_in = "_user_id" in cookie
    page = browser.get("/my/account" if signed_in else "/login")
    form = page.form("/logout") if signed_in else page.form("/login")
    return {
        "csrf_token": form.fields["csrf_token"][0],
        "submission_key": secrets.token_urlsafe(16),
    }
