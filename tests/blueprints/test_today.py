"""今天: the doors, who is on duty, what is on now and next, and how one gets there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests import town as make
from tests.browsing import Answer
from tests.pages import text_of
from venue import clock
from venue.config import install
from venue.duty.models import Assignment, Shift
from venue.people.models import Person
from venue.places.models import CalendarDay, Closure, OpeningRule, Room
from venue.places.rules import DayKind, Layer
from venue.programs.models import Program
from venue.timeline.local_time import day_start, instant

TODAY = "/centers/wutongli/"
WEDNESDAY = date(2026, 9, 16)
"""The day on which the clock of the tests stands still, at 10:00."""
THURSDAY = WEDNESDAY + timedelta(days=1)
PHONE = "021 6666 0018"

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is decided above the database needs to be seen on one."""


def at(hour: int, minute: int = 0, on: date = WEDNESDAY) -> datetime:
    return instant(on, time(hour, minute))


def section(answer: Answer, heading: str) -> str:
    """Return the words of the section below a heading, nothing when there is no such heading."""
    for one in answer.root.iter("section"):
        head = one.find("h2")
        if head is not None and text_of(head) == heading:
            return text_of(one).removeprefix(heading).strip()
    return ""


def headline(answer: Answer) -> str:
    return text_of(answer.by_class("doors")[0])


def lesson(
    session, program: Program, on: date, starts: time, room: Room | None = None, minutes: int = 90
):
    made = make.lesson(session, program, on, starts, minutes, room=room)
    session.commit()
    return made


def close(session, town, starts_at: datetime, ends_at: datetime, reason: str, room=None) -> None:
    session.add(
        Closure(
            center_id=town.wutongli.id,
            room=room,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
        )
    )
    session.commit()


# ---- How one gets there ----------------------------------------------------------------------


def test_the_front_door_leads_to_the_first_center(town, browse) -> None:
    assert browse.get("/", status=302).location == TODAY


@on_one_database
def test_the_front_door_leads_to_the_center_that_the_site_names(town, browse, settings) -> None:
    install(replace(settings, default_center="hewan"))
    assert browse.get("/", status=302).location == "/centers/hewan/"


@on_one_database
def test_the_front_door_leads_back_to_the_center_looked_at_last(town, browse, settings) -> None:
    install(replace(settings, default_center="wutongli"))
    browse.get("/centers/hewan/")
    assert browse.get("/", status=302).location == "/centers/hewan/"
    browse.get(TODAY)
    assert browse.get("/", status=302).location == TODAY


@on_one_database
def test_a_center_that_is_gone_from_the_cookie_does_no_harm(town, browse) -> None:
    browse.client.set_cookie("center", "nowhere")
    assert browse.get("/", status=302).location == TODAY


def test_an_empty_installation_says_how_to_begin(browse) -> None:
    for path in ("/", "/centers/"):
        page = browse.get(path)
        assert "还没有中心" in page.title
        assert "flask create-administrator" in page.words
        assert page.links()["登录"]


@on_one_database
def test_another_center_can_be_chosen(town, browse) -> None:
    page = browse.get(TODAY)
    assert page.links()["换一个中心"] == "/centers/"
    centers = browse.get("/centers/")
    assert centers.links()["河湾党群服务中心"] == "/centers/hewan/"
    assert centers.words.count("现在开放") == 2


@on_one_database
def test_with_one_center_there_is_nothing_to_choose(town, browse, db_session) -> None:
    db_session.query(OpeningRule).where(OpeningRule.center_id == town.elsewhere.id).delete()
    town.elsewhere.neighborhoods = []
    db_session.delete(town.elsewhere)
    db_session.commit()
    assert "换一个中心" not in browse.get(TODAY).words


@on_one_database
def test_a_center_that_there_is_not_is_a_sentence(town, browse) -> None:
    assert "没有找到" in browse.get("/centers/nowhere/", status=404).words


# ---- The doors -------------------------------------------------------------------------------


def test_open_it_says_until_when_and_whom_to_call(town, browse) -> None:
    page = browse.get(TODAY)
    assert headline(page) == f"现在开放 今天开到 21:00 打电话 {PHONE}"
    assert page.links()[f"打电话 {PHONE}"] == "tel:+862166660018"
    assert page.title.startswith("今天")
    assert "9月16日 周三" in page.words


