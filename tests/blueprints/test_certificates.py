"""Certificates: for whom, what they say, and the page where anybody checks a number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.attendance.models import Attendance, Roll
from venue.attendance.rules import Way


@pytest.fixture
def course(db_session, town, clock):
    """A course of two lessons is over: 林晓 came to both, 陈敏 to one."""
    made = make.course(db_session, town.wutongli, "钢笔字", lessons=2, teacher=town.teacher_gu)
    pool = make.pool_of(db_session, made)
    seats = {one: make.enrollment(db_session, pool, one) for one in (town.lin_xiao, town.chen_min)}
    for number, lesson in enumerate(made.sessions):
        at = lesson.starts_at
        db_session.add(Roll(session_id=lesson.id, opened_at=at, closed_at=lesson.ends_at))
        for person in (town.lin_xiao, town.chen_min)[: 2 - number]:
            db_session.add(
                Attendance(
                    session_id=lesson.id,
                    person_id=person.id,
                    enrollment_id=seats[person].id,
                    arrived_at=at,
                    way=Way.ROLL,
                    marked_at=at,
                )
            )
    db_session.commit()
    clock.set(made.sessions[-1].ends_at + timedelta(hours=1))
    made.seat = seats[town.lin_xiao].id
    made.other = seats[town.chen_min].id
    return made


def number_on(page):
    (sheet,) = page.by_class("certificate")
    return next(one.text for one in sheet.iter("strong") if one.get("class") == "number")


def test_the_learner_prints_it_from_mine(visit, town, course):
    browse = visit(town.lin_xiao)
    page = browse.get(browse.get("/my/").links()["看证书"])
    (sheet,) = page.by_class("certificate")
    words = " ".join("".join(sheet.itertext()).split())
    for said in (
        "结业证书",
        "Certificate of Completion",
        "林晓",
        "钢笔字",
        "全程 2 课，出勤 2 课（3 小时）",
    ):
        assert said in words
    assert "于 2026 年 9 月 22 日至 2026 年 9 月 29 日" in words


def test_who_came_too_seldom_and_everybody_else_gets_none(visit, town, course):
    visit(town.chen_min).get(f"/my/certificates/{course.other}", 404)
    visit(town.chen_min).get(f"/my/certificates/{course.seat}", 404)
    visit(town.lin_xiao).get("/my/certificates/99999", 404)
    visit(town.lin_xiao).get(f"/teaching/programs/{course.id}/certificates", 404)


def test_there_is_none_before_the_last_lesson_is_over(visit, town, course, clock):
    clock.set(course.sessions[-1].ends_at - timedelta(minutes=1))
    visit(town.lin_xiao).get(f"/my/certificates/{course.seat}", 404)
    page = visit(town.teacher_gu).get(f"/teaching/programs/{course.id}/certificates")
    assert "课还没有上完" in page.words


@pytest.mark.parametrize("who", ["teacher_gu", "he_jing", "shen_lan"])
def test_teacher_desk_and_office_print_all_of_a_program(visit, town, course, who):
    page = visit(getattr(town, who)).get(f"/teaching/programs/{course.id}/certificates")
    assert len(page.by_class("certificate")) == 1
    assert "陈敏 到了 1 课，要 2 课。" in page.words


def test_anybody_checks_a_number_and_learns_no_name(visit, browse, town, course):
    number = number_on(visit(town.lin_xiao).get(f"/my/certificates/{course.seat}"))
    for typed in (number, number.lower().replace("-", " ")):
        page = browse.get(f"/certificates?number={typed}")
        assert "有效。" in page.words
        assert "林＊＊" in page.words
        assert "林晓" not in page.text
    for wrong in (number[:-1] + ("A" if number[-1] != "A" else "B"), "1", "x" * 300, "编号"):
        assert "没有这个编号的有效证书" in browse.get(f"/certificates?number={wrong}").words
    assert "有效" not in browse.get("/certificates").words
