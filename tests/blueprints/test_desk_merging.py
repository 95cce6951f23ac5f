"""Two records side by side at the desk: what is chosen and refused, and where old links lead."""

from __future__ import annotations

import pytest

from tests import town as make
from venue.people.models import Person

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PEOPLE = "/desk/wutongli/people/"


@pytest.fixture
def twice(db_session, town):
    made = make.person(db_session, "周建国", 1957, known_to=[town.wutongli])
    db_session.commit()
    return made


@pytest.fixture
def desk(browse, db_session, town, twice):
    browse.sign_in(make.user_of(db_session, town.he_jing))
    db_session.rollback()
    return browse


def paths(town, twice) -> tuple[str, str]:
    pair = f"{PEOPLE}{town.zhou_jianguo.id}/duplicates/{twice.id}"
    return pair, f"{pair}/merger"


def test_two_records_become_one_after_the_desk_has_made_sure(desk, db_session, town, twice):
    pair, merger = paths(town, twice)
    shown = desk.get(f"{PEOPLE}{town.zhou_jianguo.id}")
    assert "可能是同一个人" in shown.text
    assert pair in shown.text
    form = desk.get(pair).form(merger)
    unsure = desk.submit(form, {"birth": "gone"}, 422)
    assert "先核对证件，再勾选这一行。" in unsure.text
    form = unsure.form(merger)
    assert "gone" in form.fields["birth"]
    desk.submit(form, {"sure": "y"}, 303)
    assert desk.submit(form, {"sure": "y"}, 303).location.endswith(f"/{town.zhou_jianguo.id}")
    after = desk.get(f"{PEOPLE}{town.zhou_jianguo.id}")
    assert "何静把“周建国，1957 年”的记录合并到这里。" in after.text
    db_session.expire_all()
    assert db_session.get_one(Person, town.zhou_jianguo.id).birth_year == 1957
    for old in (f"{PEOPLE}{twice.id}", pair):
        assert desk.get(old, 302).location.split("?")[0].endswith(f"/{town.zhou_jianguo.id}")


def test_what_stands_in_the_way_is_said_and_nothing_is_merged(desk, db_session, town, twice):
    pair, merger = paths(town, twice)
    form = desk.get(pair).form(merger)
    db_session.rollback()
    make.account(db_session, twice, "+8613900000066")
    make.account(db_session, town.zhou_jianguo, "+8613900000067")
    db_session.commit()
    refused = desk.submit(form, {"sure": "y"}, 409)
    assert "两份记录都有登录账号，不能合并。" in refused.text
    db_session.expire_all()
    assert db_session.get_one(Person, twice.id).merged_into_id is None


def test_nobody_whom_the_center_does_not_know_is_compared(desk, db_session, town, twice):
    keys = desk.get(paths(town, twice)[0]).form(paths(town, twice)[1])
    sent = {name: keys.fields[name][0] for name in ("csrf_token", "submission_key")}
    for one, other in (
        (town.zhou_jianguo, town.lin_xiao),
        (town.lin_xiao, twice),
        (twice, twice),
    ):
        path = f"{PEOPLE}{one.id}/duplicates/{other.id}"
        desk.get(path, 404)
        desk.post(f"{path}/merger", {**sent, "sure": "y"}, 404)
