"""Counting heads and asking after those who do not come, at the desk."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.attendance.models import Roll
from venue.programs.rules import Admission

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def zones(db_session, town, clock):
    """象棋 is open to all and 电影 gives two seats away at the door; both are on now."""
    chess = make.course(db_session, town.wutongli, "象棋", admission=Admission.DROP_IN, lessons=1)
    film = make.course(db_session, town.wutongli, "电影", walk_in_seats=2, lessons=1)
    db_session.commit()
    clock.set(chess.sessions[0].starts_at)
    return chess.sessions[0], film.sessions[0]


def press(browse, session, change, status=303):
    form = next(
        one
        for one in browse.get("/desk/wutongli/heads").forms()
        if one.action.endswith(f"/sessions/{session.id}/heads")
        and one.fields["change"] == [str(change)]
    )
    return form, browse.submit(form, {}, status)


def test_each_press_counts_one_and_sent_twice_it_counts_once(visit, town, zones, db_session):
    chess, _ = zones
    desk = visit(town.he_jing)
    form, _ = press(desk, chess, 1)
    desk.submit(form, {}, 303)
    press(desk, chess, 1)
    press(desk, chess, -1)

    db_session.expire_all()
    assert db_session.get_one(Roll, chess.id).walk_ins == 1
    office = visit(town.shen_lan).get("/office/wutongli/heads")
    assert "象棋" in office.words
    assert "18 点" in office.words


def test_the_door_sees_how_many_seats_are_left_and_gives_none_twice(visit, town, zones):
    _, film = zones
    desk = visit(town.he_jing)
    assert "另有 2 个现场座位" in visit(town.lin_xiao).get(f"/courses/{film.program_id}").words
    press(desk, film, 1)
    assert "现场座位还剩 1 个" in desk.get("/desk/wutongli/heads").words
    press(desk, film, 1)
    _, refused = press(desk, film, 1, 409)
    assert "2 个现场座位都发完了" in refused.words


def test_who_is_missing_stands_first_with_whom_to_call_until_they_are_here(
    visit, town, db_session, clock
):
    club = make.course(db_session, town.wutongli, "日间照料", asks_after=True, lessons=1)
    pool = make.pool_of(db_session, club)
    for person in (town.zhou_jianguo, town.lin_xiao):
        make.enrollment(db_session, pool, person)
    db_session.commit()
    desk = visit(town.he_jing)
    clock.set(club.sessions[0].starts_at + timedelta(minutes=29))
    page = desk.get("/desk/wutongli/expected")
    assert "到 0 / 2" in page.words
    assert "没到，请打电话" not in page.words
    clock.set(club.sessions[0].starts_at + timedelta(minutes=30))
    page = desk.get("/desk/wutongli/expected")
    assert page.words.count("没到，请打电话") == 2
    desk.submit(page.form(f"/people/{town.lin_xiao.id}/arrival"), {}, 303)
    page = desk.get("/desk/wutongli/expected")
    assert "到 1 / 2" in page.words
    assert page.words.count("没到，请打电话") == 1
