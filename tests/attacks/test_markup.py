"""Names, purposes and reasons that are programs: every page and calendar shows them as text."""

from __future__ import annotations

import re
from contextvars import Context
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from tests import town as make
from tests.attacks.conftest import Loot, keys
from tests.routes import rules_of
from venue.changes.moving import move_session
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.rules import Language
from venue.permissions import Actor
from venue.programs import calendar
from venue.timeline.interval import Interval

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

BAD = "<script>evil()</script>\"'><img src=x onerror=evil()>{{7*7}}"
LINES = f"{BAD}\r\nEND:VEVENT\r\nX-EVIL:yes\nATTENDEE:mailto:evil@evil.example"
LIVE = re.compile(r"<script>evil|<img src=x|onerror=evil\(\)>|>49<|\"49\"")


@pytest.fixture
def written_over(loot: Loot, db_session) -> Loot:
    """Write it into everything that anybody types, past the forms that would refuse some of it."""
    session, town = db_session, loot.town
    now = make.clock.now()
    for person in (town.lin_xiao, town.zhou_wen, town.teacher_gu, town.he_jing, town.xiao_he):
        person.full_name = BAD[:60]
    for program in (town.painting, loot.draft, loot.cancelled):
        program.title = BAD[:60]
        program.audience, program.summary, program.syllabus = BAD[:40], LINES, LINES
        for one in program.sessions:
            one.topic = BAD
    town.district.name = town.neighborhood.name = town.term.name = BAD[:40]
    town.wutongli.name, town.wutongli.address = BAD[:60], BAD
    town.wutongli.about = LINES
    for number, room in enumerate((town.studio, town.mediation, town.classroom)):
        room.name, room.about = f"{number}{BAD[:39]}", LINES
    loot.booking.purpose, loot.closure.reason, loot.shift.label = BAD, BAD, BAD[:40]
    loot.invitation.note, loot.wish.full_name = BAD, BAD[:60]
    session.flush()
    first = town.painting.sessions[0]
    later = Interval(first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1))
    for program in (town.painting, loot.cancelled):
        calendar.publish_program(session, program.id, now=now)
    actor = Actor(town.shen_lan.id, make.Channel.ONLINE)
    move_session(session, first.id, interval=later, room_id=town.classroom.id, override=BAD,
                 actor=actor, now=now)  # fmt: skip
    session.add(
        Message(person_id=town.lin_xiao.id, kind=MessageKind.DELEGATION_ENDED,
                parameters={"person": BAD}, language=Language.CHINESE, created_at=now)
    )  # fmt: skip
    session.commit()
    return loot


@pytest.mark.parametrize("who", ["a stranger", "the owner", "the desk", "an administrator"])
def test_no_page_runs_what_somebody_wrote(app, written_over: Loot, enter, who: str) -> None:
    browser, shown, live = enter(written_over.visitors[who]), 0, []
    values = {**written_over.values(), "delegation_id": 1, "role_id": 1}
    for rule in rules_of(app, "GET"):
        with app.test_request_context():
            path = app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
        query = {"q": BAD, "week": "2026-10-19", "next": f"/{BAD}", "day": BAD, "state": BAD}
        for asked in ({}, query):
            answer = Context().run(browser.client.get, path, query_string=asked)
            assert answer.status_code < 500, path
            if answer.mimetype != "text/html":
                continue
            shown += "&lt;script&gt;evil()" in answer.text
            if LIVE.search(answer.text):
                live.append(path)
    assert live == []
    assert shown > 3


def test_no_calendar_has_a_line_that_somebody_wrote(app, written_over: Loot, enter) -> None:
    browser, town = enter(None), written_over.town
    for path in (
        "centers/wutongli",
        f"rooms/{town.classroom.id}",
        f"rooms/{town.mediation.id}",
        f"programs/{town.painting.id}",
        f"events/session-{town.painting.sessions[0].id}",
        f"my/{written_over.link}",
    ):
        answer = browser.get(f"/calendars/{path}.ics")
        lines = answer.text.replace("\r\n ", "").split("\r\n")
        assert not [line for line in lines if line.startswith(("X-EVIL", "ATTENDEE"))], path
        assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT")
        assert len(icalendar.Calendar.from_ical(answer.text).walk("VEVENT")) == lines.count(
            "BEGIN:VEVENT"
        )
        header = answer.headers["Content-Disposition"]
        assert re.fullmatch(r"inline; filename=[a-z0-9-]+\.ics; filename\*=UTF-8''\S+\.ics", header)


def test_a_name_with_line_ends_or_markup_is_refused_or_kept_as_text(
    loot: Loot, enter, db_session
) -> None:
    browser = enter(loot.visitors["a resident"])
    born = {"birth_on": "2016-02-03"}
    for name in (BAD, "小\r\nSet-Cookie: a=b", "小\u202e红", "\u200b\u200b", "小\0红", "长" * 61):
        before = db_session.query(type(loot.town.lin_xiao)).count()
        sent = {**keys(browser), **born, "full_name": name}
        answer = Context().run(browser.client.post, "/my/family/children", data=sent)
        assert answer.status_code in {303, 422}, name
        assert not LIVE.search(answer.text)
        assert "a=b" not in answer.headers.get("Set-Cookie", "")
        added = db_session.query(type(loot.town.lin_xiao)).count() - before
        assert added == (answer.status_code == 303)
    for name in db_session.scalars(select(type(loot.town.lin_xiao).full_name)):
        assert not re.search(r"[\x00-\x1f\u202e]", name), ascii(name)


def test_the_label_of_a_link_is_shown_as_text(loot: Loot, enter) -> None:
    browser = enter(loot.visitors["a resident"])
    page = browser.post("/calendars/my/links", {**keys(browser), "label": BAD[:40]}, 200)
    assert "&lt;script&gt;evil()" in page.text
    assert not LIVE.search(page.text)
