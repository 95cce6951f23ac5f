"""A message of the office to the people of a program: who gets it, how it reads, and how often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.blueprints.wishing import wishes
from venue.audit.models import AuditEntry
from venue.changes.affected import people_of_cancelling
from venue.changes.cancelling import cancel_program
from venue.changes.messaging import Audience, recipients
from venue.draws.models import Draw
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.programs.rules import Books
from venue.seats.rules import EnrollmentStatus as S

TODAY = make.FIRST_LESSON
TEXT = "下周二提前到 18:00。\r\n\r\n请自带毛笔，<b>不要</b>迟到。"


@pytest.fixture
def path(town) -> str:
    return f"/programs/{town.painting.id}/message"


@pytest.fixture
def people(session, town):
    """Give 林晓 and 小禾 a seat, let 周建国 wait and 陈敏 be offered one; two have left."""
    pool = make.pool_of(session, town.painting)
    for who, status in (
        (town.lin_xiao, S.CONFIRMED),
        (town.xiao_he, S.CONFIRMED),
        (town.zhou_jianguo, S.WAITLISTED),
        (town.chen_min, S.OFFERED),
        (town.zhou_wen, S.WITHDRAWN),
        (town.xiao_mai, S.EXPIRED),
    ):
        make.enrollment(session, pool, who, status)
    session.commit()
    return town


def told(session) -> list[int]:
    kind = Message.kind == MessageKind.ANNOUNCEMENT
    return sorted(session.scalars(select(Message.person_id).where(kind)))


def look(office, path, audience="seated", text=TEXT, status=200):
    form = office.get(path).form(path)
    typed = {**form.fields, "audience": audience, "text": text, "step": "look"}
    return office.browse.post(office.root + path, typed, status)


def send(office, path, page, status=303):
    return office.browse.post(
        office.root + path, {**page.form(path).fields, "step": "send"}, status
    )


@pytest.mark.parametrize(
    ("audience", "names"),
    [
        ("seated", ("lin_xiao", "xiao_he")),
        ("waiting", ("zhou_jianguo", "chen_min")),
        ("all", ("lin_xiao", "xiao_he", "zhou_jianguo", "chen_min")),
    ],
)
def test_it_reaches_exactly_those_for_whom_it_is_meant_once(
    office, session, people, path, audience, names
):
    page = look(office, path, audience)
    assert f"{len(names)} 人会收到" in page.words
    assert told(session) == []
    answer = send(office, path, page)
    assert send(office, path, page).location == answer.location  # pressed twice
    assert f"已发给 {len(names)} 人。" in office.browse.follow(answer).words
    assert told(session) == sorted(getattr(people, name).id for name in names)
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "program.announced"))
    assert entry.facts == {"audience": audience, "people": len(names)}
    assert entry.actor_id == people.shen_lan.id


def test_who_booked_several_sessions_gets_one(session, town):
    tea = make.course(session, town.wutongli, "茶艺", lessons=3, books=Books.SESSION)
    for one in tea.sessions:
        make.enrollment(session, make.pool_of(session, one), town.lin_xiao)
    session.commit()
    assert recipients(session, tea.id, Audience.ALL, today=TODAY).ids == (town.lin_xiao.id,)


def test_it_reads_as_it_was_typed_and_a_childs_is_read_by_the_parent(
    office, session, people, path, visit
):
    page = look(office, path)
    assert "<b>" in page.words
    send(office, path, page)
    inbox = visit(people.chen_min).get("/my/messages")
    heard = (
        "陈小禾： 梧桐里党群服务中心关于“零基础国画”的通知： 下周二提前到 18:00。 "
        "请自带毛笔，<b>不要</b>迟到。"
    )
    assert heard.replace(" ", "") in inbox.words.replace(" ", "")
    assert "18:00。<br><br>请自带毛笔，&lt;b&gt;" in inbox.text


def test_who_reads_no_inbox_is_named_with_a_number_before_and_after(office, session, people, path):
    alone = make.person(session, "独居老人", 1945, phone="+862155500000")
    make.enrollment(session, make.pool_of(session, people.painting), alone)
    session.commit()
    page = look(office, path)
    assert "其中 1 人要打电话" in page.words
    assert "独居老人 021 5550 0000" in page.words
    after = office.browse.follow(send(office, path, page))
    assert "独居老人" in after.words
    assert "最近一次通知，请念给他们听 下周二提前到 18:00。" in after.words


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", ["look", "send"])
def test_a_message_to_nobody_is_not_sent(office, session, town, path, step):
    form = office.get(path).form(path)
    typed = {**form.fields, "audience": "waiting", "text": TEXT, "step": step}
    page = office.browse.post(office.root + path, typed, 409)
    assert "没有发出：现在没有这样的人。" in page.words
    assert page.form(path).fields["text"] == [TEXT.replace("\r\n", "\n")]
    assert page.form(path).fields["audience"] == ["waiting"]
    assert told(session) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", ["look", "send"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": " \r\n "}, "请写下要说的话。"),
        ({"text": "长" * 501}, "最多 500 个字。"),
        ({"audience": "everybody"}, "发给谁"),
    ],
)
def test_what_is_typed_wrong_is_not_sent(office, session, people, path, step, typed, sentence):
    form = office.get(path).form(path)
    sent = {**form.fields, "audience": "all", "text": TEXT, "step": step, **typed}
    page = office.browse.post(office.root + path, sent, 422)
    assert sentence in page.words
    assert told(session) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_one_goes_back_from_looking_with_the_text(office, people, path):
    page = look(office, path, "all")
    back = office.browse.post(office.root + path, {**page.form(path).fields, "step": "change"}, 200)
    assert back.form(path).fields["text"] == [TEXT.replace("\r\n", "\n")]
    assert back.form(path).fields["audience"] == ["all"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_five_hundred_characters_are_sent_whole(office, session, people, path):
    page = look(office, path, text="长" * 500)
    send(office, path, page)
    [one, _other] = session.scalars(select(Message).where(Message.kind == MessageKind.ANNOUNCEMENT))
    assert one.parameters["text"] == "长" * 500


def test_who_wishes_for_it_in_a_draw_to_come_is_told_too(session, town, clock):
    wishes(session, town, [town.lin_xiao])
    wishes(session, town, [town.zhou_wen], withdrawn_at=make.clock.now())
    session.commit()
    painting = town.painting.id
    assert recipients(session, painting, Audience.SEATED, today=TODAY).ids == ()
    assert recipients(session, painting, Audience.WAITING, today=TODAY).ids == (town.lin_xiao.id,)
    concerned = people_of_cancelling(session, town.painting)
    assert set(concerned) == {town.lin_xiao.id, town.teacher_gu.id}
    draw = session.query(Draw).one()
    draw.frozen_at = draw.drawn_at = clock.now() + timedelta(days=6)
    draw.list_digest = draw.seed = "0" * 64
    session.commit()
    assert recipients(session, painting, Audience.WAITING, today=TODAY).ids == ()


@pytest.mark.parametrize("status", [S.APPLIED, S.WAITLISTED, S.OFFERED, S.CONFIRMED])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_cancelling_tells_everybody_with_a_claim_and_says_before_how_many(
    office, session, town, status
):
    make.enrollment(session, make.pool_of(session, town.painting), town.lin_xiao, status)
    wishes(session, town, [town.chen_min])
    session.commit()
    page = office.get(f"/programs/{town.painting.id}/cancellation")
    assert "3 人会收到通知" in page.words
    outcome = cancel_program(session, town.painting.id, reason="老师病了", **make.acts())
    session.commit()
    assert outcome.people == 3
    kind = Message.kind == MessageKind.PROGRAM_CANCELLED
    ids = session.scalars(select(Message.person_id).where(kind)).all()
    assert sorted(ids) == sorted([town.lin_xiao.id, town.chen_min.id, town.teacher_gu.id])
