"""Moving and cancelling: rooms, calendar entries and messages follow, on both databases."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.changes.cancelling import cancel_program, cancel_session
from venue.changes.moving import move_session
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, CancelledFor, Moved
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.booking import Blocked
from venue.places.models import RoomBooking
from venue.places.rules import BookingStatus, Overlap, TooManyPeople
from venue.programs.calendar import publish_sessions
from venue.programs.models import ScheduledSession
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    make.enrollment(db_session, make.pool_of(db_session, made.painting), made.lin_xiao)
    ids = [one.id for one in made.painting.sessions]
    publish_sessions(db_session, ids, now=venue_clock.now())
    db_session.commit()
    return made


@pytest.fixture
def first(town):
    return town.painting.sessions[0]


def wednesday(start: time = time(19)) -> Interval:
    at = instant(date(2026, 9, 23), start)
    return Interval(at, at + timedelta(minutes=90))


def move_it(session, one, interval, room, override=None):
    return move_session(
        session,
        one.id,
        interval=interval,
        room_id=room.id if room is not None else None,
        override=override,
        actor=SYSTEM,
        now=venue_clock.now(),
    )


def entry(session, one):
    session.expire_all()
    return session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"session-{one.id}")
    ).one()


def told(session, kind):
    rows = session.scalars(select(Message).where(Message.kind == kind))
    return {row.person_id: row.parameters for row in rows}


def test_a_move_takes_room_entry_and_people_along(db_session, town, first):
    before = first.starts_at
    sequence = entry(db_session, first).sequence

    outcome = move_it(db_session, first, wednesday(), town.classroom)

    assert isinstance(outcome, Moved)
    db_session.expire_all()
    assert (first.starts_at, first.moved_from_at) == (wednesday().start, before)
    (link,) = first.rooms
    assert (link.booking.room_id, link.booking.starts_at) == (
        town.classroom.id,
        wednesday().start,
    )
    moved = entry(db_session, first)
    assert (moved.sequence, moved.starts_at) == (sequence + 1, wednesday().start)
    assert town.classroom.name in moved.vevent
    people = told(db_session, MessageKind.SESSION_MOVED)
    assert set(people) == {town.lin_xiao.id, town.teacher_gu.id}
    assert people[town.lin_xiao.id]["to_at"] == wednesday().start.isoformat()
    assert people[town.lin_xiao.id]["place"] == town.classroom.name


def test_a_second_move_still_says_where_it_came_from_at_first(db_session, town, first):
    before = first.starts_at
    move_it(db_session, first, wednesday(), town.studio)
    move_it(db_session, first, wednesday(time(15)), town.studio)

    db_session.expire_all()
    assert first.moved_from_at == before
    assert entry(db_session, first).sequence == 2


def test_a_move_onto_somebody_names_them_and_changes_nothing(db_session, town, first):
    other = make.program(db_session, town.wutongli, "合唱")
    make.lesson(db_session, other, date(2026, 9, 23), time(18), room=town.studio)
    db_session.commit()
    before = first.starts_at

    outcome = move_it(db_session, first, wednesday(), town.studio, override="必须")

    assert isinstance(outcome, Blocked)
    (conflict,) = outcome.conflicts[0]
    assert isinstance(conflict, Overlap)
    assert conflict.with_.title == "合唱"
    db_session.expire_all()
    assert first.starts_at == before
    assert told(db_session, MessageKind.SESSION_MOVED) == {}


def test_a_move_into_a_room_too_small_for_the_seats_needs_a_reason(db_session, town, first):
    closet = make.room(db_session, town.wutongli, "小间", 24)
    db_session.commit()

    outcome = move_it(db_session, first, wednesday(), closet)

    assert outcome == Blocked(((TooManyPeople(24),),))
    assert isinstance(move_it(db_session, first, wednesday(), closet, override="人少"), Moved)


def test_a_session_can_lose_its_room_and_get_one_again(db_session, town, first):
    (link,) = first.rooms
    booking_id = link.booking_id
    move_it(db_session, first, wednesday(), None)
    db_session.expire_all()
    assert first.rooms == []
    assert db_session.get_one(RoomBooking, booking_id).status is BookingStatus.RELEASED

    move_it(db_session, first, wednesday(), town.studio)

    db_session.expire_all()
    assert [one.booking.room_id for one in first.rooms] == [town.studio.id]


def test_the_past_is_not_moved_and_nothing_moves_into_it(db_session, town, first, clock):
    past = Interval(clock.now() - timedelta(hours=2), clock.now() - timedelta(hours=1))
    assert move_it(db_session, first, past, town.studio) == AlreadyOver()
    clock.set(first.starts_at)
    assert move_it(db_session, first, wednesday(), town.studio) == AlreadyOver()


def test_a_cancelled_session_gives_its_room_back_and_stays_in_calendars(db_session, town, first):
    sequence = entry(db_session, first).sequence

    outcome = cancel_session(
        db_session, first.id, reason="老师生病", actor=SYSTEM, now=venue_clock.now()
    )

    assert outcome == CancelledFor(2)
    db_session.expire_all()
    assert first.cancel_reason == "老师生病"
    assert first.rooms[0].booking.status is BookingStatus.RELEASED
    kept = entry(db_session, first)
    assert (kept.status, kept.sequence) == (EntryStatus.CANCELLED, sequence + 1)
    assert "STATUS:CANCELLED" in kept.vevent
    assert set(told(db_session, MessageKind.SESSION_CANCELLED)) == {
        town.lin_xiao.id,
        town.teacher_gu.id,
    }
    again = cancel_session(
        db_session, first.id, reason="老师生病", actor=SYSTEM, now=venue_clock.now()
    )
    assert again == AlreadyCancelled()
    assert move_it(db_session, first, wednesday(), town.studio) == AlreadyCancelled()


def test_cancelling_a_program_leaves_what_is_over(db_session, town, first, clock):
    clock.set(first.ends_at)

    cancel_program(db_session, town.painting.id, reason="人数不足", actor=SYSTEM, now=clock.now())

    db_session.expire_all()
    sessions = db_session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.program_id == town.painting.id)
        .order_by(ScheduledSession.starts_at)
    ).all()
    assert [one.cancelled_at is not None for one in sessions] == [False] + [True] * 11
    actions = db_session.scalars(select(AuditEntry.action)).all()
    assert actions.count("program.cancelled") == 1
    assert actions.count("enrollment.cancelled") == 1
