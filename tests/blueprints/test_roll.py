"""The roll as the teacher, the desk and the office take it: taps, walk-ins, closing, correcting."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make

HOUR = timedelta(hours=1)


@pytest.fixture
def lesson(db_session, town, clock):
    """The first lesson of the painting course has begun; 林晓 and 陈敏 have seats."""
    pool = make.pool_of(db_session, town.painting)
    for person in (town.lin_xiao, town.chen_min):
        make.enrollment(db_session, pool, person)
    db_session.commit()
    one = town.painting.sessions[0]
    clock.set(one.starts_at)
    return one


@pytest.fixture
def roll(lesson) -> str:
    return f"/teaching/sessions/{lesson.id}"


def tap(browse, roll, person, what="arrival", status=303):
    """Touch the row of a person, or its button."""
    return browse.submit(browse.get(roll).form(f"/people/{person.id}/{what}"), {}, status)


def press(browse, roll, what, typed=None, status=303):
    return browse.submit(browse.get(roll).form(f"{roll}/{what}"), typed or {}, status)


def heading(browse, roll):
    return browse.get(roll).by_id("roll-count").text


def test_a_tap_shows_who_is_there_and_is_undone_in_the_same_place(visit, town, lesson, roll):
    teacher = visit(town.teacher_gu)
    answer = tap(teacher, roll, town.lin_xiao)
    assert answer.headers["Location"].endswith(f"{roll}#person-{town.lin_xiao.id}")
    assert heading(teacher, roll) == "到 1 / 2"
    assert "18:30 到" in teacher.get(roll).words

    tap(teacher, roll, town.lin_xiao, "correction")
    assert heading(teacher, roll) == "到 0 / 2"


def test_a_tap_of_a_script_is_answered_by_the_roll_alone(visit, town, lesson, roll):
    teacher = visit(town.teacher_gu)
    tap(teacher, roll, town.lin_xiao)
    answer = teacher.fragment(roll)
    assert answer.by_id("roll").get("data-session") == str(lesson.id)
    assert "主导航" not in answer.text


def test_desk_and_teacher_take_one_roll(visit, town, lesson, roll):
    tap(visit(town.he_jing), roll, town.lin_xiao)
    tap(visit(town.teacher_gu), roll, town.chen_min)
    assert heading(visit(town.shen_lan), roll) == "到 2 / 2"


def test_a_search_shows_a_part_of_the_roll(visit, town, lesson, roll):
    page = visit(town.teacher_gu).get(f"{roll}?q=林")
    assert [row.get("data-name") for row in page.by_class("on-roll")] == ["林晓"]
    assert "名单里没有“王”" in visit(town.teacher_gu).get(f"{roll}?q=王").words


def test_nobody_is_marked_before_the_doors_open(visit, town, lesson, roll, clock):
    clock.set(lesson.starts_at - HOUR)
    page = visit(town.teacher_gu).get(roll)
    assert "9月22日 周二 18:00 起可以点名" in page.words
    assert [form.action for form in page.forms() if "/people/" in form.action] == []


def test_a_walk_in_is_found_by_name_and_year_or_only_counted(visit, db_session, town, roll):
    teacher = visit(town.teacher_gu)
    known = {"full_name": "周建国", "birth_year": "1956"}
    press(teacher, roll, "walk-ins", known)
    press(teacher, roll, "head-count")
    page = teacher.get(roll)
    assert "没有报名的：2 人" in page.words
    assert "到 0 / 2" in page.words, "a walk-in has no seat"

    unknown = {"full_name": "林晓", "birth_year": "1956"}
    again = press(teacher, roll, "walk-ins", unknown, status=409)
    assert "没有找到“林晓”" in again.words
    assert again.form(f"{roll}/walk-ins").fields["birth_year"] == ["1956"]
    wrong = press(teacher, roll, "walk-ins", {"full_name": "", "birth_year": "五六"}, status=422)
    assert "请填写姓名。" in wrong.words
    make.person(db_session, "周建国", 1956, known_to=[town.wutongli])
    db_session.commit()
    assert "有几位“周建国”同年出生" in press(teacher, roll, "walk-ins", known, status=409).words


def test_the_roll_is_closed_after_the_lesson_and_corrected_by_the_office(
    visit, town, lesson, roll, clock
):
    teacher, office = visit(town.teacher_gu), visit(town.shen_lan)
    tap(teacher, roll, town.lin_xiao)
    actions = {form.action for form in teacher.get(roll).forms()}
    assert f"{roll}/closing" not in actions, "somebody may still come"
    clock.advance(2 * HOUR)
    open_page = teacher.get(roll)
    assert "没点到的 1 人记为没来" in open_page.words
    press(teacher, roll, "closing")

    closed = teacher.get(roll)
    assert "点名在 9月22日 周二 20:30 结束了" in closed.words
    assert "没来" in closed.by_id(f"person-{town.chen_min.id}").itertext()
    late = teacher.submit(open_page.form(f"/people/{town.chen_min.id}/arrival"), {}, 409)
    assert "请办公室在 9月23日 周三 20:30 以前更正" in late.words
    assert f"{roll}/reopening" not in {form.action for form in closed.forms()}
    forged = {**open_page.form(f"{roll}/closing").fields}
    teacher.post(f"{roll}/reopening", forged, status=403)

    press(office, roll, "reopening")
    tap(teacher, roll, town.chen_min)
    assert heading(teacher, roll) == "到 2 / 2"


def test_a_missed_lesson_is_made_up_where_its_teacher_says_so(
    visit, db_session, town, lesson, roll, clock
):
    teacher = visit(town.teacher_gu)
    tap(teacher, roll, town.lin_xiao)
    clock.advance(2 * HOUR)
    press(teacher, roll, "closing")
    other = make.course(
        db_session, town.wutongli, "周末国画", teacher=town.teacher_gu, lessons=1,
        first_on=make.FIRST_LESSON + timedelta(days=4),
    )  # fmt: skip
    make.make_known(db_session, town.chen_min, town.wutongli)
    db_session.commit()
    there = f"/teaching/sessions/{other.sessions[0].id}"
    clock.set(other.sessions[0].starts_at)
    press(teacher, there, "walk-ins", {"full_name": "陈敏", "birth_year": "1986"})

    tap(teacher, there, town.chen_min, "make-up")

    assert "补课：9月22日 周二 零基础国画" in teacher.get(there).words


def test_the_page_asks_as_much_for_many_as_for_few(visit, db_session, town, roll, count_queries):
    teacher = visit(town.teacher_gu)

    def sent() -> int:
        with count_queries() as statements:
            teacher.get(roll)
        return len(statements)

    few = sent()
    pool = make.pool_of(db_session, town.painting)
    for person in make.crowd(db_session, 20):
        make.enrollment(db_session, pool, person)
    db_session.commit()
    assert sent() == few


def test_the_code_is_on_the_screen_while_it_works_and_on_paper_today(
    visit, town, lesson, roll, clock
):
    teacher = visit(town.teacher_gu)
    page = teacher.get(f"{roll}/code")
    (digits,) = page.by_class("code-digits")
    assert len(digits.text.replace(" ", "")) == 6
    assert page.by_class("qr")
    assert "这一个 18:40 前有效" in page.words
    assert "主导航" not in teacher.fragment(f"{roll}/code").text
    assert teacher.get(f"{roll}/code/sheet").by_class("qr")
    clock.set(lesson.ends_at)
    assert "已经下课" in teacher.get(f"{roll}/code").words
    clock.advance(24 * HOUR)
    assert "上课当天才能打印" in teacher.get(f"{roll}/code/sheet").words
    visit(town.lin_xiao).get(f"{roll}/code", status=404)


def test_the_rolls_of_a_day_are_listed_for_the_desk(visit, town, lesson, roll):
    desk = visit(town.he_jing)
    tap(desk, roll, town.lin_xiao)
    assert "零基础国画" in desk.get("/desk/wutongli/rolls").words
    assert "到 1" in desk.get("/desk/wutongli/rolls").words
    assert "这一天没有" in desk.get("/desk/wutongli/rolls?on=2026-09-23").words
    assert "零基础国画" in desk.get("/desk/wutongli/rolls?on=nonsense").words
