"""Who may enter the office: its own manager, and nobody else's; a district sees totals alone."""

from __future__ import annotations

from contextvars import Context
from datetime import date, time

import pytest
from sqlalchemy import update

from tests import town as make
from tests.routes import example_url
from venue.accounts.models import StaffRole
from venue.accounts.rules import Role
from venue.places.models import Closure, OpeningRule, RoomBooking
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

OCTOBER = date(2026, 10, 20)
WIDE = {"office.index", "office.district", "office.new_district", "office.new_center"}


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    stranger = make.person(db_session, "高远", 1985, phone="+8613900000009")
    make.account(db_session, stranger)
    make.staff_role(db_session, stranger, Role.MANAGER, made.elsewhere)
    made.manager_elsewhere = stranger
    db_session.commit()
    return made


def addresses(app, town):
    """Return the addresses of the office of one center, by endpoint, with their method."""
    return {
        rule.endpoint: (
            example_url(app, rule, town),
            "POST" if "GET" not in rule.methods else "GET",
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("office.") and rule.endpoint not in WIDE
    }


def statuses(app, browse, town):
    return {
        endpoint: Context().run(browse.client.open, url, method=method).status_code
        for endpoint, (url, method) in addresses(app, town).items()
    }


@pytest.mark.parametrize(
    "who", ["lin_xiao", "he_jing", "teacher_gu", "wei_dong", "manager_elsewhere"]
)
def test_nobody_but_its_manager_enters_an_office(app, browse, db_session, town, who):
    browse.sign_in(make.user_of(db_session, getattr(town, who)))
    found = statuses(app, browse, town)
    assert len(found) > 25
    assert set(found.values()) == {403}


def test_a_stranger_is_led_to_sign_in(app, browse, town):
    assert set(statuses(app, browse, town).values()) <= {302, 401}


def test_a_role_that_has_ended_opens_nothing(app, browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    browse.get("/office/wutongli/")
    db_session.execute(
        update(StaffRole)
        .where(StaffRole.person_id == town.shen_lan.id)
        .values(ended_at=town.painting.created_at)
    )
    db_session.commit()
    browse.get("/office/wutongli/", 403)


def test_things_of_another_center_are_not_found_in_ones_own_office(browse, db_session, town):
    center = town.elsewhere
    room = make.room(db_session, center, "舞蹈室")
    program = make.course(db_session, center, "零基础拉丁", room=room, lessons=1)
    starts, ends = instant(OCTOBER, time(9)), instant(OCTOBER, time(10))
    booking = make.booking(db_session, room, starts, ends, "开会")
    rule = db_session.query(OpeningRule).where(OpeningRule.center_id == center.id).first()
    closure = Closure(center_id=center.id, starts_at=starts, ends_at=ends, reason="检修")
    db_session.add(closure)
    db_session.commit()
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    for path in (
        f"rooms/{room.id}",
        f"hours/{rule.id}",
        f"programs/{program.id}",
        f"programs/{program.id}/edit",
        f"programs/{program.id}/series",
        f"programs/{program.id}/cancellation",
        f"sessions/{program.sessions[0].id}",
        "rooms/999",
        "programs/999",
    ):
        browse.get(f"/office/wutongli/{path}", 404)
    token = browse.get("/office/wutongli/duty").form("/duty").fields["csrf_token"]
    for path, status in (
        (f"rooms/{room.id}/retirement", 404),
        (f"bookings/{booking.id}/release", 404),
        (f"programs/{program.id}/publication", 404),
        (f"sessions/{program.sessions[0].id}/cancellation", 404),
        (f"hours/{rule.id}/removal", 303),
        (f"closures/{closure.id}/end", 303),
    ):
        sent = {"csrf_token": token, "submission_key": path, "reason": "不该成功"}
        browse.post(f"/office/wutongli/{path}", sent, status)
    assert room.retired_at is None
    assert db_session.get(RoomBooking, booking.id).status == "held"
    assert db_session.get(OpeningRule, rule.id) is not None
    assert db_session.get(Closure, closure.id).ends_at == ends


def test_the_district_sees_figures_and_nobodys_name(browse, db_session, town):
    make.enrollment(db_session, make.pool_of(db_session, town.painting), town.lin_xiao)
    db_session.commit()
    browse.sign_in(make.user_of(db_session, town.wei_dong))
    page = browse.get("/office/district")
    line = next(row for row in page.words.split("河湾") if "梧桐里党群服务中心" in row)
    assert "1 / 25" in line
    names = [one.full_name for one in vars(town).values() if hasattr(one, "full_name")]
    names.remove(town.wei_dong.full_name)
    assert not [name for name in names if name in page.words]


@pytest.mark.parametrize("who", ["lin_xiao", "he_jing", "shen_lan"])
def test_totals_are_for_the_district(browse, db_session, town, who):
    browse.sign_in(make.user_of(db_session, getattr(town, who)))
    browse.get("/office/district", 403)


def test_another_districts_centers_are_not_among_the_totals(browse, db_session, town):
    far = make.district(db_session, "远山区")
    make.center(db_session, far, "yuanshan", "远山党群服务中心")
    db_session.commit()
    browse.sign_in(make.user_of(db_session, town.wei_dong))
    assert "远山" not in browse.get("/office/district").words


@pytest.mark.parametrize("path", ["", "districts", "centers"])
def test_districts_and_centers_are_made_by_administrators_only(browse, db_session, town, path):
    for who in (town.lin_xiao, town.wei_dong):
        browse.sign_in(make.user_of(db_session, who))
        browse.get(f"/office/{path}", 403)


def test_a_manager_is_led_to_their_own_office(browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    assert browse.get("/office/", 303).location == "/office/wutongli/"
