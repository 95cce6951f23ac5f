"""Laying out a year of opening: usual slots, and the effect of a change before it is saved."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.pages import text_of
from venue.places.models import CalendarDay, OpeningRule
from venue.places.rules import DayKind, Layer

WEDNESDAY = date(2026, 9, 16)
NATIONAL_DAY = date(2026, 10, 1)
EVENING = {"layer": "extended", "opens_time": "17:00", "closes_time": "20:00"}
EVERY_DAY = list("1234567")

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def holiday(session):
    session.add(CalendarDay(day_on=NATIONAL_DAY, kind=DayKind.HOLIDAY, name="国庆节"))
    session.commit()


def rules(session) -> int:
    return session.scalar(
        select(func.count()).select_from(OpeningRule).where(OpeningRule.center_id == 1)
    )


def evening(session) -> OpeningRule:
    return session.scalars(
        select(OpeningRule).where(OpeningRule.layer == Layer.EXTENDED, OpeningRule.center_id == 1)
    ).one()


def changed(page) -> list[str]:
    """Return the dates that the preview marks."""
    return [
        (one.get("href") or "").rsplit("/", 1)[1]
        for one in page.by_class("changed")
        if one.get("href")
    ]


def hours_of(page, on: date) -> list[str]:
    cells = [one for one in page.by_class("day-cell") if (one.get("href") or "").endswith(str(on))]
    return [text_of(one) for one in cells[0].iter("small")]


def look(office, path: str, typed, step: str = "preview", status: int = 200):
    form = office.get(path).form(path)
    sent = {**form.fields, **typed, "step": step}
    return office.browse.post(f"{office.root}{path}", sent, status)


# ---- The usual slots -------------------------------------------------------------------------


def test_a_new_center_is_laid_out_with_one_press(office, session, holiday):
    session.query(OpeningRule).where(OpeningRule.center_id == 1).delete()
    session.commit()
    page = office.get("/hours")
    assert "工作日 08:30–11:30、13:00–16:30" in page.words
    every = [form for form in page.forms() if form.fields.get("usual") == ["all"]]
    page = office.browse.follow(office.browse.submit(every[0]))
    assert rules(session) == 7
    assert "点一下就添加" not in page.words
    assert hours_of(page, WEDNESDAY) == ["07:30", "21:00"]
    assert hours_of(page, NATIONAL_DAY) == ["08:30", "16:30"]


@on_one_database
def test_one_slot_is_added_once_and_then_no_longer_offered(office, session):
    before = rules(session)
    early = [one for one in office.get("/hours").forms() if one.fields.get("usual") == ["early"]]
    page = office.browse.follow(office.browse.submit(early[0]))
    assert "早间" not in page.words
    again = {**early[0].fields, "submission_key": "another"}
    office.browse.post("/office/wutongli/hours/usual", again)
    assert rules(session) == before + 1
    office.browse.post("/office/wutongli/hours/usual", {**again, "usual": "always"})
    assert rules(session) == before + 1


@on_one_database
def test_a_slot_that_ends_some_day_does_not_count_as_the_usual_one(office, session):
    rule = make.hours(session, office.town.wutongli, Layer.EXTENDED, time(7, 30), time(8, 30))
    rule.valid_until_on = date(2026, 12, 31)
    session.commit()
    assert "早间" in office.get("/hours").words


# ---- The year before it is saved -------------------------------------------------------------


def test_the_year_is_shown_with_a_rule_that_is_not_saved_yet(office, session, holiday):
    typed = {"layer": "holiday_duty", "opens_time": "09:00", "closes_time": "15:00"}
    before = rules(session)
    page = look(office, "/hours/new", typed)
    assert changed(page) == ["2026-10-01"]
    assert hours_of(page, NATIONAL_DAY) == ["09:00", "15:00"]
    assert "还没保存的变化 1 天" in page.words
    assert text_of(page.by_class("shown")[0]).startswith("10月")
    assert rules(session) == before
    office.browse.submit(page.form("/hours/new"))
    assert rules(session) == before + 1


@on_one_database
def test_what_was_typed_stays_while_other_months_and_years_are_looked_at(office, session):
    path = f"/hours/{evening(session).id}"
    page = look(office, path, {"closes_time": "22:00", "weekdays": EVERY_DAY}, "2027-03")
    assert "2027 年会是这样" in page.words
    assert text_of(page.by_class("shown")[0]).startswith("3月")
    assert page.form(path).fields["closes_time"] == ["22:00"]
    assert len(changed(page)) == 365
    assert evening(session).closes_time == time(21)


@pytest.mark.parametrize("step", ["2026-13", "1999-01", "later"])
@on_one_database
def test_a_month_that_cannot_be_is_the_one_in_which_the_change_begins(office, session, step):
    typed = {**EVENING, "valid_from_on": "2027-02-01", "closes_time": "22:00"}
    page = look(office, "/hours/new", typed, step)
    assert "2027 年会是这样" in page.words
    assert text_of(page.by_class("shown")[0]).startswith("2月")


@on_one_database
def test_a_rule_of_a_room_shows_the_year_of_the_room(office, session):
    typed = {
        "layer": "regular",
        "weekdays": ["3"],
        "opens_time": "10:00",
        "closes_time": "12:00",
        "room_id": str(office.town.classroom.id),
    }
    page = look(office, "/hours/new", typed)
    assert hours_of(page, WEDNESDAY) == ["10:00", "12:00"]
    assert len(changed(page)) == 52
    office.browse.submit(page.form("/hours/new"))
    year = office.get(f"/hours?room={office.town.classroom.id}")
    assert hours_of(year, WEDNESDAY) == ["10:00", "12:00"]
    assert hours_of(office.get("/hours"), WEDNESDAY) == ["08:30", "21:00"]


@on_one_database
def test_the_year_stays_when_something_typed_is_wrong(office, session):
    page = look(office, "/hours/new", {**EVENING, "closes_time": "16:00"}, status=422)
    assert "结束要晚于开始" in " ".join(page.by_id("closes_time-error").itertext())
    assert hours_of(page, WEDNESDAY) == ["08:30", "21:00"]
    assert changed(page) == []


@on_one_database
def test_overlapping_rules_of_one_layer_are_fine(office, session):
    typed = {**EVENING, "weekdays": EVERY_DAY, "opens_time": "16:00", "closes_time": "20:00"}
    before = rules(session)
    office.fill("/hours/new", typed)
    assert rules(session) == before + 1


def test_unattended_hours_keep_the_number_to_call_and_others_have_none(office, session):
    typed = {"layer": "unattended", "weekdays": EVERY_DAY, "opens_time": "21:00"}
    office.fill("/hours/new", {**typed, "closes_time": "00:00", "phone": "021-5550 0119"})
    rule = session.scalars(select(OpeningRule).where(OpeningRule.layer == Layer.UNATTENDED)).one()
    assert rule.phone == "+862155500119"
    form = office.get(f"/hours/{rule.id}").form(f"/hours/{rule.id}")
    assert form.fields["phone"] == ["021 5550 0119"]
    office.browse.submit(form, {"layer": "extended"})
    session.refresh(rule)
    assert rule.phone is None


# ---- What falls outside ----------------------------------------------------------------------


def test_what_a_change_leaves_outside_is_listed_before_it_is_saved(office, session):
    path = f"/hours/{evening(session).id}"
    typed = {"closes_time": "19:00", "weekdays": EVERY_DAY}
    page = office.fill(path, typed, 409)
    assert "有 12 个安排落在开放时间以外" in page.words
    assert "9月22日 周二 18:30–20:00 零基础国画" in page.words
    assert evening(session).closes_time == time(21)
    office.browse.submit(page.form(path))
    session.expire_all()
    assert evening(session).closes_time == time(19)


@on_one_database
def test_what_was_booked_after_the_list_was_shown_is_asked_about_again(office, session):
    path = f"/hours/{evening(session).id}"
    page = look(office, path, {"closes_time": "19:00", "weekdays": EVERY_DAY})
    assert "零基础国画" in page.words
    choir = make.program(session, office.town.wutongli, "合唱")
    make.lesson(session, choir, date(2026, 9, 23), room=office.town.classroom)
    session.commit()
    page = office.browse.submit(page.form(path), {}, 409)
    assert "合唱" in page.words
    office.browse.submit(page.form(path))


def test_a_removal_shows_the_year_without_the_rule_and_what_it_strands(office, session):
    path = f"/hours/{evening(session).id}/removal"
    page = office.get(path)
    assert hours_of(page, WEDNESDAY) == ["08:30", "17:00"]
    assert "有 12 个安排落在开放时间以外" in page.words
    form = page.form(path)
    unseen = {**form.fields, "seen": "", "submission_key": "another"}
    assert "零基础国画" in office.browse.post(f"{office.root}{path}", unseen, 409).words
    office.browse.submit(form)
    office.browse.submit(form)  # a second press gets the first answer
    assert session.scalars(select(OpeningRule).where(OpeningRule.center_id == 1)).one()
    office.get(path, 404)


@on_one_database
def test_the_number_of_queries_does_not_grow_with_the_rules(office, session, count_queries):
    office.get("/hours")
    with count_queries() as few:
        office.get("/hours")
    for number in range(6):
        make.hours(
            session,
            office.town.wutongli,
            Layer.UNATTENDED,
            time(number),
            time(number + 1),
            room=office.town.studio,
        )
    session.commit()
    with count_queries() as many:
        page = office.get("/hours")
    assert len(many) == len(few)
    assert "没有电话" in page.words
