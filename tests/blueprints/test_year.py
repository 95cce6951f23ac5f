"""The year of a center: when it is open on any date, or why not, and who is there."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from tests import town as make
from tests.pages import text_of
from venue.duty.models import Assignment, Shift
from venue.places.models import AnnouncedYear, CalendarDay, Closure
from venue.places.rules import CalendarSource, DayKind, Layer
from venue.timeline.local_time import day_start, instant

YEAR = "/centers/wutongli/year"
DAY = "/centers/wutongli/days/"
TODAY = date(2026, 9, 16)
NATIONAL_DAY = date(2026, 10, 1)
MAKEUP_DAY = date(2026, 10, 10)

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def town(session):
    made = make.build(session)
    make.hours(session, made.wutongli, Layer.HOLIDAY_DUTY, time(8, 30), time(16, 30))
    session.add(CalendarDay(day_on=NATIONAL_DAY, kind=DayKind.HOLIDAY, name="国庆节"))
    session.add(CalendarDay(day_on=MAKEUP_DAY, kind=DayKind.MAKEUP_WORKDAY, name="国庆节"))
    session.commit()
    return made


def close(session, town, first_on: date, last_on: date, reason: str, room=None) -> None:
    session.add(
        Closure(
            center_id=town.wutongli.id,
            room=room,
            starts_at=day_start(first_on),
            ends_at=day_start(last_on + timedelta(days=1)),
            reason=reason,
        )
    )
    session.commit()


def on_duty(session, town, on: date, *people) -> None:
    shift = Shift(
        center_id=town.wutongli.id,
        label="前台",
        starts_at=instant(on, time(8, 30)),
        ends_at=instant(on, time(16, 30)),
        assignments=[Assignment(person=one) for one in people],
    )
    session.add(shift)
    session.commit()


def announced(session, year: int) -> None:
    row = AnnouncedYear(year=year, source=CalendarSource.PACKAGE, entered_at=day_start(TODAY))
    session.add(row)
    session.commit()


def cell(page, on: date):
    """Return the link of a date in its grid."""
    return next(
        one for one in page.by_class("day-cell") if (one.get("href") or "").endswith(str(on))
    )


def said(page, on: date) -> str:
    return text_of(next(one for one in cell(page, on) if one.get("class") == "visually-hidden"))


def test_every_date_of_the_year_says_when_it_is_open(town, browse) -> None:
    page = browse.get(YEAR)
    assert len([one for one in page.by_class("day-cell") if one.get("href")]) == 365
    assert said(page, TODAY) == "9月16日 周三，08:30–21:00"
    assert said(page, NATIONAL_DAY) == "10月1日 周四，国庆节，08:30–16:30"
    assert said(page, MAKEUP_DAY) == "10月10日 周六，调休上班，08:30–21:00"
    assert "duty" in cell(page, NATIONAL_DAY).get("class")
    assert cell(page, TODAY).get("aria-current") == "date"
    assert "2026 年开放时间" in page.title


def test_a_closed_date_says_why(session, town, browse) -> None:
    close(session, town, date(2026, 11, 2), date(2026, 11, 3), "检修电路")
    close(session, town, date(2026, 11, 9), date(2026, 11, 9), "刷墙", town.studio)
    page = browse.get(YEAR)
    assert said(page, date(2026, 11, 3)) == "11月3日 周二，休息：检修电路"
    assert said(page, date(2026, 11, 4)) == "11月4日 周三，08:30–21:00"
    assert "none" in cell(page, date(2026, 11, 2)).get("class")
    assert "good" in cell(page, date(2026, 11, 9)).get("class")
    assert "国画室 11月9日 周一 00:00–24:00：刷墙" in page.words
    assert "闭馆 2 天" in page.words


def test_a_closure_of_a_part_of_the_day_is_named_beside_the_hours(session, town, browse) -> None:
    row = Closure(
        center_id=town.wutongli.id,
        starts_at=instant(TODAY, time(12)),
        ends_at=instant(TODAY, time(13)),
        reason="消防演练",
    )
    session.add(row)
    session.commit()
    page = browse.get(YEAR)
    assert said(page, TODAY) == "9月16日 周三，08:30–12:00、13:00–21:00，12:00–13:00 消防演练"
    assert "low" in cell(page, TODAY).get("class")


def test_coming_dates_name_who_is_on_duty_and_past_ones_do_not(session, town, browse) -> None:
    on_duty(session, town, NATIONAL_DAY, town.shen_lan, town.he_jing)
    on_duty(session, town, TODAY - timedelta(days=1), town.shen_lan)
    page = browse.get(f"{YEAR}?year=2026&month=10")
    assert said(page, NATIONAL_DAY).endswith("值班：何静、沈岚")
    assert "沈岚" not in said(page, TODAY - timedelta(days=1))
    assert "前台" in browse.get(f"{DAY}2026-10-01").words
    assert "何静" in browse.get(f"{DAY}2026-10-01").words
    assert "沈岚" not in browse.get(f"{DAY}2026-09-15").words


def test_unattended_hours_give_a_number_to_call(session, town, browse) -> None:
    rule = make.hours(session, town.wutongli, Layer.UNATTENDED, time(0), time(0), room=town.studio)
    rule.phone = "+862155500119"
    session.commit()
    for path in (YEAR, f"{DAY}2026-10-01", "/centers/wutongli/"):
        assert "没有工作人员在场，有事请打电话 021 5550 0119" in browse.get(path).words


@on_one_database
def test_while_nobody_of_the_staff_is_there_the_doors_name_that_number(
    session, town, browse, clock
) -> None:
    rule = make.hours(session, town.wutongli, Layer.UNATTENDED, time(0), time(0))
    rule.phone = "+862155500119"
    session.commit()
    assert "打电话 021 6666 0018" in browse.get("/centers/wutongli/").links()
    clock.set(instant(TODAY, time(23)))
    assert "打电话 021 5550 0119" in browse.get("/centers/wutongli/").links()


def test_unattended_hours_of_the_center_are_said_beside_those_with_staff(
    session, town, browse
) -> None:
    make.hours(session, town.wutongli, Layer.UNATTENDED, time(0), time(0))
    session.commit()
    page = browse.get(YEAR)
    assert said(page, TODAY) == ("9月16日 周三，08:30–21:00，00:00–08:30、21:00–24:00 无人值守")
    assert [text_of(one) for one in cell(page, TODAY).iter("small")] == ["08:30", "21:00"]


@on_one_database
def test_a_year_that_is_not_announced_is_provisional(session, town, browse) -> None:
    announced(session, 2026)
    assert "还没有公布" not in browse.get(YEAR).words
    assert "还没有公布" not in browse.get(f"{DAY}2026-10-01").words
    assert "2027 年的放假和调休还没有公布" in browse.get(f"{YEAR}?year=2027").words
    assert "2027 年的放假和调休还没有公布" in browse.get(f"{DAY}2027-10-01").words


@on_one_database
def test_one_month_is_marked_for_narrow_screens_with_the_next_one_beside_it(town, browse) -> None:
    page = browse.get(f"{YEAR}?year=2026&month=12")
    (shown,) = page.by_class("shown")
    assert text_of(next(shown.iter("caption"))) == "12月"
    assert page.links()["1月 ›"] == f"{YEAR}?year=2027&month=1"
    assert page.links()["‹ 11月"] == f"{YEAR}?year=2026&month=11"
    assert "12月的每一天" in page.words
    first = browse.get(f"{YEAR}?year=2027")
    assert text_of(next(first.by_class("shown")[0].iter("caption"))) == "1月"


@pytest.mark.parametrize("asked", ["year=soon", "year=1", "month=13", "year=2031", "month=x"])
@on_one_database
def test_a_year_that_cannot_be_shows_this_one(town, browse, asked) -> None:
    page = browse.get(f"{YEAR}?{asked}", 404)
    assert "没有看懂要找的年月" in page.words
    assert "2026 年开放时间" in page.title


@pytest.mark.parametrize("on", ["soon", "2026-02-30", "0001-01-01", "9999-12-31"])
@on_one_database
def test_a_day_that_cannot_be_is_not_found(town, browse, on) -> None:
    browse.get(DAY + on, 404)


@on_one_database
def test_the_last_day_within_reach_leads_only_back(town, browse) -> None:
    page = browse.get(f"{DAY}2028-12-31")
    assert "‹" in page.links()
    assert "›" not in page.links()


@on_one_database
def test_today_leads_to_the_year(town, browse) -> None:
    assert browse.get("/centers/wutongli/").links()["看全年"] == YEAR


def test_the_year_takes_the_same_number_of_queries_however_much_there_is(
    session, town, browse, count_queries
) -> None:
    browse.get(YEAR)
    with count_queries() as few:
        browse.get(YEAR)
    for number in range(8):
        close(session, town, date(2026, 11, 1 + number), date(2026, 11, 1 + number), "检修")
        on_duty(session, town, NATIONAL_DAY + timedelta(days=number), town.shen_lan)
        make.hours(session, town.wutongli, Layer.EXTENDED, time(6), time(7), room=town.classroom)
    session.commit()
    with count_queries() as many:
        browse.get(YEAR)
    assert len(many) == len(few)
