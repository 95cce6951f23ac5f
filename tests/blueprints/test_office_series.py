"""Scheduling a series in the browser: the preview of every date, leaving some out, reasons."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import func, select, update

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.blueprints.office import base
from venue.calendars.models import CalendarEntry
from venue.db import db
from venue.places.models import AnnouncedYear, CalendarDay, Closure, SchoolTerm
from venue.places.rules import CalendarSource, DayKind, Layer
from venue.programs.models import Program, ScheduledSession, SeriesPattern, SkippedDate
from venue.programs.rules import Books, DaysFollowed
from venue.seats.models import SeatPool
from venue.timeline.local_time import instant, local_date

TODAY = date(2026, 9, 16)
PREVIEW, SCHEDULE = {"step": "preview"}, {"step": "schedule"}


@pytest.fixture
def draft(office, session):
    made = make.program(
        session, office.town.wutongli, "茶艺", published_at=None, syllabus="认识茶\n水温"
    )
    make.seats(session, made, 16)
    session.add(
        AnnouncedYear(year=2026, source=CalendarSource.NOTICE, entered_at=instant(TODAY, time(8)))
    )
    session.commit()
    return made


@pytest.fixture
def plan(office):
    """Twelve Tuesdays in the classroom, from 22 September on."""
    return {
        "weekdays": ["2"],
        "starts_on": "2026-09-22",
        "count": "12",
        "follows": "all",
        "starts_time": "18:30",
        "ends_time": "20:00",
        "room_id": str(office.town.classroom.id),
    }


def path_of(program):
    return f"/programs/{program.id}/series"


def send(office, page_or_path, typed, step, status):
    """Fill in the form and press one of its two buttons."""
    page = office.get(page_or_path) if isinstance(page_or_path, str) else page_or_path
    form = next(one for one in page.forms() if one.action.endswith("/series"))
    sent = {**form.fields, **typed, **step}
    return office.browse.post(form.action, sent, status)


def dates_of(session, program):
    session.expire_all()
    starts = session.scalars(
        select(ScheduledSession.starts_at)
        .where(ScheduledSession.program_id == program.id)
        .order_by(ScheduledSession.starts_at)
    )
    return [local_date(at) for at in starts]


def chosen(page):
    form = next(one for one in page.forms() if one.action.endswith("/series"))
    return form.fields.get("dates", [])


def test_twelve_lessons_are_previewed_and_scheduled_in_one_action(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    assert "共 12 天" in page.words
    assert len(chosen(page)) == 12
    assert dates_of(session, draft) == []
    answer = send(office, page, {}, SCHEDULE, 303)
    page = office.browse.follow(answer)
    assert "排好了 12 场" in page.words
    assert "检查无误就可以发布" in page.words
    dates = dates_of(session, draft)
    assert (len(dates), dates[0], dates[-1]) == (12, date(2026, 9, 22), date(2026, 12, 8))
    topics = [one.topic for one in draft.sessions]
    assert topics[:3] == ["认识茶", "水温", ""]
    assert session.scalar(select(func.count()).select_from(CalendarEntry)) == 12


def test_every_date_says_what_stands_against_it(office, session, draft, plan):
    town = office.town
    session.add_all(
        [
            CalendarDay(day_on=date(2026, 10, 6), kind=DayKind.HOLIDAY, name="国庆节"),
            CalendarDay(day_on=date(2026, 10, 13), kind=DayKind.MAKEUP_WORKDAY, name="国庆节"),
            Closure(
                center_id=town.wutongli.id,
                starts_at=instant(date(2026, 10, 20), time(8)),
                ends_at=instant(date(2026, 10, 21), time(8)),
                reason="检修电路",
            ),
        ]
    )
    day = date(2026, 9, 29)
    make.booking(
        session, town.classroom, instant(day, time(19)), instant(day, time(21)), "业委会开会"
    )
    session.commit()
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    words = page.words
    assert "9月22日 周二 18:30–20:00 没问题" in words
    assert "9月29日 周二 18:30–20:00 19:00–21:00 已经是“业委会开会”。" in words
    assert "10月6日 周二 18:30–20:00 国庆节 这天不开放。" in words
    assert "10月13日 周二 18:30–20:00 调休上班 没问题" in words
    assert "10月20日 周二 18:30–20:00 这段时间关闭：检修电路。" in words
    assert "其中 3 天有冲突" in words
    assert not {"2026-09-29", "2026-10-06", "2026-10-20"} & set(chosen(page))
    send(office, page, {}, SCHEDULE, 303)
    assert len(dates_of(session, draft)) == 9


def test_the_title_of_the_course_that_holds_the_room_is_named(office, draft, plan):
    busy = {**plan, "room_id": str(office.town.studio.id)}
    page = send(office, path_of(draft), busy, PREVIEW, 200)
    assert "已经是“零基础国画”" in page.words
    page = send(office, page, {}, SCHEDULE, 422)
    assert "没有勾选任何一天" in page.words
    assert "共 12 天，其中 12 天有冲突" in page.words


def test_a_clash_that_is_chosen_all_the_same_makes_nothing(office, session, draft, plan):
    busy = {**plan, "room_id": str(office.town.studio.id), "count": "14"}
    page = send(office, path_of(draft), busy, PREVIEW, 200)
    both = {"dates": ["2026-09-22", "2026-12-15"], "override": "馆长同意"}
    page = send(office, page, both, SCHEDULE, 409)
    assert "勾选的日子里有 1 天有冲突" in page.words
    assert chosen(page) == ["2026-09-22", "2026-12-15"]
    assert dates_of(session, draft) == []


def test_a_reason_opens_the_room_beyond_its_hours(office, session, draft, plan):
    late = {**plan, "starts_time": "20:30", "ends_time": "22:00", "count": "2"}
    page = send(office, path_of(draft), late, PREVIEW, 200)
    assert "不在开放时间里，这天开放 08:30–21:00。" in page.words
    both = {"dates": ["2026-09-22", "2026-09-29"]}
    page = send(office, page, both, SCHEDULE, 409)
    assert "确有需要，请写明照排的理由" in page.words
    send(office, page, {**both, "override": "元宵灯会"}, SCHEDULE, 303)
    assert len(dates_of(session, draft)) == 2
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "series.scheduled")).one()
    assert entry.facts == {"dates": 2, "override": "元宵灯会"}


def test_a_room_that_is_too_small_is_said(office, draft, plan):
    small = {**plan, "room_id": str(office.town.mediation.id)}
    page = send(office, path_of(draft), small, PREVIEW, 200)
    assert "最多容纳 8 人，坐不下。" in page.words


def test_another_plan_than_the_one_that_was_shown_is_shown_first(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    page = send(office, page, {"weekdays": ["4"]}, SCHEDULE, 200)
    assert "9月24日 周四" in page.words
    assert dates_of(session, draft) == []
    send(office, page, {}, SCHEDULE, 303)
    assert dates_of(session, draft)[0] == date(2026, 9, 24)


def test_without_a_room_only_time_is_taken(office, session, draft, plan):
    page = send(office, path_of(draft), {**plan, "room_id": "", "count": "3"}, PREVIEW, 200)
    send(office, page, {}, SCHEDULE, 303)
    assert [one.rooms for one in draft.sessions] == [[], [], []]


def test_a_date_can_be_left_out_and_added_later(office, session, draft, plan):
    page = send(office, path_of(draft), {**plan, "count": "3"}, PREVIEW, 200)
    send(office, page, {"dates": ["2026-09-22", "2026-10-06"]}, SCHEDULE, 303)
    assert dates_of(session, draft) == [date(2026, 9, 22), date(2026, 10, 6)]
    page = send(office, path_of(draft), {**plan, "count": "3"}, PREVIEW, 200)
    assert chosen(page) == ["2026-09-29"]
    send(office, page, {}, SCHEDULE, 303)
    assert len(dates_of(session, draft)) == 3


def test_sessions_that_are_booked_one_by_one_get_their_own_seats(office, session, plan):
    club = make.program(
        session, office.town.wutongli, "象棋", published_at=None, books=Books.SESSION
    )
    session.commit()
    page = send(office, path_of(club), {**plan, "count": "2", "capacity": "50"}, PREVIEW, 200)
    assert "最多容纳 40 人，坐不下。" in page.words
    page = send(office, page, {"capacity": "10"}, PREVIEW, 200)
    send(office, page, {"dates": ["2026-09-22", "2026-09-29"]}, SCHEDULE, 303)
    pools = session.scalars(select(SeatPool).join(SeatPool.session)).all()
    assert [pool.capacity for pool in pools] == [10, 10]


def test_years_whose_holidays_are_not_announced_are_provisional(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    assert "放假安排还没有公布" not in page.words
    page = send(office, path_of(draft), {**plan, "count": "20"}, PREVIEW, 200)
    assert "2027 年的放假安排还没有公布" in page.words
    assert "1月5日 周二 18:30–20:00 待定 没问题" in page.words


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"weekdays": []}, "请至少选一天"),
        ({"starts_on": ""}, "请填写日期"),
        ({"starts_on": "2026-09-15"}, "这一天已经过去了"),
        ({"ends_time": "18:00"}, "结束要晚于开始"),
        ({"count": "1000"}, "请填写 1 到 400 之间的数"),
        ({"count": "0"}, "请填写 1 到 400 之间的数"),
        ({"count": ""}, "场数和最后一天，请填其中一个"),
        ({"until_on": "2026-12-31"}, "场数和最后一天，请填其中一个"),
        ({"count": "", "until_on": "2026-09-23", "weekdays": ["5"]}, "没有一天是所选的星期"),
        ({"count": "", "until_on": "2126-09-23"}, "最远可以排到两年以后"),
        ({"count": "200", "every_weeks": "8"}, "最远可以排到两年以后"),
        (
            {"count": "", "until_on": "2028-09-10", "weekdays": list("1234567")},
            "一次最多排 400 场",
        ),
        ({"every_weeks": "0"}, "请填写 1 到 8 之间的数"),
        ({"room_id": "999"}, "功能室"),
        ({"dates": ["昨天"]}, "日期"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_series_typed_wrong_is_not_scheduled(office, session, draft, plan, typed, sentence):
    page = send(office, path_of(draft), {**plan, **typed}, SCHEDULE, 422)
    assert sentence in page.words
    form = next(one for one in page.forms() if one.action.endswith("/series"))
    assert form.fields["starts_time"] == ["18:30"]
    assert dates_of(session, draft) == []


def test_the_preview_stays_when_the_token_has_expired(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    page = send(office, page, {"csrf_token": "stale"}, SCHEDULE, 422)
    assert "页面放得太久了" in page.words
    assert len(chosen(page)) == 12
    send(office, page, {}, SCHEDULE, 303)
    assert len(dates_of(session, draft)) == 12


def test_a_program_that_was_cancelled_meanwhile_gets_no_sessions(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    draft.cancelled_at = venue_clock.now()
    session.commit()
    page = send(office, page, {}, SCHEDULE, 409)
    assert "已经取消了，不能再改。 要重新办，请另建一个项目。" in page.words
    assert dates_of(session, draft) == []
    office.get(path_of(draft), 404)


def test_a_series_sent_twice_is_scheduled_once(office, session, draft, plan):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    first = send(office, page, {}, SCHEDULE, 303)
    second = send(office, page, {}, SCHEDULE, 303)
    assert first.location == second.location
    assert len(dates_of(session, draft)) == 12


def test_a_program_cancelled_as_its_dates_arrive_says_so(office, session, draft, plan, monkeypatch):
    page = send(office, path_of(draft), plan, PREVIEW, 200)
    submit = base.submit

    def cancelled_first(key, act):
        with db.engine.begin() as connection:
            connection.execute(update(Program).values(cancelled_at=draft.created_at))
        return submit(key, act)

    monkeypatch.setattr(base, "submit", cancelled_first)
    page = send(office, page, {}, SCHEDULE, 409)
    assert "已经取消了，不能再改。" in page.words
    assert dates_of(session, draft) == []


def on(day, **typed):
    """Return what is typed into the row of a date."""
    return {f"d{day}-{name}": text for name, text in typed.items()}


def skipped(session):
    return {one.day_on: one.reason for one in session.scalars(select(SkippedDate))}


def test_a_holiday_that_a_series_leaves_out_is_shown_and_can_be_ticked_in(
    office, session, draft, plan
):
    session.add(CalendarDay(day_on=date(2026, 9, 29), kind=DayKind.HOLIDAY, name="中秋节"))
    make.hours(session, office.town.wutongli, Layer.HOLIDAY_DUTY, time(8), time(21))
    session.commit()
    typed = {**plan, "count": "3", "follows": "ordinary"}
    page = send(office, path_of(draft), typed, PREVIEW, 200)
    assert "共 3 天，另有 1 天没有排" in page.words
    assert "9月29日 周二 18:30–20:00 中秋节 放假，没有排。" in page.words
    assert chosen(page) == ["2026-09-22", "2026-10-06", "2026-10-13"]
    send(office, page, {"dates": ["2026-09-22", "2026-09-29", "2026-10-06"]}, SCHEDULE, 303)
    assert dates_of(session, draft) == [date(2026, 9, 22), date(2026, 9, 29), date(2026, 10, 6)]
    assert skipped(session) == {date(2026, 10, 13): ""}


def test_a_date_is_moved_and_another_dropped_with_a_reason(office, session, draft, plan):
    page = send(office, path_of(draft), {**plan, "count": "3"}, PREVIEW, 200)
    typed = {
        **on("2026-09-29", on="2026-09-30", starts_time="09:00", ends_time="10:30"),
        **on("2026-10-06", reason="老师出差"),
        "dates": ["2026-09-22", "2026-09-29"],
    }
    page = send(office, page, typed, PREVIEW, 200)
    assert "改期 原定 9月29日 周二 → 9月30日 周三 09:00–10:30" in page.words
    assert chosen(page) == ["2026-09-22", "2026-09-29"]
    send(office, page, {}, SCHEDULE, 303)
    assert dates_of(session, draft) == [date(2026, 9, 22), date(2026, 9, 30)]
    assert draft.sessions[1].pattern_on == date(2026, 9, 29)
    assert skipped(session) == {date(2026, 10, 6): "老师出差"}


def test_why_a_clashing_date_is_dropped_is_proposed_in_the_words_of_the_preview(
    office, session, draft, plan
):
    day = date(2026, 9, 29)
    make.booking(
        session, office.town.classroom, instant(day, time(19)), instant(day, time(21)), "业委会"
    )
    session.commit()
    page = send(office, path_of(draft), {**plan, "count": "2"}, PREVIEW, 200)
    send(office, page, {}, SCHEDULE, 303)
    assert skipped(session) == {day: "19:00–21:00 已经是“业委会”。"}


def test_a_moved_date_is_judged_again(office, session, draft, plan):
    page = send(office, path_of(draft), {**plan, "count": "2"}, PREVIEW, 200)
    into_painting = {"room_id": str(office.town.studio.id)}
    page = send(office, page, on("2026-09-29", **into_painting), PREVIEW, 200)
    assert "已经是“零基础国画”" in page.words
    page = send(office, page, {}, SCHEDULE, 409)
    assert "勾选的日子里有 1 天有冲突" in page.words
    assert dates_of(session, draft) == []


def test_a_date_moved_onto_another_of_the_series_says_which(office, session, draft, plan):
    page = send(office, path_of(draft), {**plan, "count": "3"}, PREVIEW, 200)
    page = send(office, page, on("2026-09-29", on="2026-10-06"), SCHEDULE, 409)
    assert "和 10月6日 周二 那一场的时间重叠。" in page.words
    assert len(chosen(page)) == 3
    assert dates_of(session, draft) == []
    send(office, page, {"dates": ["2026-09-22", "2026-09-29"]}, SCHEDULE, 303)
    assert dates_of(session, draft) == [date(2026, 9, 22), date(2026, 10, 6)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (on("2026-09-29", on="2026-09-01"), "这一天已经过去了。"),
        (on("2026-09-29", on="2029-01-01"), "最远可以排到两年以后。"),
        (on("2026-09-29", on="下周"), "请填写日期"),
        (on("2026-09-29", starts_time="21:00"), "结束要晚于开始"),
        (on("2026-09-29", room_id="999"), "功能室"),
        (on("2026-09-29", reason="很" * 101), "最多 100 个字。"),
        ({"count": "1000"}, "请填写 1 到 400 之间的数"),
        ({"count": "", "until_on": "2026-09-17"}, "最后一天不能早于第一天。"),
        ({"follows": "moon"}, "放假和调休"),
        ({"follows": "school"}, "还没有登记所选星期的上学日"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_preview_stays_with_all_ticks_beside_what_is_typed_wrong(
    office, session, draft, plan, typed, sentence
):
    page = send(office, path_of(draft), {**plan, "count": "3"}, PREVIEW, 200)
    ticked = {"dates": ["2026-09-22", "2026-09-29"], **on("2026-10-06", reason="老师出差")}
    page = send(office, page, {**ticked, **typed}, SCHEDULE, 422)
    assert sentence in page.words
    assert chosen(page) == ticked["dates"]
    form = next(one for one in page.forms() if one.action.endswith("/series"))
    assert form.fields["d2026-10-06-reason"] == ["老师出差"]
    assert dates_of(session, draft) == []


def test_care_follows_the_school_days_of_the_district(office, session, draft, plan):
    session.add(
        SchoolTerm(
            district_id=office.town.district.id,
            name="上学期",
            starts_on=date(2026, 9, 1),
            ends_on=date(2026, 9, 30),
        )
    )
    session.add(CalendarDay(day_on=date(2026, 9, 26), kind=DayKind.MAKEUP_WORKDAY, name="国庆节"))
    session.commit()
    daily = {"weekdays": list("12345"), "starts_on": "2026-09-24", "follows": "school"}
    typed = {**plan, **daily, "count": "", "until_on": "2026-10-02"}
    page = send(office, path_of(draft), typed, PREVIEW, 200)
    assert "9月26日 周六 18:30–20:00 调休上班 没问题" in page.words
    assert "10月1日 周四 18:30–20:00 学校不上课，没有排。" in page.words
    send(office, page, {}, SCHEDULE, 303)
    assert [one.day for one in dates_of(session, draft)] == [24, 25, 26, 28, 29, 30]
    (kept,) = session.scalars(select(SeriesPattern).where(SeriesPattern.program_id == draft.id))
    assert (kept.follows, kept.weekdays) == (DaysFollowed.SCHOOL, "12345")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_forty_dates_are_previewed_with_as_many_queries_as_three(
    office, draft, plan, count_queries
):
    path = path_of(draft)

    def sent(count):
        with count_queries() as statements:
            send(office, path, {**plan, "count": count}, PREVIEW, 200)
        return len(statements)

    assert sent("3") == sent("40")
