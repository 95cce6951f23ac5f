"""Many ask for one room, or one person for many; many answer one request: one outcome each."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.acts import as_themselves
from tests.races.reservation_acts import (
    approve,
    ask,
    ask_unlocked,
    look_and_take,
    refuse,
    refuse_unlocked,
)
from venue import clock as venue_clock
from venue.notifications.models import Message
from venue.places.models import RoomBooking
from venue.places.rules import BookingMode, BookingStatus
from venue.reservations.outcomes import Approved, Ended, NotNow, Refused, Requested, Reserved
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

CLIENTS = 16
SLOT = Interval(instant(date(2026, 9, 24), time(14)), instant(date(2026, 9, 24), time(16)))
on_postgresql = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""On SQLite the writers' queue alone keeps them apart."""


@pytest.fixture
def hall(db_session, town):
    """A room whose reservations the center approves."""
    made = make.room(db_session, town.wutongli, "报告厅")
    made.booking_mode = BookingMode.APPROVAL
    db_session.commit()
    return made


def holding(session, room_id):
    """Count what holds a room in the slot."""
    session.rollback()
    return session.scalar(
        select(func.count()).where(
            RoomBooking.room_id == room_id,
            RoomBooking.status != BookingStatus.RELEASED,
            RoomBooking.starts_at < SLOT.end,
            RoomBooking.ends_at > SLOT.start,
        )
    )


def a_crowd(session):
    people = [person.id for person in make.crowd(session, CLIENTS)]
    session.commit()
    return people


@pytest.mark.parametrize(
    ("mode", "given"), [(BookingMode.OPEN, Reserved), (BookingMode.APPROVAL, Requested)]
)
def test_one_slot_goes_to_exactly_one_of_16_also_while_it_waits(
    db_session, settings, crew, hall, mode, given
):
    hall.booking_mode = mode
    people = a_crowd(db_session)
    # Half of them overlap the slot instead of naming it.
    shifted = Interval(SLOT.start + timedelta(hours=1), SLOT.end + timedelta(hours=1))
    jobs = [(ask, hall.id, id_, shifted if id_ % 2 else SLOT) for id_ in people]

    answers = crew.rush(settings, jobs)

    assert Counter(map(type, answers)) == {given: 1, Refused: CLIENTS - 1}
    assert holding(db_session, hall.id) == 1


@pytest.mark.usefixtures("without_constraint")
def test_looking_before_taking_gives_the_slot_to_several(db_session, settings, crew, hall):
    """The control: without lock and constraint the race above is real."""
    jobs = [(look_and_take, hall.id, SLOT)] * CLIENTS

    assert set(crew.rush(settings, jobs)) <= {True, False}
    assert holding(db_session, hall.id) > 1


def many_rooms(session, town, act):
    """Return the jobs of one person who asks for eight rooms at once: no room's lock is shared."""
    rooms = [make.room(session, town.wutongli, f"教室{number}").id for number in range(8)]
    session.commit()
    return [(act, room_id, town.lin_xiao.id, SLOT) for room_id in rooms]


def test_a_month_is_not_overdrawn_by_asking_for_everything_at_once(
    db_session, settings, crew, town
):
    answers = crew.rush(settings, many_rooms(db_session, town, ask))

    assert Counter(map(type, answers)) == {Reserved: 4, Refused: 4}


@on_postgresql
def test_counting_without_a_lock_overdraws_the_month(db_session, settings, crew, town):
    """The control: without the lock of the person the race above is real."""
    answers = crew.rush(settings, many_rooms(db_session, town, ask_unlocked))

    assert Counter(map(type, answers))[Reserved] > 4


@pytest.fixture
def waiting(db_session, town, hall) -> int:
    """A request that nobody has answered."""
    request = Request(hall.id, SLOT, 5, "排练", "+8613900000001")
    actor = as_themselves(town.lin_xiao.id)
    outcome = reserve(db_session, town.lin_xiao.id, request, actor=actor, now=venue_clock.now())
    db_session.commit()
    return outcome.booking_id


def messages(session):
    session.rollback()
    return session.scalar(select(func.count(Message.id)))


def test_a_request_is_answered_once_however_many_answer_it(db_session, settings, crew, waiting):
    before = messages(db_session)

    answers = crew.rush(settings, [(approve, waiting), (refuse, waiting)] * 4)

    kinds = Counter(map(type, answers))
    assert kinds[NotNow] == 7
    assert kinds[Approved] + kinds[Ended] == 1
    assert messages(db_session) == before + 1


@on_postgresql
def test_answering_without_a_lock_tells_several_answers(db_session, settings, crew, waiting):
    """The control: without the lock of the request the race above is real."""
    before = messages(db_session)

    crew.rush(settings, [(refuse_unlocked, waiting)] * 4)

    assert messages(db_session) > before + 1
