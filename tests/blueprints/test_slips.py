"""Slips of bookings: what stands on them, whose they are, and that what has ended has none."""

from __future__ import annotations

import pytest

from tests import town as builder
from venue.seats.rules import EnrollmentStatus

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def has(db_session, pool):
    """Give somebody an enrollment in the painting course, committed."""

    def has(person, status=EnrollmentStatus.CONFIRMED):
        made = builder.enrollment(db_session, pool, person, status)
        db_session.commit()
        return made.id

    return has


def test_a_slip_says_what_when_where_and_whom_to_call(town, browse, sign_in, has):
    mine = has(town.lin_xiao)
    sign_in(town.lin_xiao)
    words = browse.get(f"/enrollments/{mine}/slip").words
    for part in (town.lin_xiao.full_name, town.painting.title, "已报名", town.wutongli.address):
        assert part in words


def test_a_slip_of_a_place_in_line_says_not_to_come_yet(town, browse, sign_in, has):
    mine = has(town.lin_xiao, EnrollmentStatus.WAITLISTED)
    sign_in(town.lin_xiao)
    words = browse.get(f"/enrollments/{mine}/slip").words
    assert "候补第 1 位" in words
    assert "先不用来" in words


def test_what_was_withdrawn_has_no_slip_but_a_sentence(town, browse, sign_in, has):
    mine = has(town.lin_xiao, EnrollmentStatus.WITHDRAWN)
    sign_in(town.lin_xiao)
    page = browse.get(f"/enrollments/{mine}/slip", status=410)
    assert "已经退出了" in page.words
    assert "请重新报名，或者打电话问问" in page.words
    assert not page.by_class("pocket-slip")


def test_nobody_prints_the_slip_of_somebody_else(town, browse, sign_in, has):
    theirs = has(town.lin_xiao)
    sign_in(town.zhou_wen)
    browse.get(f"/enrollments/{theirs}/slip", status=404)
    browse.get(f"/my/people/{town.lin_xiao.id}/slips", status=404)