@on_one_database
def test_before_opening_and_after_closing_it_says_when_next(town, browse, clock) -> None:
    clock.set(at(7))
    assert headline(browse.get(TODAY)).startswith("现在不开放 今天 08:30 开门")
    clock.set(at(21))
    assert headline(browse.get(TODAY)).startswith("现在不开放 明天 08:30 开门")


@on_one_database
def test_a_closure_says_why_and_until_when(town, browse, db_session) -> None:
    close(db_session, town, at(9), day_start(THURSDAY + timedelta(days=2)), "管道维修")
    page = browse.get(TODAY)
    assert headline(page).startswith("现在关闭：管道维修 9月19日 周六 08:30 开门")
    assert section(page, "今天的开放时间").startswith("平时 08:30–09:00 之后几天")
    assert section(page, "闭馆与停用").startswith("整个中心")
    assert "管道维修" in section(page, "闭馆与停用")


@on_one_database
def test_a_holiday_is_named_with_its_hours(town, browse, db_session) -> None:
    db_session.add(CalendarDay(day_on=WEDNESDAY, kind=DayKind.HOLIDAY, name="中秋节"))
    db_session.commit()
    page = browse.get(TODAY)
    assert "9月16日 周三 · 中秋节" in page.words
    assert headline(page).startswith("现在不开放 明天 08:30 开门")
    assert section(page, "今天的开放时间").startswith("休息：中秋节")
    make.hours(db_session, town.wutongli, Layer.HOLIDAY_DUTY, time(8, 30), time(16, 30))
    db_session.commit()
    page = browse.get(TODAY)
    assert headline(page).startswith("现在开放 今天开到 16:30")
    assert section(page, "今天的开放时间").startswith("节假日值班 08:30–16:30")


@on_one_database
def test_a_makeup_workday_is_named(town, browse, db_session) -> None:
    db_session.add(CalendarDay(day_on=WEDNESDAY, kind=DayKind.MAKEUP_WORKDAY, name="中秋节"))
    db_session.commit()
    assert "9月16日 周三 · 调休上班" in browse.get(TODAY).words


@on_one_database
def test_unattended_hours_say_so_and_whom_to_call(town, browse, db_session, clock) -> None:
    make.hours(db_session, town.wutongli, Layer.UNATTENDED, time(6), time(0))
    db_session.commit()
    page = browse.get(TODAY)
    assert headline(page).startswith("现在开放 今天开到 21:00")
    hours = section(page, "今天的开放时间")
    assert "平时 08:30–17:00" in hours
    assert "延时、错时 17:00–21:00" in hours
    assert f"无人值守 06:00–24:00没有工作人员在场，有事请打电话 {PHONE}" in hours
    clock.set(at(22))
    words = headline(browse.get(TODAY))
    assert words.startswith("现在开放，无人值守 今天开到 24:00；工作人员 明天 08:30 到岗")


@on_one_database
def test_a_house_that_never_closes_reads_so(town, browse, db_session) -> None:
    for rule in db_session.query(OpeningRule).where(OpeningRule.center_id == town.wutongli.id):
        rule.opens_time, rule.closes_time = time(0), time(0)
    db_session.commit()
    assert headline(browse.get(TODAY)).startswith("现在开放 日夜开放")


@on_one_database
def test_a_center_without_hours_asks_to_call(town, browse, db_session) -> None:
    db_session.query(OpeningRule).where(OpeningRule.center_id == town.wutongli.id).delete()
    db_session.commit()
    assert "什么时候再开放还没有确定，请打电话问。" in headline(browse.get(TODAY))


@on_one_database
def test_the_next_days_tell_their_hours_and_reasons(town, browse, db_session) -> None:
    close(db_session, town, day_start(THURSDAY), day_start(THURSDAY + timedelta(days=1)), "消杀")
    words = section(browse.get(TODAY), "今天的开放时间")
    assert "9月17日 周四 休息：消杀" in words
    assert "9月18日 周五 08:30–21:00" in words


