"""The free stretches of a day: nothing in them clashes, and nothing free is left out."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests import town as make
from venue.places.booking import RoomWish, find_conflicts
from venue.places.free import free_day
from venue.places.models import Closure
from venue.timeline.interval import Interval, encloses
from venue.timeline.local_time import day_start, instant

DAY = date(2026, 9, 17)
QUARTER = timedelta(minutes=15)


def span(start: str, end: str) -> Interval:
    return Interval(instant(DAY, time.fromisoformat(start)), instant(DAY, time.fromisoformat(end)))


def a_room(session):
    center = make.center(session, make.district(session))
    room = make.room(session, center, "国画室", 25)
    room.setup_minutes, room.cleanup_minutes = 15, 30
    for taken in (span("10:00", "11:30"), span("11:45", "12:00"), span("19:30", "21:00")):
        make.booking(session, room, taken.start, taken.end)
    closed = span("14:00", "15:00")
    session.add(
        Closure(center_id=center.id, starts_at=closed.start, ends_at=closed.end, reason="检修")
    )
    session.commit()
    return room


def test_what_is_left_between_bookings_closures_and_preparation_is_free(db_session):
    day = free_day(db_session, a_room(db_session), DAY)

    assert day.stretches == (
        span("08:45", "09:30"),
        span("12:15", "13:30"),
        span("15:15", "19:00"),
    )


def test_it_says_of_every_quarter_what_the_availability_function_says(db_session):
    room = a_room(db_session)
    free = free_day(db_session, room, DAY).stretches
    quarters = [
        Interval(start, start + QUARTER)
        for start in (day_start(DAY) + number * QUARTER for number in range(4 * 24))
    ]

    for quarter in quarters:
        (found,) = find_conflicts(db_session, [RoomWish(room.id, quarter)])
        assert encloses(free, quarter) is not bool(found), quarter


def test_the_free_stretches_of_a_day_take_five_queries(db_session, count_queries):
    room = a_room(db_session)
    assert room.name

    with count_queries() as sent:
        free_day(db_session, room, DAY)

    assert len(sent) == 5
