"""The door on the carer's phone: who comes, who goes with whom, what is seen and by whom."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.rules import Role
from venue.attendance.models import Attendance
from venue.audit.models import AuditEntry
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.childcare.child_files import allow_alone
from venue.childcare.codes import code_key
from venue.childcare.door_models import CarerPresence, Collection
from venue.childcare.file_models import ChildFile
from venue.childcare.noting_health import HealthWords, set_health_text, write_health
from venue.childcare.permitting import give_permit
from venue.childcare.rules import PermitPlan
from venue.config import settings

BOARD = "/door/wutongli"


@pytest.fixture
def day(session, town, clock):
    """A care day that has begun: 小禾 has an allergy, her grandmother a code."""
    made = make.care(session, town.wutongli)
    by = make.acts(town.chen_min)
    text = set_health_text(session, made.id, "健康信息", "当天值班的老师看。", **by)
    wishes = [
        ChildWish(child.id, (DayWish(made.sessions[0].id),))
        for child in (town.xiao_he, town.xiao_mai)
    ]
    book_days(session, made.id, wishes, when_full=WhenFull.REFUSE, agreed=False, **by)
    write_health(session, town.xiao_he.id, HealthWords(allergies="花生"), [text.id], **by)
    plan = PermitPlan("陈阿婆", "外婆", None, 1958, "4071")
    give_permit(session, town.xiao_he.id, plan, key=code_key(settings().secret_key), **by)
    make.staff_role(session, town.zhou_wen, Role.CARER, town.wutongli)
    session.commit()
    clock.set(made.sessions[0].starts_at)
    return made.sessions[0]


@pytest.fixture
def carer(browse, sign_in, town, day):
    """周文 looks after the children, and has said so."""
    sign_in(town.zhou_wen)
    press(browse, BOARD, "/carers")
    return browse


def at(day, child, more=""):
    return f"{BOARD}/sessions/{day.id}/children/{child.id}{more}"


def press(browse, address, more, status=303, **typed):
    form = browse.get(address).form(more)
    return browse.post(form.action, {**form.fields, **typed}, status)


def let_in(carer, day, child):
    press(carer, at(day, child), "/arrival")


def views(session):
    rows = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "child_file.viewed").order_by(AuditEntry.id)
    )
    return [(one.actor_id, one.subject_id, one.facts["what"]) for one in rows]


def test_who_is_not_on_duty_sees_names_and_opens_nothing(browse, sign_in, town, day, session):
    sign_in(town.zhou_wen)
    page = browse.get(BOARD)
    assert "陈小禾" in page.words
    assert "您今天还没有到岗" in page.words
    assert "过敏" not in page.words.replace("看过敏", "")
    browse.get(at(day, town.xiao_he), 403)
    form = page.form("/carers")
    browse.post(at(day, town.xiao_mai, "/arrival"), form.fields, 403)
    assert session.scalars(select(Attendance)).all() == []
    assert views(session) == []


def test_who_is_not_on_duty_reads_neither_why_a_child_is_excused_nor_who_came(
    carer, sign_in, town, day, session
):
    press(carer, at(day, town.xiao_mai), "/absence", absence="发烧")
    let_in(carer, day, town.xiao_he)
    press(carer, at(day, town.xiao_he), "/release/code", code="4071")
    assert "请假：发烧" in carer.get(BOARD).words
    assert "外婆接走" in carer.get(BOARD).words
    make.staff_role(session, town.lin_xiao, Role.CARER, town.wutongli)
    session.commit()
    sign_in(town.lin_xiao)
    words = carer.get(BOARD).words
    assert "请假" in words
    assert "走了" in words
    for kept in ("发烧", "外婆", "陈阿婆"):
        assert kept not in words


def test_an_afternoon_at_the_door(carer, sign_in, town, day, session):
    board = carer.get(BOARD)
    assert "过敏" in board.words
    press(carer, BOARD, f"/children/{town.xiao_mai.id}/arrival")
    page = carer.get(at(day, town.xiao_he))
    assert "过敏：花生" in page.words
    let_in(carer, day, town.xiao_he)
    assert "2 在场" in carer.get(BOARD).words
    press(carer, at(day, town.xiao_he), "/release/code", code="4071")
    assert "外婆接走" in carer.get(BOARD).words
    press(carer, at(day, town.xiao_mai), "/release/guardian")
    sign_in(town.chen_min)
    told = carer.get("/my/messages").words
    assert "陈小禾： 已接走，9月22日 周二 15:30，外婆" in told
    assert "陈小麦： 已接走" in told


def test_a_tap_that_waited_for_a_network_counts_from_when_it_was_made(
    carer, sign_in, town, day, session, clock
):
    clock.set(day.starts_at + timedelta(minutes=20))
    press(carer, at(day, town.xiao_he), "/arrival", seconds_ago="900")
    press(carer, at(day, town.xiao_he), "/release/guardian", seconds_ago="60")
    press(carer, at(day, town.xiao_mai), "/arrival", 422, seconds_ago="-1")
    left = session.scalars(select(Collection)).one()
    assert left.at == day.starts_at + timedelta(minutes=19)
    assert session.scalars(select(Attendance)).one().arrived_at == day.starts_at + timedelta(
        minutes=5
    )
    sign_in(town.chen_min)
    assert "到了 15:35，已接走 15:49" in carer.get("/my/").words


def test_what_a_guardian_says_on_the_telephone_is_an_absence(carer, sign_in, town, day):
    page = press(carer, at(day, town.xiao_mai), "/absence", 422, absence=" ")
    assert "请写一句原因" in page.words
    press(carer, at(day, town.xiao_mai), "/absence", absence="发烧")
    assert "陈小麦" in carer.get(BOARD).words
    assert "请假：发烧" in carer.get(BOARD).words
    let_in(carer, day, town.xiao_he)
    form = carer.get(at(day, town.xiao_he)).form("/release/code")
    gone = carer.post(at(day, town.xiao_mai, "/absence"), {**form.fields, "absence": "x"}, 409)
    assert "孩子今天没有报名。" in gone.words
    sign_in(town.chen_min)
    assert "陈小麦：放学托管 请假" in carer.get("/my/").words


def test_nobody_dates_a_mark_back_by_a_day(carer, town, day, session, clock):
    clock.set(day.starts_at + timedelta(hours=1))
    answer = press(carer, at(day, town.xiao_mai), "/arrival", 409, seconds_ago="864000")
    assert "起可以签到" in answer.words
    assert session.scalars(select(Attendance)).all() == []


def test_an_open_page_of_a_mother_hears_of_what_is_new_and_of_nothing_else(
    carer, sign_in, town, day, session, count_queries
):
    let_in(carer, day, town.xiao_mai)
    sign_in(town.chen_min)
    page = carer.get("/my/")
    asks = re.search(r'hx-get="(/my/today\?seen=\d+)"', page.text)
    assert asks is not None
    with count_queries() as sent:
        assert carer.get(asks[1], 204).text == ""
    assert len(sent) <= 4, sent
    sign_in(town.zhou_wen)
    press(carer, at(day, town.xiao_mai), "/release/guardian")
    sign_in(town.chen_min)
    fresh = carer.get(asks[1])
    assert "陈小麦：放学托管 到了 15:30，已接走 15:30 陈敏" in fresh.words
    assert "已接走，9月22日 周二 15:30" in fresh.words, "the message of it"
    assert asks[1] not in fresh.text
    assert fresh.words.count("今天 ·") == 1


def test_today_of_a_family_names_each_care_day_once_and_where_the_child_is(
    browse, sign_in, town, day, session, clock
):
    sign_in(town.chen_min)
    words = browse.get("/my/").words
    assert words.count("15:30–17:30 陈小禾：放学托管") == 1
    assert "还没有到" not in words
    clock.set(day.starts_at.replace(minute=45))
    assert "陈小禾：放学托管 还没有到" in browse.get("/my/").words


def test_each_look_at_a_card_is_kept_and_guardians_see_it(carer, sign_in, town, day, session):
    carer.get(at(day, town.xiao_he))
    carer.get(at(day, town.xiao_he))
    assert views(session) == [(town.zhou_wen.id, town.xiao_he.id, "card")] * 2
    sign_in(town.chen_min)
    assert "周文" in carer.get(f"/my/children/{town.xiao_he.id}").words


def test_numbers_of_guardians_are_shown_in_red_and_kept_once(carer, town, day, session, clock):
    clock.set(day.starts_at.replace(minute=45))
    for _ in range(2):
        assert "139 0000 0002" in carer.get(BOARD).words
    looks = views(session)
    assert sorted(looks) == sorted(
        (town.zhou_wen.id, child.id, "phones") for child in (town.xiao_he, town.xiao_mai)
    )


@pytest.mark.parametrize("code", ["9999", "40 71", "1", "4071" * 9])
def test_a_wrong_code_gets_a_sentence(carer, town, day, code):
    let_in(carer, day, town.xiao_he)
    answer = press(carer, at(day, town.xiao_he), "/release/code", code=code)
    page = carer.get(answer.location)
    assert "没有交：代码不对。 还可以再试 4 次。" in page.words
    page = press(carer, at(day, town.xiao_he), "/release/code", 422, code="")
    assert "请输入对方说的四位代码。" in page.words


def test_a_refused_try_that_is_sent_twice_counts_once(carer, town, day, session):
    let_in(carer, day, town.xiao_he)
    form = carer.get(at(day, town.xiao_he)).form("/release/code")
    sent = {**form.fields, "code": "9999"}
    first = carer.post(form.action, sent, 303)
    assert carer.post(form.action, sent, 303).location == first.location
    assert len(session.scalars(select(Collection)).all()) == 1
    assert session.get_one(ChildFile, town.xiao_he.id).wrong_codes == 1
    stranger = carer.get(at(day, town.xiao_mai, "?tried=1"))
    assert "没有交" not in stranger.words, "the try was for her sister"


def test_a_stranger_is_refused_and_the_mother_reads_it(carer, sign_in, town, day, session):
    let_in(carer, day, town.xiao_he)
    page = press(carer, at(day, town.xiao_he), "/release/refusal", 422, stranger="")
    assert "请写来的是谁" in page.words
    typed = {"stranger": "王先生", "stranger_relation": "叔叔"}
    answer = press(carer, at(day, town.xiao_he), "/release/refusal", **typed)
    assert "没有交：来的人不在名单里。" in carer.get(answer.location).words
    assert session.scalars(select(Collection)).one().collector == "王先生"
    sign_in(town.chen_min)
    assert "叔叔来“放学托管”接，不在可以接的人里" in carer.get("/my/messages").words


def test_a_permitted_adult_is_identified_and_a_release_taken_back(carer, town, day):
    let_in(carer, day, town.xiao_he)
    press(carer, at(day, town.xiao_he), "/release/permitted")
    press(carer, at(day, town.xiao_he), "/release/withdrawal")
    press(carer, at(day, town.xiao_he), "/arrival/withdrawal")
    assert "0 在场" in carer.get(BOARD).words


def test_alone_goes_who_may(carer, town, day, session):
    let_in(carer, day, town.xiao_he)
    assert "自己回家" not in carer.get(at(day, town.xiao_he)).words
    allow_alone(session, town.xiao_he.id, allowed=True, **make.acts(town.chen_min))
    session.commit()
    press(carer, at(day, town.xiao_he), "/release/alone")
    assert "自己走了" in carer.get(BOARD).words


def test_arriving_twice_and_an_unread_allergy_get_their_sentence(carer, town, day):
    fields = carer.get(at(day, town.xiao_he)).form("/arrival").fields
    unread = {name: fields[name] for name in ("csrf_token", "submission_key")}
    page = carer.post(at(day, town.xiao_he, "/arrival"), unread, 409)
    assert "这个孩子有过敏" in page.words
    let_in(carer, day, town.xiao_he)
    again = {**fields, "submission_key": "another"}
    page = carer.post(at(day, town.xiao_he, "/arrival"), again, 409)
    assert "已经签到了" in page.words


def test_volunteers_are_noted_and_leave_and_count_for_nobody(carer, town, day, session):
    page = press(carer, BOARD, "/volunteers", 422, full_name="")
    assert "请填写姓名。" in page.words
    press(carer, BOARD, "/volunteers", full_name="王同学")
    assert "王同学 未核查，不计入" in carer.get(BOARD).words
    presence = session.scalars(
        select(CarerPresence).where(CarerPresence.full_name == "王同学")
    ).one()
    press(carer, BOARD, f"/carers/{presence.id}/departure")
    assert "王同学" not in carer.get(BOARD).words


def test_other_centers_other_days_and_other_children_are_not_found(
    carer, sign_in, town, day, clock
):
    carer.get(at(day, town.lin_xiao), 404)
    carer.get(at(town.painting.sessions[0], town.xiao_he), 404)
    carer.get("/door/hewan", 403)
    tomorrow = day.program.sessions[1]
    carer.get(at(tomorrow, town.xiao_he), 404)
    fields = carer.get(at(day, town.xiao_he)).form("/arrival").fields
    carer.post(at(tomorrow, town.xiao_he, "/arrival"), fields, 404)
    carer.post(f"{BOARD}/sessions/{day.id}/carers/999/departure", fields, 404)
    sign_in(town.he_jing)
    carer.get(BOARD, 403)
    carer.get(at(day, town.xiao_he), 403)
    sign_in(town.chen_min)
    carer.get(at(day, town.xiao_he), 403)


def test_the_day_after_yesterdays_carer_opens_no_file(carer, town, day, clock):
    clock.set(day.program.sessions[1].starts_at)
    carer.get(at(day, town.xiao_he), 404)
    assert venue_clock.today() > day.starts_at.date()


def test_the_office_notes_checks_and_only_these_count(carer, sign_in, browse, town, day):
    assert "0 老师，要 0 位" in carer.get(BOARD).words
    let_in(carer, day, town.xiao_he)
    assert "0 老师不够，要 2 位" in carer.get(BOARD).words
    sign_in(town.shen_lan)
    page = browse.get("/office/wutongli/clearances")
    assert "没有查询" in page.words
    fields = {
        **next(one for one in page.forms() if one.action.endswith("/clearances")).fields,
        "person_id": str(town.zhou_wen.id),
    }
    late = browse.post("/office/wutongli/clearances", {**fields, "checked_on": "2027-01-01"}, 409)
    assert "查询日期不能晚于今天。" in late.words
    browse.post("/office/wutongli/clearances", {**fields, "checked_on": "abc"}, 422)
    browse.post("/office/wutongli/clearances", {**fields, "checked_on": "2026-09-01"}, 303)
    stranger = {**fields, "person_id": str(town.lin_xiao.id), "checked_on": "2026-09-01"}
    browse.post("/office/wutongli/clearances", stranger, 404)
    assert "有效到 2027" in browse.get("/office/wutongli/clearances").words
    sign_in(town.zhou_wen)
    assert "1 老师不够，要 2 位" in carer.get(BOARD).words
