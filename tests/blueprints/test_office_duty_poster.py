"""The duty poster: a week of hours and of who is there, with the numbers to call."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from tests import town as make
from tests.pages import text_of
from venue.duty.models import Assignment, Shift
from venue.places.models import AnnouncedYear, CalendarDay, Closure
from venue.places.rules import CalendarSource, DayKind, Layer
from venue.timeline.local_time import day_start, instant

MONDAY = date(2026, 9, 14)
POSTER = f"/duty/poster?week={MONDAY}"

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def session(db_session, town):
    return db_session()


def shift(session, center, on: date, starts: time, ends: time, label: str, *people) -> None:
    row = Shift(
        center_id=center.id,
        label=label,
        starts_at=instant(on, starts),
        ends_at=instant(on + timedelta(days=ends <= starts), ends),
        assignments=[Assignment(person=one) for one in people],
    )
    session.add(row)
    session.commit()


def days(page) -> list[str]:
    """Return what the poster says of each day."""
    [poster] = page.by_class("poster")
    return [text_of(item) for item in poster.find("ol").findall("li")]


def test_each_day_says_its_hours_and_who_is_there(office, session, town):
    shift(session, town.wutongli, MONDAY, time(8, 30), time(16, 30), "前台", town.shen_lan)
    shift(session, town.wutongli, MONDAY, time(14), time(21), "晚班", town.shen_lan, town.he_jing)
    found = days(office.get(POSTER))
    assert len(found) == 7
    assert found[0] == (
        "9月14日 周一 08:30–21:00 08:30–16:30 前台 沈岚 14:00–21:00 晚班 何静、沈岚"
    )
    assert found[1].endswith("没有排值班")


def test_it_is_about_this_center_and_this_week(office, session, town):
    elsewhere = make.center(session, town.wutongli.district, "shiqiao", "石桥")
    shift(session, elsewhere, MONDAY, time(9), time(17), "前台", town.shen_lan)
    next_monday = MONDAY + timedelta(days=7)
    shift(session, town.wutongli, next_monday, time(9), time(17), "前台", town.he_jing)
    page = office.get(POSTER)
    assert all(day.endswith("没有排值班") for day in days(page))
    assert "何静" in days(office.get(page.links()["›"].removeprefix(office.root)))[0]


def test_a_night_that_began_on_the_sunday_before_stands_on_its_monday(office, session, town):
    sunday = MONDAY - timedelta(days=1)
    shift(session, town.wutongli, sunday, time(20), time(8), "夜班", town.he_jing)
    assert "20:00–08:00 夜班 何静" in days(office.get(POSTER))[0]


@on_one_database
def test_it_says_why_a_day_is_closed_or_worked_and_which_numbers_to_call(office, session, town):
    make.hours(session, town.wutongli, Layer.UNATTENDED, time(21), time(23))
    session.add_all(
        [
            Closure(
                center_id=town.wutongli.id,
                starts_at=day_start(MONDAY),
                ends_at=day_start(MONDAY + timedelta(days=1)),
                reason="全馆检修",
            ),
            CalendarDay(day_on=date(2026, 9, 20), kind=DayKind.MAKEUP_WORKDAY, name="国庆节"),
        ]
    )
    session.commit()
    page = office.get(POSTER)
    assert days(page)[0].startswith("9月14日 周一 休息：全馆检修")
    assert "调休上班" in days(page)[6]
    assert "整个中心 每天 21:00–23:00：没有工作人员在场，有事请打电话" in page.words


@on_one_database
def test_a_year_that_is_not_announced_says_so_on_paper_too(office, session):
    said = "2027 年的放假和调休还没有公布"
    session.add(
        AnnouncedYear(year=2026, source=CalendarSource.PACKAGE, entered_at=day_start(MONDAY))
    )
    session.commit()
    assert said not in office.get(POSTER).words
    page = office.get("/duty/poster?week=2026-12-30")
    [notice] = page.by_class("provisional")
    assert said in text_of(notice)


@on_one_database
def test_the_list_of_duty_leads_to_it(office):
    links = office.get(f"/duty?week={MONDAY}").links()
    assert links["打印值班表"].endswith(POSTER)
    assert "2026年9月14日至20日" in office.get("/duty/poster?week=nonsense").words


def test_a_full_week_takes_as_many_queries_as_an_empty_one(office, session, town, count_queries):
    with count_queries() as few:
        office.get(POSTER)
    for number in range(7):
        for label in ("前台", "托管", "晚班"):
            on = MONDAY + timedelta(days=number)
            shift(session, town.wutongli, on, time(9), time(17), label, town.shen_lan)
    with count_queries() as many:
        office.get(POSTER)
    assert len(many) == len(few)
