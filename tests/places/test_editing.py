"""Editing districts, centers, rooms, hours and closures, on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import func, select

from tests import town as make
from tests.town import acts
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.people.models import Neighborhood
from venue.places.booking import release
from venue.places.editing_centers import (
    CenterFacts,
    NameTaken,
    change_center,
    create_center,
    create_district,
)
from venue.places.editing_hours import (
    OpeningDescription,
    add_opening,
    change_opening,
    close,
    end_closure,
    remove_opening,
)
from venue.places.editing_rooms import (
    RoomDescription,
    StillBooked,
    change_room,
    create_room,
    reopen_room,
    retire_room,
)
from venue.places.models import Center, Closure, District, Equipment, OpeningRule, Room
from venue.places.opening import load_hours
from venue.places.rules import BookingMode, Layer
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

A_CENTER = CenterFacts("青石党群服务中心", "清江区青石路 2 号", "+862166660002", "新开的。")
A_ROOM = RoomDescription("舞蹈室", 3, 90, 30, BookingMode.OPEN, False, 4, "有镜墙。")
MORNINGS = OpeningDescription(None, Layer.EXTENDED, "67", time(7), time(8), None, None)


def entries(session, action):
    return session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def test_a_district_is_made_once_and_recorded(session):
    made = create_district(session, "清江区", **acts())
    again = create_district(session, "清江区", **acts())
    assert isinstance(made, District)
    assert again == NameTaken("清江区")
    session.commit()
    assert count(session, District) == 1
    assert [entry.subject_id for entry in entries(session, "district.created")] == [made.id]


def test_a_center_cannot_take_the_address_of_another(session, town):
    refused = create_center(session, town.district.id, "wutongli", A_CENTER, **acts())
    made = create_center(session, town.district.id, "qingshi", A_CENTER, **acts())
    session.commit()
    assert refused == NameTaken("wutongli")
    assert made.slug == "qingshi"
    assert count(session, Center) == 3


def test_changing_a_center_records_only_what_changed(session, town):
    center = town.wutongli
    facts = CenterFacts(center.name, "清江区梧桐路 20 号", center.phone, center.about)
    kept = [town.neighborhood.id]
    assert change_center(session, center.id, facts, kept, [], **acts()) == ["address"]
    assert change_center(session, center.id, facts, kept, [], **acts()) == []
    session.commit()
    assert center.address == "清江区梧桐路 20 号"
    assert [entry.facts for entry in entries(session, "center.changed")] == [
        {"fields": ["address"]}
    ]


def test_a_neighborhood_that_is_known_already_is_chosen_not_doubled(session, town):
    center = town.wutongli
    facts = CenterFacts(center.name, center.address, center.phone, center.about)
    changed = change_center(session, center.id, facts, [], ["河湾社区", "青石社区"], **acts())
    session.commit()
    session.refresh(center)
    assert changed == ["neighborhoods"]
    assert {one.name for one in center.neighborhoods} == {"河湾社区", "青石社区"}
    assert count(session, Neighborhood) == 3


def test_a_room_is_made_with_known_and_new_equipment(session, town):
    session.add(Equipment(name="投影"))
    session.flush()
    projector = session.scalars(select(Equipment)).one()
    made = create_room(
        session, town.wutongli.id, A_ROOM, [projector.id], ["把杆", "投影"], **acts()
    )
    session.commit()
    session.refresh(made)
    assert (made.name, made.capacity, made.booking_mode) == ("舞蹈室", 30, BookingMode.OPEN)
    assert {one.name for one in made.equipment} == {"投影", "把杆"}
    assert count(session, Equipment) == 2
    assert entries(session, "room.changed")[0].subject_id == made.id


def test_two_rooms_of_a_center_have_two_names_and_other_centers_have_their_own(session, town):
    studio = RoomDescription("国画室", 3, 90, 30, BookingMode.OPEN, False, 4, "")
    assert create_room(session, town.wutongli.id, studio, [], [], **acts()) == NameTaken("国画室")
    assert isinstance(create_room(session, town.elsewhere.id, studio, [], [], **acts()), Room)
    refused = change_room(session, town.classroom.id, studio, [], [], **acts())
    kept = change_room(session, town.studio.id, studio, [], [], **acts())
    session.commit()
    assert refused == NameTaken("国画室")
    assert kept.changed == ["area_m2", "capacity", "floor", "position"]
    assert town.classroom.name == "多功能教室"


def test_a_room_that_is_booked_is_not_retired_until_it_is_free(session, town):
    room = town.classroom
    past = venue_clock.now() - timedelta(days=2)
    later = venue_clock.now() + timedelta(days=3)
    make.booking(session, room, past, past + timedelta(hours=1), "已经开过的会")
    meeting = make.booking(session, room, later, later + timedelta(hours=1), "还没开的会")
    assert retire_room(session, room.id, **acts()) == StillBooked(1, later)
    assert room.retired_at is None
    release(session, [meeting], **acts())
    assert retire_room(session, room.id, **acts()) is None
    session.commit()
    assert room.retired_at == venue_clock.now()


def test_a_retired_room_comes_back(session, town):
    retire_room(session, town.mediation.id, **acts())
    reopen_room(session, town.mediation.id, **acts())
    reopen_room(session, town.mediation.id, **acts())
    session.commit()
    assert town.mediation.retired_at is None
    assert [entry.facts["fields"] for entry in entries(session, "room.changed")] == [
        ["retired_at"],
        ["retired_at"],
    ]


def test_hours_are_added_changed_and_removed(session, town):
    saturday = date(2026, 9, 19)
    rule = add_opening(session, town.wutongli.id, MORNINGS, **acts())
    session.flush()

    def opens():
        hours = load_hours(session, town.wutongli.id, saturday, saturday).of(saturday)
        return hours[0].interval.start

    assert opens() == instant(saturday, time(7))
    earlier = OpeningDescription(None, Layer.EXTENDED, "6", time(6), time(8), None, None)
    change_opening(session, rule.id, earlier, **acts())
    change_opening(session, rule.id, earlier, **acts())
    session.flush()
    assert opens() == instant(saturday, time(6))
    remove_opening(session, rule.id, **acts())
    session.flush()
    remove_opening(session, rule.id, **acts())
    session.commit()
    assert opens() == instant(saturday, time(8, 30))
    assert session.get(OpeningRule, rule.id) is None
    assert [entry.facts["what"] for entry in entries(session, "opening.changed")] == [
        "added",
        "changed",
        "removed",
    ]


def closed(session, town, starts, ends):
    interval = Interval(venue_clock.now() + starts, venue_clock.now() + ends)
    made = close(session, town.wutongli.id, None, interval, "检修", **acts())
    session.flush()
    return made


def test_a_closure_that_has_begun_ends_now(session, town):
    closure = closed(session, town, timedelta(hours=-1), timedelta(hours=5))
    end_closure(session, closure.id, **acts())
    session.commit()
    assert closure.ends_at == venue_clock.now()


def test_a_closure_that_has_not_begun_is_taken_back(session, town):
    closure = closed(session, town, timedelta(hours=1), timedelta(hours=5))
    end_closure(session, closure.id, **acts())
    session.commit()
    assert count(session, Closure) == 0
    assert len(entries(session, "closure.ended")) == 1


def test_a_closure_that_is_over_or_gone_stays_as_it_is(session, town):
    closure = closed(session, town, timedelta(hours=-5), timedelta(hours=-1))
    end_closure(session, closure.id, **acts())
    end_closure(session, 999, **acts())
    session.commit()
    assert closure.ends_at == venue_clock.now() - timedelta(hours=1)
    assert entries(session, "closure.ended") == []
