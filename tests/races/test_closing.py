"""A room is closed while others book it: nothing is left standing in a closure undecided."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.races.closing_acts import close_in_turn, close_naively
from tests.races.crew import Crashed
from tests.races.room_acts import book_at_random
from venue.places.booking import HOLDING
from venue.places.models import Closure, RoomBooking

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

DAY = date(2026, 9, 23)


@pytest.fixture
def rooms(db_session, town):
    made = [make.room(db_session, town.wutongli, f"教室{n}").id for n in range(2)]
    db_session.commit()
    return made


def standing_in_closures(session) -> int:
    """Count in Python: the two tables keep their instants in different ways."""
    session.rollback()
    closures = session.scalars(select(Closure)).all()
    held = session.scalars(select(RoomBooking).where(RoomBooking.status.in_(HOLDING))).all()
    return sum(
        closure.room_id == booking.room_id
        and closure.starts_at < booking.ends_at
        and closure.ends_at > booking.starts_at
        for closure in closures
        for booking in held
    )


def rush(crew, settings, closing, center_id, rooms, on=DAY):
    jobs = [(closing, seed, center_id, rooms, on) for seed in range(3)]
    jobs += [(book_at_random, seed, rooms, on, 15) for seed in range(5)]
    answers = crew.rush(settings, jobs)
    assert [answer for answer in answers if isinstance(answer, Crashed)] == []
    return answers


def test_nothing_stands_in_a_closure_that_was_not_decided_about(
    db_session, settings, crew, town, rooms
):
    answers = rush(crew, settings, close_in_turn, town.wutongli.id, rooms)
    assert sum(answers[:3]) > 0, "no closure ever hit anything: the race did not happen"
    assert db_session.scalars(select(Closure)).first() is not None
    assert standing_in_closures(db_session) == 0


def test_looking_before_closing_leaves_bookings_in_closures(
    db_session, settings, crew, town, rooms
):
    """The control: without the rooms' locks the race above is real, on one day or another."""
    for days in range(5):
        on = DAY + timedelta(days=days)
        rush(crew, settings, close_naively, town.wutongli.id, rooms, on)
        if standing_in_closures(db_session):
            return
    pytest.fail("the race did not happen")
