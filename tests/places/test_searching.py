"""Finding a free room: what is offered, and that everything offered can really be held."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import update

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.places.booking import Blocked, Label, RoomWish, find_conflicts, hold
from venue.places.models import Equipment, Room
from venue.places.rules import BookingMode, Category, ClosedFor, OutsideHours
from venue.places.searching import Wanted, find_free_rooms, for_residents
from venue.places.sharing import rooms_to_show, share_room
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local

THURSDAY = date(2026, 9, 17)
"""The day after the one on which the clock of the tests stands still."""
LABEL = Label(Category.HIRE, "聚会")


def span(text: str, on: date = THURSDAY) -> Interval:
    start, end = (instant(on, time.fromisoformat(part)) for part in text.split("-"))
    return Interval(start, end)


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def town(session):
    made = make.build(session)
    made.studio.equipment = [Equipment(name="水槽")]
    made.classroom.equipment = [Equipment(name="投影")]
    session.commit()
    return made


@pytest.fixture
def find(session, town):
    def find(wanted: Wanted):
        rooms = [one for one in rooms_to_show(session, town.wutongli.id) if for_residents(one)]
        return find_free_rooms(session, town.wutongli, rooms, wanted, now=venue_clock.now())

    return find


def take(session, room: Room, text: str, on: date = THURSDAY) -> None:
    held = hold(
        session,
        [RoomWish(room.id, span(text, on))],
        label=LABEL,
        override=None,
        actor=SYSTEM,
        now=venue_clock.now(),
    )
    assert not isinstance(held, Blocked)


def told(offers) -> list[str]:
    return [
        f"{one.room.name} {local(one.interval.start):%d %H:%M}-{local(one.interval.end):%H:%M}"
        for one in offers
    ]


def of_kind(room: Room) -> frozenset[int]:
    return frozenset(one.id for one in room.equipment)


def test_free_rooms_are_offered_the_smallest_that_fits_first(session, town, find):
    assert told(find(Wanted(span("14:00-16:00"))).free) == [
        "国画室 17 14:00-16:00",
        "多功能教室 17 14:00-16:00",
    ]
    assert told(find(Wanted(span("14:00-16:00"), people=30)).free) == ["多功能教室 17 14:00-16:00"]
    wanted = Wanted(span("14:00-16:00"), equipment_ids=of_kind(town.classroom))
    assert told(find(wanted).free) == ["多功能教室 17 14:00-16:00"]


def test_a_taken_room_is_offered_at_the_nearest_time_and_on_the_next_days(session, town, find):
    take(session, town.classroom, "13:00-15:00")
    take(session, town.classroom, "14:00-15:00", THURSDAY + timedelta(days=1))
    offers = find(Wanted(span("14:00-16:00"), people=30))
    assert offers.free == ()
    assert told(offers.other_times) == ["多功能教室 17 15:00-17:00"]
    assert told(offers.other_days) == [
        "多功能教室 16 14:00-16:00",
        "多功能教室 19 14:00-16:00",
        "多功能教室 20 14:00-16:00",
    ]


def test_time_to_set_up_and_clean_up_keeps_its_distance(session, town, find):
    town.classroom.setup_minutes, town.classroom.cleanup_minutes = 15, 30
    session.flush()
    take(session, town.classroom, "13:00-15:00")
    offers = find(Wanted(span("14:00-16:00"), people=30))
    assert told(offers.other_times) == ["多功能教室 17 15:45-17:45"]


def test_nothing_is_offered_in_the_past(session, town, find, clock):
    today = THURSDAY - timedelta(days=1)
    clock.set(instant(today, time(11)))
    take(session, town.classroom, "12:30-20:00", today)
    offers = find(Wanted(span("13:00-15:00", today), people=30))
    assert offers.other_times == ()
    assert all(one.interval.start > venue_clock.now() for one in offers.other_days)


def test_a_room_that_lacks_something_says_what(session, town, find):
    take(session, town.classroom, "08:30-21:00")
    wanted = Wanted(span("14:00-16:00"), equipment_ids=of_kind(town.classroom))
    [other] = find(wanted).other_rooms
    assert (other.room, [one.name for one in other.lacking]) == (town.studio, ["投影"])


def test_other_centers_of_the_district_help_out_with_what_fits(session, town, find):
    dance = make.room(session, town.elsewhere, "舞蹈室", 50)
    make.room(session, town.elsewhere, "会议室", 10)
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    make.room(session, far, "远山礼堂", 90)
    for facts in ({"private": True}, {"residents_only": True}):
        hidden = make.room(session, town.elsewhere, f"不给外人的{len(facts)}{facts}"[:40], 60)
        session.execute(update(Room).where(Room.id == hidden.id).values(**facts))
    session.flush()
    offers = find(Wanted(span("14:00-16:00"), people=45))
    assert told(offers.elsewhere) == ["舞蹈室 17 14:00-16:00"]
    take(session, dance, "15:00-17:00")
    assert find(Wanted(span("14:00-16:00"), people=45)).elsewhere == ()


def test_a_shared_room_is_offered_like_ones_own_after_these(session, town, find):
    dance = make.room(session, town.elsewhere, "舞蹈室", 25)
    acts = {"actor": SYSTEM, "now": venue_clock.now()}
    share_room(session, dance.id, [town.wutongli.id], **acts)
    session.commit()
    assert told(find(Wanted(span("14:00-16:00"))).free) == [
        "国画室 17 14:00-16:00",
        "多功能教室 17 14:00-16:00",
        "舞蹈室 17 14:00-16:00",
    ]


@pytest.mark.parametrize("mode", list(BookingMode))
@pytest.mark.parametrize("private", [True, False])
def test_residents_are_offered_neither_private_rooms_nor_those_that_staff_arrange(mode, private):
    room = Room(booking_mode=mode, private=private)
    assert for_residents(room) is (mode is not BookingMode.STAFF_ONLY and not private)


def test_a_closed_house_says_why(session, town, find):
    [why] = find(Wanted(span("21:00-22:00"))).shut
    assert isinstance(why, OutsideHours)
    closure = make.closure(session, town.wutongli, span("08:00-22:00"), "消杀")
    assert find(Wanted(span("14:00-16:00"))).shut == (ClosedFor("消杀"),)
    session.delete(closure)
    session.flush()
    assert find(Wanted(span("14:00-16:00"))).shut == ()


@pytest.mark.parametrize("hour", range(8, 20, 3))
def test_whatever_is_offered_is_free_for_preview_and_commit_too(session, town, find, hour):
    dance = make.room(session, town.elsewhere, "舞蹈室", 60)
    town.studio.setup_minutes = 20
    take(session, town.studio, "10:00-12:00")
    take(session, town.classroom, "09:00-11:30")
    take(session, town.classroom, "14:00-17:15")
    take(session, dance, "18:00-19:00")
    session.commit()
    wanted = Wanted(span(f"{hour:02}:00-{hour + 2:02}:00"), people=24)
    offers = find(wanted)
    assert offers.all
    for one in offers.all:
        wish = RoomWish(one.room.id, one.interval, 24)
        assert find_conflicts(session, [wish]) == [()]
        with session.begin_nested() as trial:
            acts = {"actor": SYSTEM, "now": venue_clock.now()}
            held = hold(session, [wish], label=LABEL, override=None, **acts)
            assert not isinstance(held, Blocked)
            trial.rollback()


def test_it_asks_as_often_for_a_hundred_rooms_as_for_three(session, town, find, count_queries):
    def ask() -> list[int]:
        counted = []
        for people in (20, 35):
            session.expire_all()
            with count_queries() as sent:
                find(Wanted(span("14:00-16:00"), people=people))
            counted.append(len(sent))
        return counted

    take(session, town.classroom, "13:00-15:00")
    dance = make.room(session, town.elsewhere, "舞蹈室", 60)
    session.commit()
    few = ask()
    for number in range(100):
        room = make.room(session, town.wutongli, f"教室{number}", 20)
        other = make.room(session, town.elsewhere, f"教室{number}", 40)
        make.booking(session, room, *_ends(span("10:00-12:00")), "聚会")
        make.booking(session, other, *_ends(span("13:00-15:00")), "聚会")
    make.booking(session, dance, *_ends(span("08:00-09:00")), "聚会")
    session.commit()
    assert ask() == few


def _ends(interval: Interval) -> tuple:
    return interval.start, interval.end
