"""The office leads a draw from preparing to drawing, step by step, and is told what is wrong."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from tests.blueprints.lottery import NUMBER, Lottery
from tests.browsing import Browser
from venue.accounts.rules import Role
from venue.draws.models import Draw, DrawNumber
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.programs.rules import Admission
from venue.seats.models import Enrollment

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SOURCE = "双色球 9 月 22 日的开奖号码"


@pytest.fixture
def lottery(office, db_session, clock) -> Lottery:
    return Lottery(db_session, office.town, clock)


@pytest.fixture
def colleague(office, db_session, visit) -> Browser:
    """Another manager of the same center, with a browser of her own."""
    make.staff_role(db_session, office.town.zhou_wen, Role.MANAGER, office.town.wutongli)
    db_session.commit()
    return visit(office.town.zhou_wen)


def fresh(db_session, table, **columns):
    db_session.rollback()
    return db_session.scalars(select(table).filter_by(**columns)).all()


def at(lottery: Lottery, rest: str = "") -> str:
    return f"/draws/{lottery.draw.id}{rest}"


def test_a_draw_is_prepared_filled_and_published_and_stands_from_then_on(office, db_session):
    town = office.town
    course = make.course(
        db_session, town.wutongli, "皮影", admission=Admission.LOTTERY, term=town.term
    )
    db_session.commit()
    typed = {"name": "秋季摇号", "term_id": str(town.term.id), "number_source": SOURCE}
    office.fill("/draws/new", typed)
    [made] = fresh(db_session, Draw)
    assert (made.closes_at - made.opens_at).days == 5
    path = f"/draws/{made.id}"

    early = office.press(f"{path}/publication", "/publication", 409)
    assert "还没有课程。" in early.words
    office.press(path, f"/programs/{course.id}")
    too_late = {"closes_at": "2026-09-23 20:00"}
    office.fill(f"{path}/editing", too_late)
    refused = office.press(f"{path}/publication", "/publication", 409)
    assert "“皮影”：9月22日 周二 18:30 就开课了，来不及确认" in refused.words
    backwards = office.fill(f"{path}/editing", {"closes_at": "2026-09-16 20:00"}, 422)
    assert "报名截止要晚于报名开始。" in backwards.words
    office.fill(f"{path}/editing", {"closes_at": "2026-09-19 18:00"})
    assert SOURCE in office.get(f"{path}/publication").words
    office.press(f"{path}/publication", "/publication")
    [made] = fresh(db_session, Draw)
    assert made.published_at is not None

    late = office.fill(f"{path}/editing", {"wishes": "1"}, 409)
    assert "没有改动：这次摇号现在是“还没有开始”。" in late.words
    removal = f"{office.root}{path}/programs/{course.id}/removal"
    keys = office.get(f"{path}/cancellation").form("/cancellation").fields
    kept = office.browse.post(removal, keys, 409)
    assert "皮影" in kept.words


def test_the_number_counts_when_two_have_typed_the_same_and_neither_sees_the_others(
    office, lottery, colleague, db_session
):
    lottery.crowd(4)
    early = office.browse.post(office.root + at(lottery, "/number"), number(office, lottery), 409)
    assert "名单还没有封存" in early.words
    lottery.freeze()
    page = at(lottery)
    assert lottery.draw.list_digest in office.get(page).words
    office.fill(page, {"number": NUMBER}, action="/number")
    assert f"您输入的是 {NUMBER}" in office.get(page).words

    theirs = colleague.get(office.root + page)
    assert NUMBER not in theirs.text
    assert "另有 1 位同事输入过。" in theirs.words
    wrong = colleague.submit(theirs.form("/number"), {"number": "02 07 11 19 23 30 + 09"}, 409)
    assert "两个人输入的不一样" in wrong.words
    assert "您输入的是 02 07 11 19 23 30 + 09" in wrong.words
    assert NUMBER not in wrong.text
    no = office.press(at(lottery, "/drawing"), "/drawing", 409)
    assert "两个人输入的不一样" in no.words

    colleague.submit(wrong.form("/number"), {"number": "０２ 07 11 19 23 30 + 08"})
    assert "两个人输入的一样" in office.get(page).words
    assert len(fresh(db_session, DrawNumber)) == 2


def number(office, lottery) -> dict[str, list[str]]:
    """Return the fields of the form for the number, which the page does not offer yet."""
    keys = office.get(at(lottery, "/cancellation")).form("/cancellation").fields
    return {**keys, "number": [NUMBER]}


def test_lots_are_drawn_once_and_the_summary_says_what_came_of_it(
    office, lottery, colleague, db_session
):
    people = lottery.crowd(4)
    keys = number(office, lottery)
    drawing = office.root + at(lottery, "/drawing")
    assert "名单还没有封存" in office.browse.post(drawing, keys, 409).words
    lottery.freeze()
    for browse in (office.browse, colleague):
        page = browse.get(office.root + at(lottery))
        browse.submit(page.form("/number"), {"number": NUMBER})
    confirm = office.get(at(lottery, "/drawing"))
    assert "4份报名" in confirm.words
    office.browse.submit(confirm.form("/drawing"), {})
    done = office.get(at(lottery))
    assert "摇好了：4 份报名，3 份摇中" in done.words
    row = [text for text in done.words.split("摄影")[-1].split() if text.isdigit()]
    assert row[:6] == ["2", "2", "4", "2", "0", "2"]
    assert len(fresh(db_session, Enrollment)) == 3 + 2
    assert len(fresh(db_session, Message, kind=MessageKind.DRAW_WON)) == 3
    assert all(person.full_name not in done.text for person in people)

    assert "已经在" in office.browse.post(drawing, number_after(office, lottery), 409).words
    cancelled = office.get(at(lottery, "/cancellation"))
    assert "现在不能取消。" in cancelled.words


def number_after(office, lottery) -> dict[str, list[str]]:
    fields = office.get("/draws/new").form("/new").fields
    return {key: fields[key] for key in ("csrf_token", "submission_key")}


def test_a_draw_is_called_off_and_everybody_is_told_why(office, lottery, db_session):
    lottery.crowd(3)
    empty = office.fill(at(lottery, "/cancellation"), {"reason": " "}, 422)
    assert "请写明原因。" in empty.words
    office.fill(at(lottery, "/cancellation"), {"reason": "老师病了"})
    told = fresh(db_session, Message, kind=MessageKind.DRAW_CANCELLED)
    assert [one.parameters["reason"] for one in told] == ["老师病了"] * 3
    assert "已取消，通知了 3 人。" in office.get(at(lottery)).words


def test_other_centers_bring_in_their_own_and_touch_nothing_else(
    office, lottery, db_session, visit
):
    town = office.town
    make.staff_role(db_session, town.chen_min, Role.MANAGER, town.elsewhere)
    theirs = make.course(
        db_session, town.elsewhere, "拉丁", admission=Admission.LOTTERY, term=town.term
    )
    lottery.draw.published_at = None
    db_session.commit()
    neighbor, root = visit(town.chen_min), "/office/hewan"
    assert "秋季夜校摇号" in neighbor.get(f"{root}/draws").words
    page = neighbor.get(f"{root}{at(lottery, '/programs')}")
    neighbor.submit(page.form(f"/programs/{theirs.id}"), {})
    assert "拉丁" in office.get(at(lottery)).words
    keys = page.form(f"/programs/{theirs.id}").fields
    neighbor.post(f"{root}{at(lottery)}/programs/{lottery.photo.id}/removal", keys, 404)
    for rest in ("", "/editing", "/publication", "/drawing", "/cancellation"):
        neighbor.get(f"{root}{at(lottery, rest)}", 404)
        neighbor.get(f"{office.root}{at(lottery, rest)}", 403)
    neighbor.post(f"{root}{at(lottery, '/number')}", {**keys, "number": "1"}, 404)


def test_the_desk_of_the_center_is_no_office(office, lottery, visit):
    desk = visit(office.town.he_jing)
    desk.get(f"{office.root}/draws", 403)
    desk.get(f"{office.root}{at(lottery)}", 403)