@on_one_database
def test_closures_are_announced_for_a_month_with_their_room(town, browse, db_session) -> None:
    close(db_session, town, at(13, on=THURSDAY), at(17, on=THURSDAY), "换灯", town.studio)
    far = WEDNESDAY + timedelta(days=40)
    close(db_session, town, day_start(far), day_start(far + timedelta(days=1)), "大修")
    past = WEDNESDAY - timedelta(days=1)
    close(db_session, town, at(9, on=past), at(12, on=past), "演练")
    close(db_session, town, at(8), at(9), "晨会")
    words = section(browse.get(TODAY), "闭馆与停用")
    assert words == "国画室 9月17日 周四 13:00–17:00：换灯"


# ---- Duty ------------------------------------------------------------------------------------


def shift(session, town, who: Person, label: str, starts_at: datetime, ends_at: datetime) -> None:
    session.add(
        Shift(
            center_id=town.wutongli.id,
            label=label,
            starts_at=starts_at,
            ends_at=ends_at,
            assignments=[Assignment(person=who)],
        )
    )
    session.commit()


def test_it_says_who_is_on_duty_now_and_today(town, browse, db_session) -> None:
    shift(db_session, town, town.he_jing, "前台早班", at(8), at(12))
    shift(db_session, town, town.shen_lan, "前台晚班", at(12), at(21))
    shift(db_session, town, town.teacher_gu, "明日", at(8, on=THURSDAY), at(12, on=THURSDAY))
    page = browse.get(TODAY)
    assert "值班：何静（前台早班） 打电话" in headline(page)
    duty = section(page, "今天的值班")
    assert duty == "08:00–12:00 何静（前台早班） 12:00–21:00 沈岚（前台晚班）"


@on_one_database
def test_the_duty_of_another_center_is_not_shown(town, browse, db_session) -> None:
    shift(db_session, town, town.he_jing, "前台", at(8), at(12))
    page = browse.get("/centers/hewan/")
    assert "何静" not in page.words
    assert section(page, "今天的值班") == "今天没有登记值班的人，有事请打电话。"


# ---- What is on ------------------------------------------------------------------------------


def test_it_shows_what_is_on_what_comes_and_tomorrow(town, browse, db_session) -> None:
    lesson(db_session, town.painting, WEDNESDAY, time(8, 30), town.classroom)
    lesson(db_session, town.painting, WEDNESDAY, time(9, 30), town.studio)
    tea = make.program(db_session, town.wutongli, "茶艺")
    make.seats(db_session, tea, 6)
    lesson(db_session, tea, WEDNESDAY, time(14))
    lesson(db_session, tea, THURSDAY, time(19), town.classroom)
    page = browse.get(TODAY)
    assert section(page, "正在进行") == "课夜校课程 09:30–11:00 零基础国画 国画室"
    assert section(page, "今天接下来") == "课夜校课程 14:00–15:30 茶艺 余 6 席"
    tomorrow = section(page, "明天 9月17日 周四")
    assert tomorrow == "课夜校课程 19:00–20:30 茶艺 多功能教室，余 6 席"
    assert "08:30–10:00" not in page.words
    assert f"/courses/{town.painting.id}" in page.links().values()


@on_one_database
def test_a_quiet_day_says_so_and_shows_the_next_one_with_anything(town, browse) -> None:
    page = browse.get(TODAY)
    assert section(page, "今天接下来") == "今天没有别的安排了。"
    assert "零基础国画" in section(page, "9月22日 周二")
    assert page.links()["看一周安排"] == "/centers/wutongli/rooms"
    assert page.links()["找课程"] == "/centers/wutongli/courses"


@on_one_database
def test_the_next_day_is_one_on_which_something_takes_place(town, browse, db_session) -> None:
    off = lesson(db_session, town.painting, THURSDAY, time(9))
    off.cancelled_at = clock.now()
    draft = make.program(db_session, town.wutongli, "还没定的课", published_at=None)
    lesson(db_session, draft, THURSDAY, time(10))
    far = make.program(db_session, town.elsewhere, "合唱")
    lesson(db_session, far, THURSDAY, time(11))
    assert "零基础国画" in section(browse.get(TODAY), "9月22日 周二")


@on_one_database
def test_what_began_before_midnight_is_still_on(town, browse, db_session, clock) -> None:
    lesson(db_session, town.painting, WEDNESDAY, time(23), town.studio, minutes=120)
    clock.set(at(0, 30, on=THURSDAY))
    assert "零基础国画" in section(browse.get(TODAY), "正在进行")


