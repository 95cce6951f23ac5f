"""The office of care: how full each day is, who waits, what the kitchen cooks, papers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.pages import text_of
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.childcare.booking_days import Booked, ChildWish, DayWish, WhenFull, book_days
from venue.childcare.models import CareProgram
from venue.programs.models import Program


@pytest.fixture
def care(db_session, town):
    """Ten days of care from Tuesday 22 September on."""
    made = make.care(db_session, town.wutongli, nap_fen=500)
    db_session.commit()
    return made


@pytest.fixture
def book(db_session, town, care):
    def book(children, *numbers, meal=True, nap=False, of=None):
        program = of or care
        days = tuple(DayWish(program.sessions[n].id, meal, nap) for n in numbers)
        outcome = book_days(
            db_session(),
            program.id,
            [ChildWish(one.id, days) for one in children],
            when_full=WhenFull.WAIT,
            agreed=False,
            actor=Actor(town.chen_min.id, Channel.ONLINE),
            now=venue_clock.now(),
        )
        assert isinstance(outcome, Booked)
        db_session.commit()
        return outcome

    return book


def rows(page) -> list[list[str]]:
    """Return the cells of every table of a page."""
    return [
        [text_of(cell) for cell in line if cell.tag in {"th", "td"}]
        for line in page.root.iter("tr")
    ]


def of_care(program, more: str = "") -> str:
    return f"/programs/{program.id}{more}"


def roll_of(program, number: int) -> str:
    return f"/care-days/{program.sessions[number].id}/roll"


def opened(db_session) -> list[tuple[int, int]]:
    found = db_session.scalars(select(AuditEntry).where(AuditEntry.action == "care.roll_opened"))
    return [(one.actor_id, one.facts["children"]) for one in found]


def test_each_day_says_who_is_booked_what_they_eat_and_how_many_carers_it_needs(
    office, town, care, book
):
    book([town.xiao_he, town.xiao_mai], 0)
    book([town.xiao_he], 1, nap=True)
    page = office.get(of_care(care, "/days"))
    lines = rows(page)
    assert lines[1] == [
        "9月22日 周二 15:30–17:30", "2 / 25", "0", "2", "0", "0", "2", "打印名单 9月22日 周二",
    ]  # fmt: skip
    assert lines[2][1:7] == ["1 / 25", "0", "1", "1", "0", "2"]
    assert lines[5] == ["一周合计", "3 / 100", "0", "3", "1", "0", "4", ""]
    assert "一周合计：报了 3，用餐 3，午睡 1，要老师 4 人次。" in page.words


def test_the_program_and_its_terms_lead_to_the_days(office, care):
    to = f"/office/wutongli/programs/{care.id}/days"
    assert office.get(of_care(care)).links()["每天的情况"] == to
    assert office.get(of_care(care, "/care")).links()["每天的情况"] == to


def test_days_of_the_past_are_folded_away(office, care, clock):
    clock.set(care.sessions[9].ends_at)
    page = office.get(of_care(care, "/days"))
    assert "过去的 2 周" in page.words


def test_a_day_called_off_counts_for_nothing(office, town, care, book, db_session):
    book([town.xiao_he], 0, 1)
    care.sessions[0].cancelled_at = venue_clock.now()
    db_session.commit()
    lines = rows(office.get(of_care(care, "/days")))
    assert lines[1] == ["9月22日 周二 15:30–17:30", "已取消"]
    assert lines[5][1] == "1 / 75"


@pytest.mark.parametrize("path", ["/days", "/line", "/sign-in"])
def test_what_is_no_care_leads_to_its_own_page(office, town, care, path):
    answer = office.get(of_care(town.painting, path), 302)
    assert answer.headers["Location"] == f"/office/wutongli/programs/{town.painting.id}"


@pytest.mark.parametrize("path", ["/days", "/line", "/sign-in"])
def test_another_center_has_no_such_page(office, town, db_session, path):
    other = make.care(db_session, town.elsewhere, "河湾托管")
    db_session.commit()
    office.get(of_care(other, path), 404)


def test_the_roll_of_another_center_is_not_found_and_not_written_down(office, town, db_session):
    other = make.care(db_session, town.elsewhere, "河湾托管")
    db_session.commit()
    office.get(roll_of(other, 0), 404)
    assert opened(db_session) == []


def test_who_waits_stands_by_day_with_since_when(office, town, care, book, db_session):
    for number in (0, 2):
        pool = make.pool_of(db_session, care.sessions[number])
        pool.capacity = 2
        for one in make.crowd(db_session, 2):
            make.enrollment(db_session, pool, one)
    db_session.commit()
    book([town.xiao_he, town.xiao_mai], 2)
    book([town.xiao_he], 0)
    page = office.get(of_care(care, "/line"))
    assert page.words.index("9月22日 周二 15:30–17:30 · 1 人") < page.words.index(
        "9月24日 周四 15:30–17:30 · 2 人"
    )
    lines = rows(page)
    assert lines[1][:2] == ["第 1 位", "陈小禾"]
    assert "陈敏" in lines[1][2]
    assert [(line[0], line[1], line[4]) for line in lines[3:]] == [
        ("第 1 位", "陈小禾", "陈小麦"),
        ("第 1 位", "陈小麦", "陈小禾"),
    ]


def test_nobody_waits(office, care):
    assert "后面的日子没有人候补。" in office.get(of_care(care, "/line")).words


def test_the_roll_lists_children_by_grade_and_leaves_room_to_write(office, town, care, book):
    book([town.xiao_he, town.xiao_mai], 0)
    page = office.get(roll_of(care, 0))
    lines = rows(page)
    assert lines[0] == ["姓名", "年级", "用餐", "午睡", "几点到", "几点接走", "谁接的", "签名"]
    assert lines[1] == ["陈小麦", "1", "✓用餐", "–", "", "", "", ""]
    assert lines[2][:2] == ["陈小禾", "3"]
    assert lines[3:] == [["空行", *[""] * 7]] * 3
    assert "打印于" in page.words


def test_opening_the_roll_is_written_down_each_time(office, town, care, book, db_session):
    book([town.xiao_he, town.xiao_mai], 0)
    office.get(roll_of(care, 0))
    office.get(roll_of(care, 0))
    assert opened(db_session) == [(town.shen_lan.id, 2), (town.shen_lan.id, 2)]


def test_the_desk_and_a_parent_may_not_open_the_roll(visit, town, care, book, db_session):
    book([town.xiao_he], 0)
    for who in (town.he_jing, town.chen_min):
        visit(who).get("/office/wutongli" + roll_of(care, 0), 403)
    assert opened(db_session) == []


def test_the_empty_sheet_of_a_week_names_nobody(office, town, care, book, db_session):
    book([town.xiao_he], 0)
    page = office.get(of_care(care, "/sign-in?week=2026-09-24"))
    lines = rows(page)
    assert lines[0] == ["姓名", "9月22日 周二", "9月23日 周三", "9月24日 周四", "9月25日 周五"]
    assert len(lines) == 2 + 25
    assert "陈小禾" not in page.words
    assert opened(db_session) == []
    assert "这一周没有日子。" in office.get(of_care(care, "/sign-in?week=2026-01-01")).words


def test_the_kitchen_counts_the_day_and_the_week_by_program(office, town, care, book, db_session):
    other = make.care(db_session, town.wutongli, "高年级托管")
    db_session.commit()
    book([town.xiao_he], 0, 1, nap=True)
    book([town.xiao_mai], 0, of=other)
    page = office.get("/kitchen?on=2026-09-22")
    lines = rows(page)
    assert lines[1:3] == [["放学托管", "1", "1", "1"], ["高年级托管", "1", "0", "1"]]
    meals = lines[3:7]
    assert meals[1] == ["放学托管", "1", "1", "0", "0", "2"]
    assert meals[3] == ["一共", "2", "1", "0", "0", "3"]
    assert "2份餐" in page.words


def test_the_kitchen_of_a_day_without_care_says_so(office, care):
    assert "这一天没有托管。" in office.get("/kitchen?on=2026-01-01").words
    office.get("/kitchen?on=soon", 404)


def test_the_pages_ask_as_much_of_the_database_for_many_as_for_few(
    office, town, care, book, db_session, count_queries
):
    paths = [of_care(care, "/days"), of_care(care, "/line"), "/kitchen?on=2026-09-22"]
    paths += [roll_of(care, 0), of_care(care, "/sign-in?week=2026-09-24")]
    pool = make.pool_of(db_session, care.sessions[1])
    pool.capacity = 1
    make.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    book([town.xiao_he], 0, 1)

    def counted() -> list[int]:
        found = []
        for path in paths:
            with count_queries() as sent:
                office.get(path)
            found.append(len(sent))
        return found

    office.get(paths[0])
    few = counted()
    for number in range(10):
        pool = make.pool_of(db_session, care.sessions[number])
        if number == 1:
            continue
        for one in make.crowd(db_session, 5):
            make.enrollment(db_session, pool, one)
    db_session.commit()
    book([town.xiao_mai], 0, 1)
    assert counted() == few


def test_every_page_can_be_read_in_english(office, town, care, book):
    book([town.xiao_he], 0)
    paths = [of_care(care, more) for more in ("/days", "/line", "/sign-in?week=2026-09-24")]
    for path in [*paths, roll_of(care, 0), "/kitchen?on=2026-09-22"]:
        page = office.browse.get(office.root + path, headers={"Accept-Language": "en"})
        assert page.root.get("lang") == "en"
    assert "Tue, Sep 22" in page.words


WINTER = {
    "title": "寒假班",
    "category": "care",
    "joining": "days",
    "capacity": "",
    "min_grade": "2",
    "max_grade": "4",
    "whole_weeks": "y",
    "meal_fen": "15",
    "nap_fen": "0",
}


def terms_of(db_session, title):
    db_session.expire_all()
    return db_session.scalars(
        select(CareProgram).join(CareProgram.program).where(Program.title == title)
    ).one_or_none()


def test_a_new_program_of_care_is_asked_at_once_what_it_offers(office, db_session):
    office.fill("/programs/new", WINTER)
    made = terms_of(db_session, "寒假班")
    assert (made.min_grade, made.max_grade, made.whole_weeks) == (2, 4, True)
    assert (made.meal_fen, made.nap_fen, made.change_days) == (1500, 0, 1)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"min_grade": "5"}, "年级要从低到高。"),
        ({"min_grade": ""}, "请填写从几年级起收。"),
        ({"max_grade": ""}, "请填写收到几年级。"),
        ({"max_grade": "7"}, "请填写 1 到 6 之间的数。"),
        ({"meal_fen": "很多"}, "用餐，每天（元）"),
    ],
)
def test_a_new_program_of_care_says_what_is_wrong_and_keeps_what_was_typed(
    office, db_session, typed, said
):
    page = office.fill("/programs/new", {**WINTER, **typed}, 422)
    assert said in page.words
    kept = page.form("/programs/new").fields
    assert {name: kept[name] for name in typed} == {name: [value] for name, value in typed.items()}
    assert (kept["whole_weeks"], kept["title"]) == (["y"], ["寒假班"])
    assert terms_of(db_session, "寒假班") is None


def test_a_course_is_not_asked_for_grades(office, db_session):
    typed = {**WINTER, "title": "茶艺小课", "joining": "series", "capacity": "16"}
    office.fill("/programs/new", {**typed, "category": "course", "min_grade": "5"})
    assert terms_of(db_session, "茶艺小课") is None
    assert db_session.scalars(select(Program).where(Program.title == "茶艺小课")).one()


def test_priority_seats_of_every_day_are_set_and_families_read_of_them(
    office, town, care, browse, db_session, sign_in
):
    care.enroll_opens_at = venue_clock.now() + timedelta(days=1)
    db_session.commit()
    form = office.get(of_care(care, "/care")).form("/care/quotas")
    answer = browse.post(form.action, {**form.fields, "residents": "", "in_need": "2"}, 422)
    assert answer.form("/care/quotas").fields["in_need"] == ["2"]
    browse.post(form.action, {**form.fields, "residents": "3", "in_need": "2"}, 303)
    page = office.get(of_care(care, "/days"))
    assert rows(page)[1][1] == "0 / 30"
    sign_in(town.chen_min)
    assert "每天另外给：本社区居民 3 席、困难家庭 2 席。" in browse.get(f"/care/{care.id}").words
    assert "余 28" in browse.get(f"/care/{care.id}").words
    town.xiao_he.in_need_until = venue_clock.today()
    db_session.commit()
    assert "余 30" in browse.get(f"/care/{care.id}").words


def test_priority_seats_are_not_taken_back_once_the_window_is_open(office, care, browse):
    page = office.get(of_care(care, "/care"))
    assert "已经开始报名，只能再加" in page.words
    form = page.form("/care/quotas")
    answer = browse.post(form.action, {**form.fields, "residents": "1", "in_need": "0"}, 409)
    assert answer.form("/care/quotas").fields["residents"] == ["1"]


def test_what_is_no_care_has_no_seats_by_day(office, town, browse):
    form = office.get(of_care(town.painting)).form("")
    browse.post(f"/office/wutongli/programs/{town.painting.id}/care/quotas", form.fields, 404)
