"""The teacher's pages: my sessions, who is coming, and nobody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.seats.rules import EnrollmentStatus


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    pool = make.pool_of(db_session, made.painting)
    make.enrollment(db_session, pool, made.lin_xiao)
    make.enrollment(db_session, pool, made.chen_min, EnrollmentStatus.WAITLISTED)
    db_session.commit()
    return made


@pytest.fixture
def teacher(browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.teacher_gu))
    return browse


def roll_of(town):
    return f"/teaching/sessions/{town.painting.sessions[0].id}"


def test_my_sessions_say_when_where_and_how_many_come(teacher, town):
    page = teacher.get("/teaching/")

    assert len(page.by_class("list")[0].findall("tbody/tr")) == 12
    assert "9月22日 周二 18:30–20:00" in page.words
    assert town.studio.name in page.words
    assert "1 候补 1" in page.words


def test_a_session_that_is_over_moves_to_the_past(teacher, town, clock):
    clock.set(town.painting.sessions[0].ends_at + timedelta(days=1))

    page = teacher.get("/teaching/")

    coming, past = page.by_class("list")
    assert len(coming.findall("tbody/tr")) == 11
    assert len(past.findall("tbody/tr")) == 1


def test_the_roll_names_who_comes_with_ages_in_tens_and_no_number(teacher, town):
    page = teacher.get(roll_of(town))

    assert "林晓" in page.words
    assert "20–29 岁" in page.words
    assert "陈敏" not in page.words
    assert town.lin_xiao.phone not in page.text
    assert "139 0000 0001" not in page.text


@pytest.mark.parametrize("somebody", ["lin_xiao", "wei_dong"])
def test_nobody_else_sees_the_roll(browse, db_session, town, somebody):
    browse.sign_in(make.user_of(db_session, getattr(town, somebody)))
    browse.get(roll_of(town), status=404)


@pytest.mark.parametrize("somebody", ["he_jing", "shen_lan"])
def test_desk_and_office_of_the_center_see_it_too(browse, db_session, town, somebody):
    browse.sign_in(make.user_of(db_session, getattr(town, somebody)))
    assert "林晓" in browse.get(roll_of(town)).words


def test_an_unknown_session_is_not_found(teacher):
    teacher.get("/teaching/sessions/999999", status=404)


def test_the_list_takes_as_many_queries_for_a_thousand_sessions(
    teacher, db_session, town, count_queries
):
    def sent() -> int:
        with count_queries() as statements:
            teacher.get("/teaching/")
        return len(statements)

    few = sent()
    make.course(
        db_session,
        town.wutongli,
        "写生",
        lessons=1000,
        first_on=make.FIRST_LESSON + timedelta(days=1),
        teacher=town.teacher_gu,
    )
    db_session.commit()
    assert sent() == few
