"""Rooms that other centers may fill, and a room that is not shared, on both databases."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import delete, select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.places.booking import Blocked, Label, RoomWish, find_conflicts, hold
from venue.places.models import OpeningRule, RoomBooking, RoomSharing
from venue.places.rules import Category, NotShared, RoomFact, of_another, overridable
from venue.places.sharing import NotNearby, neighbors, rooms_for, share_room
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

DAY = date(2026, 9, 17)
AFTERNOON = Interval(instant(DAY, time(14)), instant(DAY, time(16)))


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def town(session):
    return make.build(session)


def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


def hold_for(session, center, room, override=None):
    label = Label(Category.MEETING, "联席会")
    wish = RoomWish(room.id, AFTERNOON, center_id=center.id)
    return hold(session, [wish], label=label, override=override, **acts())


@pytest.mark.parametrize(
    ("wanted_by", "reasons"),
    [(None, []), (1, []), (2, []), (3, [NotShared()])],
    ids=["nobody", "its own", "one it is shared with", "another"],
)
def test_a_room_is_for_its_center_and_for_those_it_is_shared_with(wanted_by, reasons):
    room = RoomFact(9, 20, center_id=1, shared_with=frozenset({2}))
    assert of_another(room, wanted_by) == reasons


def test_a_room_of_another_center_is_refused_whatever_the_reason(session, town):
    outcome = hold_for(session, town.elsewhere, town.studio, override="急用")
    assert outcome == Blocked(((NotShared(),),))
    assert not overridable([NotShared()])
    assert session.scalars(select(RoomBooking).where(RoomBooking.purpose == "联席会")).all() == []


def test_a_shared_room_is_held_once_for_whoever_comes_first(session, town):
    assert share_room(session, town.studio.id, [town.elsewhere.id], **acts()) is None
    assert not isinstance(hold_for(session, town.elsewhere, town.studio), Blocked)
    again = hold_for(session, town.wutongli, town.studio)
    assert isinstance(again, Blocked)


def test_the_hours_of_a_shared_room_are_those_of_its_own_center(session, town):
    share_room(session, town.studio.id, [town.elsewhere.id], **acts())
    session.execute(delete(OpeningRule).where(OpeningRule.center_id == town.elsewhere.id))
    wish = RoomWish(town.studio.id, AFTERNOON, center_id=town.elsewhere.id)
    assert find_conflicts(session, [wish]) == [()]


def test_what_was_placed_stays_when_the_sharing_ends_and_nothing_more_is(session, town):
    share_room(session, town.studio.id, [town.elsewhere.id], **acts())
    [held] = hold_for(session, town.elsewhere, town.studio)
    share_room(session, town.studio.id, [], **acts())
    later = Interval(instant(DAY, time(18)), instant(DAY, time(19)))
    wish = RoomWish(town.studio.id, later, center_id=town.elsewhere.id)
    assert find_conflicts(session, [wish]) == [(NotShared(),)]
    assert session.get_one(RoomBooking, held.id).status == "held"


def test_sharing_is_recorded_when_it_changes(session, town):
    for _ in range(2):
        share_room(session, town.studio.id, [town.elsewhere.id], **acts())
    share_room(session, town.studio.id, [], **acts())
    session.commit()
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "room.shared").order_by(AuditEntry.id)
    ).all()
    assert [one.facts["center_ids"] for one in entries] == [[town.elsewhere.id], []]
    assert session.scalars(select(RoomSharing)).all() == []


def test_a_room_is_shared_only_within_its_district_and_not_with_its_own_center(session, town):
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    for ids in ([far.id], [town.elsewhere.id, far.id], [town.wutongli.id], [9999]):
        assert share_room(session, town.studio.id, ids, **acts()) == NotNearby()
    assert session.scalars(select(RoomSharing)).all() == []
    assert neighbors(session, town.wutongli) == [town.elsewhere]


def test_a_center_fills_its_own_rooms_first_and_then_those_shared_with_it(session, town):
    dance = make.room(session, town.elsewhere, "舞蹈室")
    retired = make.room(session, town.elsewhere, "旧教室")
    make.room(session, town.elsewhere, "会议室")
    for room in (dance, retired):
        share_room(session, room.id, [town.wutongli.id], **acts())
    retired.retired_at = venue_clock.now()
    session.flush()
    found = [room.name_from(town.wutongli.id) for room in rooms_for(session, town.wutongli.id)]
    assert found == ["国画室", "多功能教室", "调解室", "河湾党群服务中心 舞蹈室"]
