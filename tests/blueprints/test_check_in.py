"""Checking in by the code of a session: for whom, and all that does not work and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app

from tests import town as make
from venue import clock as venue_clock
from venue.attendance.codes import check_in_key, screen_code, sheet_code
from venue.attendance.models import Attendance
from venue.attendance.rules import Way
from venue.timeline.local_time import local_date

FIVE = timedelta(minutes=5)


@pytest.fixture
def lesson(db_session, town, clock):
    """The first lesson of a course for families has begun; 陈敏 and 小禾 have seats."""
    course = make.course(db_session, town.wutongli, "亲子国画", lessons=2)
    pool = make.pool_of(db_session, course)
    for person in (town.chen_min, town.xiao_he, town.zhou_jianguo):
        make.enrollment(db_session, pool, person)
    db_session.commit()
    clock.set(course.sessions[0].starts_at)
    return course.sessions[0]


def code_of(lesson, ago=timedelta()):
    key = check_in_key(current_app.config["SECRET_KEY"])
    return screen_code(key, lesson.id, FIVE, venue_clock.now() - ago)


def at(lesson, token):
    return f"/check-in/{lesson.id}/{token}"


def there(db_session):
    db_session.rollback()
    return {(one.person_id, one.way) for one in db_session.query(Attendance)}


def test_a_family_checks_in_those_who_came(visit, db_session, town, lesson):
    browse = visit(town.chen_min)
    path = at(lesson, code_of(lesson).token)
    page = browse.get(path)
    form = page.form(path)
    assert "陈小麦" not in page.words, "he has no seat"
    assert "请至少选一个人" in browse.submit(form, {}, 422).words

    answer = browse.submit(form, {"person_id": [str(town.chen_min.id), str(town.xiao_he.id)]})

    assert "签到好了：亲子国画。" in browse.follow(answer).words
    assert there(db_session) == {(town.chen_min.id, Way.CODE), (town.xiao_he.id, Way.CODE)}
    assert "陈小禾 18:30 已到" in browse.get(path).words


def test_who_acts_for_one_person_only_touches_one_button(visit, db_session, town, lesson):
    browse = visit(town.zhou_wen)
    path = at(lesson, code_of(lesson).token)
    browse.submit(browse.get(path).form(path))
    assert there(db_session) == {(town.zhou_jianguo.id, Way.CODE)}


def test_a_stranger_signs_in_and_comes_back(browse, town, lesson):
    path = at(lesson, code_of(lesson).token)
    assert "next=%2Fcheck-in%2F" in browse.get(path, status=302).location.replace("/", "%2F")


def test_without_a_seat_it_says_why_and_what_next(visit, db_session, town, lesson):
    browse = visit(town.lin_xiao)
    path = at(lesson, code_of(lesson).token)
    page = browse.get(path)
    assert "没有这一场的名额" in page.words
    assert page.links()["看看这门课"] == f"/courses/{lesson.program_id}"
    family = visit(town.chen_min)
    fields = family.get(path).form(path).fields
    for person, status in ((town.xiao_mai, 409), (town.lin_xiao, 404)):
        family.post(path, {**fields, "person_id": str(person.id)}, status)
    family.post(path, {**fields, "person_id": "9999999999"}, 422)
    assert there(db_session) == set()


def test_hostile_codes_open_nothing(visit, db_session, town, lesson):
    browse, other = visit(town.chen_min), lesson.program.sessions[1]
    good = at(lesson, code_of(lesson).token)
    fields = {**browse.get(good).form(good).fields, "person_id": str(town.chen_min.id)}
    key = check_in_key(current_app.config["SECRET_KEY"])
    yesterday = local_date(lesson.starts_at) - timedelta(days=1)
    for token in (
        code_of(lesson, 2 * FIVE).token,
        code_of(other).token,
        code_of(lesson).digits,
        sheet_code(key, lesson.id, yesterday).token,
        "0" * 20,
        "码",
        "x" * 500,
    ):
        assert "这个签到码不对，或者已经换了" in browse.get(at(lesson, token), 409).words
        browse.post(at(lesson, token), fields, 409)
    assert there(db_session) == set()


def test_a_code_works_no_longer_when_the_lesson_is_over(visit, town, lesson, clock):
    clock.set(lesson.ends_at)
    assert "不能再签到" in visit(town.chen_min).get(at(lesson, code_of(lesson).token), 409).words


def test_the_short_code_leads_to_its_session_and_is_not_found_by_trying(visit, town, lesson, clock):
    browse = visit(town.chen_min)
    digits = code_of(lesson).digits

    def typed(text, status):
        return browse.submit(browse.get("/check-in/").form("/check-in/"), {"digits": text}, status)

    assert typed(f"{digits[:3]} {digits[3:]}", 303).location.startswith(f"/check-in/{lesson.id}/")
    assert "签到码是六位数字" in typed("12345", 422).words
    wrong = "000000" if digits != "000000" else "000001"
    for _ in range(10):
        assert "这个签到码不对" in typed(wrong, 409).words
    assert "试的次数太多了" in typed(digits, 409).words
    clock.advance(timedelta(minutes=16))
    digits = code_of(lesson).digits
    typed(digits, 303)