def test_a_session_in_two_rooms_names_both(town, browse, db_session) -> None:
    one = lesson(db_session, town.painting, WEDNESDAY, time(14), town.studio)
    held = make.booking(db_session, town.classroom, one.starts_at, one.ends_at)
    one.rooms.append(make.SessionRoom(booking=held))
    db_session.commit()
    words = section(browse.get(TODAY), "今天接下来")
    assert words.count("零基础国画") == 1
    assert "国画室、多功能教室" in words


def test_cancelled_and_moved_sessions_stand_first_with_what_is_new(
    town, browse, db_session
) -> None:
    cancelled = lesson(db_session, town.painting, WEDNESDAY, time(14), town.studio)
    cancelled.cancelled_at, cancelled.cancel_reason = clock.now(), "老师生病"
    over = lesson(db_session, town.painting, WEDNESDAY, time(8), town.studio)
    over.cancelled_at, over.cancel_reason = clock.now(), "停电"
    away = lesson(db_session, town.painting, THURSDAY, time(19), town.studio)
    away.moved_from_at = at(18, 30)
    for day in (-1, 2):
        other = lesson(db_session, town.painting, THURSDAY, time(8 + day))
        other.moved_from_at = at(18, on=WEDNESDAY + timedelta(days=day))
    here = lesson(db_session, town.painting, WEDNESDAY, time(16), town.studio)
    here.moved_from_at = at(15)
    db_session.commit()
    page = browse.get(TODAY)
    changes = section(page, "今天有变动")
    assert "14:00–15:30 零基础国画 已取消 老师生病" in changes
    assert "改期" in changes
    assert "停电" not in page.words
    assert changes.count("零基础国画") == 2
    assert "18:30 零基础国画 改期 改到 9月17日 周四 19:00" in changes
    coming = section(page, "今天接下来")
    assert "14:00" not in coming
    assert "16:00–17:30 零基础国画 改期 国画室，原定 9月16日 周三 15:00" in coming


@on_one_database
def test_private_rooms_and_drafts_are_no_news(town, browse, db_session) -> None:
    secret = make.program(db_session, town.wutongli, "离婚调解")
    draft = make.program(db_session, town.wutongli, "还没定的课", published_at=None)
    lesson(db_session, secret, WEDNESDAY, time(14), town.mediation)
    lesson(db_session, draft, WEDNESDAY, time(14), town.studio)
    both = lesson(db_session, secret, WEDNESDAY, time(16), town.studio)
    held = make.booking(db_session, town.mediation, both.starts_at, both.ends_at)
    both.rooms.append(make.SessionRoom(booking=held))
    db_session.commit()
    page = browse.get(TODAY)
    assert section(page, "今天接下来") == "今天没有别的安排了。"
    assert "离婚" not in page.text
    assert "还没定的课" not in page.text


@on_one_database
def test_what_is_on_at_another_center_is_not_shown(town, browse, db_session) -> None:
    lesson(db_session, town.painting, WEDNESDAY, time(14), town.studio)
    assert "零基础国画" not in browse.get("/centers/hewan/").words


# ---- Queries ---------------------------------------------------------------------------------


def test_today_takes_as_many_queries_at_1000_sessions_as_at_10(
    town, browse, db_session, count_queries
) -> None:
    browse.get(TODAY)

    def ask() -> int:
        with count_queries() as sent:
            browse.get(TODAY)
        return len(sent)

    fill(db_session, town, sessions=10)
    few = ask()
    fill(db_session, town, sessions=990)
    assert ask() == few


def fill(session, town: make.Town, sessions: int) -> None:
    """Make so many sessions of as many programs, half of them today, the rest tomorrow."""
    for number in range(sessions):
        program = make.program(session, town.wutongli, f"课程{number}")
        make.seats(session, program)
        on = WEDNESDAY if number % 2 else THURSDAY
        make.lesson(session, program, on, time(14))
        shift_ = Shift(
            center_id=town.wutongli.id, label=f"岗{number}", starts_at=at(9), ends_at=at(12)
        )
        shift_.assignments.append(Assignment(person=town.he_jing))
        session.add(shift_)
    session.commit()
