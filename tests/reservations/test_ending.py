"""Answers, cancellations, no-shows and requests that run out, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests import town as make
from tests.reservations.conftest import span
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.rules import BookingStatus
from venue.reservations.answering import approve, refuse
from venue.reservations.ending import arrive, call_off, cancel, release_no_show
from venue.reservations.expiring import expire_requests
from venue.reservations.outcomes import (
    AlreadyBegun,
    Approved,
    Arrived,
    CalledOff,
    Ended,
    HasArrived,
    NotNow,
    Refused,
    Requested,
    Reserved,
    TooEarly,
)
from venue.reservations.rules import ReservationEnding, Standing

AFTERNOON = span("14:00", "16:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def manager(town, clock):
    """Return what every verb is given when 沈岚 acts; read anew each time."""
    return lambda: {"actor": Actor(town.shen_lan.id, Channel.ONLINE), "now": clock.now()}


@pytest.fixture
def desk(town, clock):
    return lambda: {"actor": Actor(town.he_jing.id, Channel.COUNTER), "now": clock.now()}


def test_an_approved_request_keeps_its_room(db_session, town, hall, ask, row, told, manager, clock):
    booking_id = ask(hall, AFTERNOON).booking_id

    assert approve(db_session, booking_id, **manager()) == Approved(booking_id)

    one = row(booking_id)
    assert one.booking.status is BookingStatus.HELD
    assert (one.approved_by_id, one.approved_at, one.expires_at) == (
        town.shen_lan.id,
        clock.now(),
        None,
    )
    assert told()[1:] == [(town.lin_xiao.id, MessageKind.RESERVATION_APPROVED)]
    last = db_session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.subject_id) == ("reservation.approved", booking_id)


def test_a_refused_request_gives_the_room_back_and_says_why(
    db_session, town, hall, ask, row, told, manager
):
    booking_id = ask(hall, AFTERNOON).booking_id

    assert refuse(db_session, booking_id, reason="当天要布展", **manager()) == Ended(booking_id)

    one = row(booking_id)
    assert (one.ending, one.ending_reason) == (ReservationEnding.REFUSED, "当天要布展")
    assert one.booking.status is BookingStatus.RELEASED
    assert told()[1:] == [(town.lin_xiao.id, MessageKind.RESERVATION_REFUSED)]
    newest = db_session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert newest.parameters["reason"] == "当天要布展"
    assert isinstance(ask(hall, AFTERNOON, who=town.chen_min), Requested)


def test_a_second_answer_finds_the_first(db_session, hall, ask, row, told, manager):
    booking_id = ask(hall, AFTERNOON).booking_id
    approve(db_session, booking_id, **manager())
    before = told()

    assert approve(db_session, booking_id, **manager()) == NotNow(Standing.HELD)
    assert refuse(db_session, booking_id, reason="晚了", **manager()) == NotNow(Standing.HELD)

    assert row(booking_id).booking.status is BookingStatus.HELD
    assert told() == before


def test_an_answer_after_the_time_comes_too_late(db_session, hall, ask, manager, clock):
    requested = ask(hall, span("14:00", "16:00", date(2026, 9, 25)))
    clock.set(requested.expires_at)

    assert approve(db_session, requested.booking_id, **manager()) == NotNow(Standing.EXPIRED)


def test_requests_run_out_and_their_rooms_are_free_again(
    db_session, town, hall, ask, row, told, clock, manager
):
    later = span("14:00", "16:00", date(2026, 9, 25))
    waiting = ask(hall, later).booking_id
    granted = ask(hall, span("10:00", "11:00", date(2026, 9, 25))).booking_id
    approve(db_session, granted, **manager())
    clock.advance(timedelta(hours=48) - MINUTE)
    assert expire_requests(db_session, now=clock.now()) == 0
    clock.advance(MINUTE)

    assert expire_requests(db_session, now=clock.now()) == 1
    assert expire_requests(db_session, now=clock.now()) == 0

    assert row(waiting).ending is ReservationEnding.EXPIRED
    assert row(granted).ending is None
    assert told()[-1] == (town.lin_xiao.id, MessageKind.RESERVATION_EXPIRED)
    assert isinstance(ask(hall, later, who=town.chen_min), Requested)


def test_one_cancels_until_the_start_and_the_calendar_says_so(
    db_session, town, ask, row, told, clock
):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    own = {"actor": Actor(town.lin_xiao.id, Channel.ONLINE)}
    clock.set(AFTERNOON.start - MINUTE)

    for _ in range(2):
        assert cancel(db_session, booking_id, **own, now=clock.now()) == Ended(booking_id)

    assert row(booking_id).booking.status is BookingStatus.RELEASED
    assert told()[1:] == [(town.lin_xiao.id, MessageKind.RESERVATION_CANCELLED)]
    entry = db_session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"booking-{booking_id}")
    ).one()
    assert entry.status is EntryStatus.CANCELLED
    assert isinstance(ask(town.studio, AFTERNOON, who=town.chen_min), Reserved)


def test_what_has_begun_is_not_cancelled(db_session, town, ask, row, clock):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    own = {"actor": Actor(town.lin_xiao.id, Channel.ONLINE)}
    clock.set(AFTERNOON.start)
    assert cancel(db_session, booking_id, **own, now=clock.now()) == AlreadyBegun()
    clock.set(AFTERNOON.end)
    assert cancel(db_session, booking_id, **own, now=clock.now()) == NotNow(Standing.OVER)
    assert row(booking_id).ending is None


def test_a_request_can_be_taken_back(db_session, hall, ask, row, town, clock):
    booking_id = ask(hall, AFTERNOON).booking_id

    cancel(db_session, booking_id, actor=Actor(town.lin_xiao.id, Channel.ONLINE), now=clock.now())

    assert row(booking_id).ending is ReservationEnding.CANCELLED
    assert row(booking_id).expires_at is None


def test_the_desk_gives_a_room_away_fifteen_minutes_after_the_start(
    db_session, town, ask, row, told, clock, desk
):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    from_at = AFTERNOON.start + 15 * MINUTE
    clock.set(from_at - MINUTE)
    assert release_no_show(db_session, booking_id, **desk()) == TooEarly(from_at)
    clock.set(from_at)

    for _ in range(2):
        assert release_no_show(db_session, booking_id, **desk()) == Ended(booking_id)

    assert row(booking_id).booking.status is BookingStatus.RELEASED
    assert told()[1:] == [(town.lin_xiao.id, MessageKind.RESERVATION_NO_SHOW)]
    assert isinstance(ask(town.studio, span("15:00", "16:00"), who=town.chen_min), Reserved)


def test_who_has_arrived_keeps_the_room(db_session, town, ask, row, clock, desk):
    booking_id = ask(town.studio, AFTERNOON).booking_id
    assert isinstance(arrive(db_session, booking_id, **desk()), TooEarly)
    clock.set(AFTERNOON.start - 10 * MINUTE)
    assert arrive(db_session, booking_id, **desk()) == Arrived(booking_id)
    clock.advance(40 * MINUTE)
    assert arrive(db_session, booking_id, **desk()) == Arrived(booking_id)

    assert row(booking_id).arrived_at == AFTERNOON.start - 10 * MINUTE
    assert release_no_show(db_session, booking_id, **desk()) == HasArrived()
    assert row(booking_id).booking.status is BookingStatus.HELD


def test_a_request_neither_arrives_nor_stays_away(db_session, hall, ask, clock, desk):
    booking_id = ask(hall, AFTERNOON).booking_id
    clock.set(AFTERNOON.start - MINUTE)

    assert arrive(db_session, booking_id, **desk()) == NotNow(Standing.PENDING)
    assert release_no_show(db_session, booking_id, **desk()) == NotNow(Standing.PENDING)


def test_the_center_calls_off_what_has_not_ended_and_tells_everybody_why(
    db_session, town, hall, ask, row, told, clock, manager
):
    on_now = ask(town.studio, AFTERNOON).booking_id
    later = ask(town.classroom, span("18:00", "20:00"), who=town.chen_min).booking_id
    request = ask(hall, span("18:00", "20:00"), who=town.zhou_jianguo).booking_id
    over = ask(town.classroom, span("10:00", "11:00")).booking_id
    clock.set(AFTERNOON.start + MINUTE)
    every = [request, on_now, over, later]

    called_off = call_off(db_session, every, reason="水管爆裂", **manager())

    assert called_off == CalledOff((on_now, later, request))
    assert {row(one).ending for one in called_off.booking_ids} == {ReservationEnding.CALLED_OFF}
    assert row(over).ending is None
    assert sorted(told()[4:]) == sorted(
        (person.id, MessageKind.RESERVATION_CALLED_OFF)
        for person in (town.lin_xiao, town.chen_min, town.zhou_jianguo)
    )
    assert call_off(db_session, every, reason="水管爆裂", **manager()) == CalledOff(())


def test_a_booking_of_the_house_is_no_reservation(db_session, town, clock, manager):
    meeting = make.booking(db_session, town.studio, AFTERNOON.start, AFTERNOON.end, "例会")

    with pytest.raises(NoResultFound):
        approve(db_session, meeting.id, **manager())
    assert call_off(db_session, [meeting.id], reason="停电", **manager()) == CalledOff(())


def test_a_refusal_of_the_rule_leaves_a_room_that_is_asked_for_again_free(town, ask):
    assert isinstance(ask(town.studio, AFTERNOON, people=26), Refused)
    assert isinstance(ask(town.studio, AFTERNOON, people=25), Reserved)
