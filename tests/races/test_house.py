"""Two who change the house meet: its rooms and their names, closures, shifts, people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from tests.races.facts import by_us, count, described
from tests.races.meeting import act, meeting
from venue.audit.models import AuditEntry
from venue.duty.entering import Entered, NoSuchShift, NotEntered, Removed, enter_shift, remove_shift
from venue.duty.models import Shift
from venue.duty.rules import OnDutyAlready, ShiftPlan
from venue.people.changing import change_contact
from venue.people.rules import Contact
from venue.places.booking import Blocked, Label, RoomWish, hold
from venue.places.editing_centers import CenterFacts, NameTaken, change_center
from venue.places.editing_hours import close, end_closure
from venue.places.editing_rooms import (
    RoomDescription,
    StillBooked,
    change_room,
    create_room,
    retire_room,
)
from venue.places.models import Room, RoomBooking
from venue.places.rules import BookingMode, Category, NotInUse
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = [pytest.mark.race, meeting]

DAY = date(2026, 9, 24)
EVENING = Interval(instant(DAY, time(18)), instant(DAY, time(20)))
A_ROOM = RoomDescription("丹青室", 2, 40, 20, BookingMode.OPEN, private=False, position=9, about="")


# ---- Rooms -------------------------------------------------------------------------------------


def holding(room):
    label = Label(Category.MEETING, "会议")
    return act(hold, [RoomWish(room.id, EVENING)], label=label, override=None, **by_us())


def test_a_room_that_is_just_being_booked_is_not_retired(db_session, town, meet):
    _, retired = meet(holding(town.classroom), act(retire_room, town.classroom.id, **by_us()))

    assert retired == StillBooked(1, EVENING.start)
    assert count(db_session, Room, Room.retired_at.is_not(None)) == 0


def test_a_room_that_is_just_being_retired_is_not_booked(db_session, town, meet):
    _, held = meet(act(retire_room, town.classroom.id, **by_us()), holding(town.classroom))

    assert held == Blocked(((NotInUse(),),))
    assert count(db_session, RoomBooking, RoomBooking.room_id == town.classroom.id) == 0


def test_two_rooms_made_at_once_do_not_get_one_name(town, meet):
    making = act(create_room, town.wutongli.id, A_ROOM, [], [], **by_us())

    first, second = meet(making, making)

    assert isinstance(first, Room)
    assert second == NameTaken("丹青室")


def test_two_rooms_renamed_at_once_do_not_get_one_name(town, meet):
    def renaming(room):
        wanted = replace(described(room, RoomDescription), name="丹青室")
        return act(change_room, room.id, wanted, [], [], **by_us())

    first, second = meet(renaming(town.studio), renaming(town.classroom))

    assert first.changed == ["name"]
    assert second == NameTaken("丹青室")


def test_a_neighborhood_that_two_add_to_a_center_is_added_once(town, meet):
    center, near = town.wutongli, [town.neighborhood.id, town.other_neighborhood.id]
    adding = act(change_center, center.id, described(center, CenterFacts), near, [], **by_us())

    assert meet(adding, adding) == (["neighborhoods"], [])


# ---- Hours and shifts --------------------------------------------------------------------------


def test_a_closure_that_two_take_back_is_taken_back_once(db_session, town, meet):
    made = close(db_session, town.wutongli.id, None, EVENING, "停电检修", **by_us())
    db_session.commit()
    ending = act(end_closure, made.id, **by_us())

    assert meet(ending, ending) == (None, None)
    assert count(db_session, AuditEntry, AuditEntry.action == "closure.ended") == 1


def test_nobody_is_put_on_duty_in_two_places_at_once(town, meet):
    plan = ShiftPlan("前台", EVENING, frozenset({town.he_jing.id}))
    entering = act(enter_shift, town.wutongli.id, plan, **by_us())

    first, second = meet(entering, entering)

    assert isinstance(first, Entered)
    assert isinstance(second, NotEntered)
    assert [type(reason) for reason in second.reasons] == [OnDutyAlready]


def test_a_shift_that_two_take_out_is_taken_out_once(db_session, town, meet):
    plan = ShiftPlan("前台", EVENING, frozenset({town.he_jing.id}))
    entered = enter_shift(db_session, town.wutongli.id, plan, **by_us())
    db_session.commit()
    removing = act(remove_shift, town.wutongli.id, entered.shift_id, **by_us())

    assert meet(removing, removing) == (Removed(), NoSuchShift())
    assert count(db_session, Shift) == 0


# ---- People ------------------------------------------------------------------------------------


def test_a_number_that_two_write_down_alike_is_written_down_once(db_session, town, meet):
    writing = act(
        change_contact,
        town.zhou_jianguo.id,
        Contact("+8613900001001"),
        in_need_until=None,
        **by_us(),
    )

    meet(writing, writing)

    assert count(db_session, AuditEntry, AuditEntry.action == "person.changed") == 1
