"""Moving a reservation: the person learns of it, the calendar too, and nothing is booked twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.reservations.conftest import span
from venue.audit.rules import Actor, Channel
from venue.calendars.models import CalendarEntry
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.booking import Blocked
from venue.places.rules import BookingStatus, OutsideHours
from venue.reservations.ending import cancel
from venue.reservations.moving import move_reservation
from venue.reservations.outcomes import AlreadyBegun, Moved, NotNow
from venue.reservations.rules import AcrossMidnight, Standing

AFTERNOON = span("14:00", "16:00")
EVENING = span("18:00", "20:00")


@pytest.fixture
def shift(db_session, town, clock):
    """Move a reservation as 沈岚 does."""

    def move(booking_id, interval, room, override=None):
        return move_reservation(
            db_session,
            booking_id,
            interval=interval,
            room_id=room.id,
            override=override,
            actor=Actor(town.shen_lan.id, Channel.ONLINE),
            now=clock.now(),
        )

    return move


def test_it_has_a_new_time_and_room_and_remembers_the_old_time(
    db_session, town, ask, row, told, shift
):
    booking_id = ask(town.studio, AFTERNOON).booking_id

    assert shift(booking_id, EVENING, town.classroom) == Moved(booking_id)

    one = row(booking_id)
    assert (one.booking.use, one.booking.room_id) == (EVENING, town.classroom.id)
    assert one.booking.status is BookingStatus.HELD
    assert one.moved_from_at == AFTERNOON.start
    assert told()[1:] == [(town.lin_xiao.id, MessageKind.RESERVATION_MOVED)]
    newest = db_session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest.parameters["room"] == town.classroom.name
    entry = db_session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"booking-{booking_id}")
    ).one()
    assert (entry.starts_at, entry.room_id, entry.sequence) == (EVENING.start, town.classroom.id, 1)


def test_it_may_move_onto_itself_and_where_it_is_nothing_happens(town, ask, row, told, shift):
    booking_id = ask(town.studio, AFTERNOON).booking_id

    assert shift(booking_id, span("15:00", "17:00"), town.studio) == Moved(booking_id)
    assert len(told()) == 2
    assert shift(booking_id, span("15:00", "17:00"), town.studio) == Moved(booking_id)
    assert len(told()) == 2


def test_another_room_at_the_same_time_is_no_new_date(town, ask, row, shift):
    booking_id = ask(town.studio, AFTERNOON).booking_id

    shift(booking_id, AFTERNOON, town.classroom)

    assert row(booking_id).moved_from_at is None


def test_it_does_not_move_onto_another(town, ask, row, told, shift):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    ask(town.classroom, EVENING, who=town.chen_min)

    assert isinstance(shift(booking_id, EVENING, town.classroom), Blocked)
    assert row(booking_id).booking.use == AFTERNOON
    assert len(told()) == 2


def test_staff_may_go_beyond_the_hours_with_a_reason(town, ask, shift):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    late = span("20:30", "22:00")

    blocked = shift(booking_id, late, town.studio)
    assert isinstance(blocked.conflicts[0][0], OutsideHours)
    assert shift(booking_id, late, town.studio, "中秋晚会") == Moved(booking_id)


def test_a_request_that_moves_stays_one_and_waits_no_longer_than_its_new_start(
    hall, ask, row, shift
):
    booking_id = ask(hall, span("14:00", "16:00", date(2026, 9, 25))).booking_id

    shift(booking_id, EVENING, hall)

    one = row(booking_id)
    assert one.booking.status is BookingStatus.PENDING
    assert one.expires_at == EVENING.start


def test_neither_the_past_nor_midnight_is_moved_over(db_session, town, ask, row, shift, clock):
    booking_id = ask(town.studio, AFTERNOON).booking_id

    assert shift(booking_id, span("09:00", "09:30", date(2026, 9, 16)), town.studio) == (
        AlreadyBegun()
    )
    over_night = type(EVENING)(EVENING.start, EVENING.end + timedelta(hours=5))
    assert shift(booking_id, over_night, town.studio) == AcrossMidnight()
    clock.set(AFTERNOON.start)
    assert shift(booking_id, EVENING, town.studio) == AlreadyBegun()


def test_what_has_ended_is_not_moved(db_session, town, ask, shift, clock):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    own = Actor(town.lin_xiao.id, Channel.ONLINE)
    cancel(db_session, booking_id, actor=own, now=clock.now())

    assert shift(booking_id, EVENING, town.studio) == NotNow(Standing.CANCELLED)
