"""Occupancy counts what was taken of the hours in which a room was really open."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import town as make
from tests.places.test_booking import hold_one, span
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.places.booking import release
from venue.places.models import Closure
from venue.places.occupancy import occupancy, total

DAY = date(2026, 9, 17)


@pytest.fixture
def room(db_session):
    """A room that is open from 08:30 to 21:00."""
    center = make.center(db_session, make.district(db_session))
    return make.room(db_session, center, "国画室", 25)


def of(session, room, first_on=DAY, last_on=DAY):
    return occupancy(session, room.center_id, first_on, last_on)


def test_a_room_that_nobody_used_was_open_all_day(db_session, room):
    [found] = of(db_session, room)
    assert found.name == "国画室"
    assert found.open_minutes[8:21] == (30, *[60] * 12)
    assert sum(found.open_minutes) == 12.5 * 60
    assert found.rate == 0
    assert found.rate_at(7) is None


def test_bookings_fill_the_hours_they_lie_in(db_session, room):
    hold_one(db_session, room, span("10:00", "11:30"))
    hold_one(db_session, room, span("14:00", "15:00"))
    [found] = of(db_session, room)
    assert found.taken_minutes[10:15] == (60, 30, 0, 0, 60)
    assert found.rate == 150 / 750
    assert found.rate_at(11) == 0.5


def test_what_was_given_back_counts_for_nothing(db_session, room):
    held = hold_one(db_session, room, span("10:00", "11:30"))
    release(db_session, held, actor=SYSTEM, now=venue_clock.now())
    assert of(db_session, room)[0].rate == 0


def test_setting_up_counts_and_what_lies_outside_the_hours_does_not(db_session, room):
    room.setup_minutes = 15
    hold_one(db_session, room, span("20:30", "22:00"), override="文艺晚会")
    [found] = of(db_session, room)
    assert found.taken_minutes[20] == 45
    assert sum(found.taken_minutes) == 45


def test_a_closure_takes_hours_away_from_both(db_session, room):
    hold_one(db_session, room, span("10:00", "12:00"))
    closed = span("11:00", "13:00")
    db_session.add(
        Closure(center_id=room.center_id, starts_at=closed.start, ends_at=closed.end, reason="消杀")
    )
    db_session.flush()
    [found] = of(db_session, room)
    assert found.open_minutes[10:14] == (60, 0, 0, 60)
    assert found.taken_minutes[10:14] == (60, 0, 0, 0)


def test_what_began_the_day_before_counts_from_midnight(db_session, room):
    make.hours(db_session, room.center, make.Layer.UNATTENDED, make.time(0), make.time(0))
    night = span("22:00", "23:00")
    wanted = type(night)(night.start, night.start + timedelta(hours=4))
    hold_one(db_session, room, wanted, override="守夜")
    [before], [after] = (of(db_session, room, on, on) for on in (DAY, DAY + timedelta(days=1)))
    assert sum(before.taken_minutes) == sum(after.taken_minutes) == 120


def test_all_rooms_together_are_their_sum(db_session, room):
    make.room(db_session, room.center, "书法室")
    hold_one(db_session, room, span("10:00", "11:00"))
    every = total(of(db_session, room))
    assert every.open_minutes[10] == 120
    assert every.rate_at(10) == 0.5


def test_a_year_takes_as_many_queries_as_a_day(db_session, room, count_queries):
    for n in range(3):
        make.room(db_session, room.center, f"教室{n}")
        hold_one(db_session, room, span("10:00", "11:00", DAY + timedelta(days=n)))
    db_session.flush()
    sent = []
    for last_on in (DAY, DAY + timedelta(days=364)):
        with count_queries() as queries:
            of(db_session, room, DAY, last_on)
        sent.append(len(queries))
    assert sent[0] == sent[1] == 5
