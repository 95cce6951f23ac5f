"""One tap afterwards, the recording, and what the office sees of both."""

from __future__ import annotations

import pytest

from tests import town as make

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def talk(db_session, town, clock):
    """林晓 had a seat in a talk that is over."""
    one = make.course(db_session, town.wutongli, "讲座", asks_opinions=True, lessons=2)
    make.enrollment(db_session, make.pool_of(db_session, one), town.lin_xiao)
    db_session.commit()
    clock.set(one.sessions[0].ends_at)
    return one.sessions[0]


def test_one_tap_is_counted_for_the_office_without_a_name(visit, town, talk):
    address = f"/sessions/{talk.id}/opinion"
    who = visit(town.lin_xiao)
    assert "说说怎么样" in who.get(f"/courses/{talk.program_id}").words
    who.submit(who.get(address).form(address), {"face": "fair"}, 303)
    who.submit(who.get(address).form(address), {"face": "good"}, 303)
    assert "来过或者报过名的人可以说" in visit(town.chen_min).get(address).words
    desk, door = visit(town.he_jing), f"/desk/wutongli/sessions/{talk.id}/opinions"
    desk.submit(desk.get(door).form(door), {"face": "good"}, 303)

    office = visit(town.shen_lan).get(f"/office/wutongli/sessions/{talk.id}")
    assert "很好 2" in office.words
    assert "还行 0" in office.words
    who.submit(who.get(address).form(address), {"face": "wonderful"}, 404)


def test_a_recording_has_a_safe_address_and_is_shown_when_it_is_over(visit, town, talk):
    office = visit(town.shen_lan)
    address = f"/office/wutongli/sessions/{talk.id}"
    form = office.get(address).form(f"{address}/recording")
    for wrong in ("http://video.example.org/1", "javascript:alert(1)", "https://"):
        refused = office.submit(form, {"recording_url": wrong}, 422)
        assert wrong in refused.text
    office.submit(form, {"recording_url": "https://video.example.org/1"}, 303)
    coming = talk.program.sessions[1].id
    form = office.get(f"/office/wutongli/sessions/{coming}").form("/recording")
    office.submit(form, {"recording_url": "https://video.example.org/2"}, 303)

    page = visit(town.lin_xiao).get(f"/courses/{talk.program_id}").text
    assert "https://video.example.org/1" in page
    assert "https://video.example.org/2" not in page
