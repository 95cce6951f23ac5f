"""Rooms are never booked twice, and series neither lock each other up nor stay half done."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select, text

from tests import town as make
from tests.races.crew import Crashed
from tests.races.room_acts import (
    book_at_random,
    book_naively,
    call_off,
    change_room,
    hold_all,
    insert_one_by_one,
    move_about,
    schedule,
)
from venue.changes.replanning import SeriesChange
from venue.places.models import Room, RoomBooking
from venue.programs.models import ScheduledSession, SeriesPattern, SessionRoom
from venue.programs.scheduling import SeriesPlan
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.recurrence import WeeklyPattern

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]

DAY = date(2026, 9, 23)
EVENING = Interval(instant(DAY, time(18)), instant(DAY, time(20)))

OVERLAPS = text(
    "SELECT count(*) FROM room_booking a JOIN room_booking b"
    " ON a.room_id = b.room_id AND a.id < b.id"
    " AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at"
    " WHERE a.status <> 'released' AND b.status <> 'released'"
)


@pytest.fixture
def rooms(db_session, town):
    made = [make.room(db_session, town.wutongli, f"教室{n}").id for n in range(3)]
    db_session.commit()
    return made


def overlaps(session):
    session.rollback()
    return session.scalar(OVERLAPS)


def crashes(answers):
    return [answer for answer in answers if isinstance(answer, Crashed)]


def test_eight_processes_that_book_at_random_leave_no_overlap(db_session, settings, crew, rooms):
    answers = crew.rush(settings, [(book_at_random, seed, rooms, DAY, 10) for seed in range(8)])

    assert crashes(answers) == []
    assert overlaps(db_session) == 0
    held = db_session.execute(
        select(RoomBooking.room_id, RoomBooking.starts_at, RoomBooking.ends_at).where(
            RoomBooking.room_id.in_(rooms)
        )
    ).all()
    refused = [wish for answer in answers for wish in answer]
    assert len(held) + len(refused) == 8 * 10
    # Nobody was refused a room that was free.
    for wish in refused:
        assert any(
            wish.room_id == room_id and wish.interval.overlaps(Interval(starts_at, ends_at))
            for room_id, starts_at, ends_at in held
        )


@pytest.mark.usefixtures("without_constraint")
def test_asking_before_booking_books_rooms_twice(db_session, settings, crew, rooms):
    """The control: without lock and constraint the race above is real."""
    answers = crew.rush(settings, [(book_naively, seed, rooms, DAY, 15) for seed in range(8)])

    assert crashes(answers) == []
    assert overlaps(db_session) > 0


def test_the_database_alone_refuses_what_a_forgotten_lock_lets_through(
    db_session, settings, crew, rooms
):
    answers = crew.rush(settings, [(book_naively, seed, rooms, DAY, 15) for seed in range(8)])

    assert crashes(answers) == []
    assert sum(answers) > 0
    assert overlaps(db_session) == 0


def test_series_that_want_the_same_hours_come_whole_or_not_at_all(
    db_session, settings, crew, town, rooms
):
    programs = [make.program(db_session, town.wutongli, f"课程{n}").id for n in range(16)]
    db_session.commit()
    plans = [
        SeriesPlan(
            WeeklyPattern(DAY + timedelta(weeks=n % 5), frozenset({DAY.isoweekday()}), count=12),
            time(18, 30 * (n % 2)),
            time(19, 30),
            rooms[n % 2],
        )
        for n in range(16)
    ]

    jobs = [(schedule, program, plan) for program, plan in zip(programs, plans, strict=True)]
    answers = crew.rush(settings, jobs)

    assert crashes(answers) == []
    assert answers.count(True) >= 2
    assert overlaps(db_session) == 0
    for program_id, scheduled in zip(programs, answers, strict=True):
        sessions = db_session.scalar(
            select(func.count()).where(ScheduledSession.program_id == program_id)
        )
        held = db_session.scalar(
            select(func.count())
            .select_from(SessionRoom)
            .join(SessionRoom.session)
            .where(ScheduledSession.program_id == program_id)
        )
        kept = db_session.scalar(select(func.count()).where(SeriesPattern.program_id == program_id))
        assert (sessions, held, kept) == ((12, 12, 1) if scheduled else (0, 0, 0))


def test_series_that_change_their_rooms_at_once_come_whole_or_not_at_all(
    db_session, settings, crew, town, rooms
):
    """At each of four hours two series have a room each, and want the third and each other's."""
    jobs = []
    for n in range(8):
        room = db_session.get_one(Room, rooms[n % 2])
        made = make.course(
            db_session,
            town.wutongli,
            f"课程{n}",
            room=room,
            capacity=20,
            lessons=6,
            first_on=DAY,
            starts=time(9 + 2 * (n // 2)),
        )
        kept = make.series(db_session, made, room)
        jobs += [
            (change_room, kept.id, SeriesChange(DAY, 0, kept.starts_time, kept.ends_time, to))
            for to in (rooms[2], rooms[1 - n % 2])
        ]
    db_session.commit()

    answers = crew.rush(settings, jobs)

    assert crashes(answers) == []
    assert {"Rescheduled", "SeriesBlocked"} <= set(answers)
    assert overlaps(db_session) == 0
    db_session.expire_all()
    for kept in db_session.scalars(select(SeriesPattern)).all():
        held = {link.booking.room_id for one in kept.sessions for link in one.rooms}
        assert held == {kept.room_id}


def test_no_series_is_scheduled_in_a_program_that_is_called_off(
    db_session, settings, crew, town, rooms
):
    programs = [make.program(db_session, town.wutongli, f"课程{n}").id for n in range(8)]
    db_session.commit()
    weekly = WeeklyPattern(DAY, frozenset({DAY.isoweekday()}), count=4)
    jobs = []
    for n, program_id in enumerate(programs):
        plan = SeriesPlan(weekly, time(9 + n), time(10 + n), rooms[0])
        jobs += [(schedule, program_id, plan), (call_off, program_id)]

    answers = crew.rush(settings, jobs)

    assert crashes(answers) == []
    assert answers[1::2] == ["CancelledFor"] * 8
    taking_place = select(func.count()).where(
        ScheduledSession.program_id.in_(programs), ScheduledSession.cancelled_at.is_(None)
    )
    assert db_session.scalar(taking_place) == 0


def test_rooms_named_in_any_order_are_held_by_one_without_a_deadlock(
    db_session, settings, crew, rooms
):
    backwards = rooms[::-1]
    jobs = [(hold_all, backwards if n % 2 else rooms, EVENING) for n in range(16)]

    answers = crew.rush(settings, jobs)

    assert sorted(answers) == ["Blocked"] * 15 + ["list"]
    assert overlaps(db_session) == 0


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_rooms_booked_one_by_one_lock_each_other_up(settings, crew, rooms):
    """The control: row after row in any order, with the constraint alone, ends in deadlocks."""
    backwards = rooms[::-1]
    # Each deadlock is noticed after a second only: two are enough.
    jobs = [(insert_one_by_one, order, EVENING) for order in (rooms, backwards)]

    answers = crew.rush(settings, jobs)

    assert any("deadlock detected" in crash.error for crash in crashes(answers))


def test_sessions_that_are_moved_about_never_meet_in_a_room(
    db_session, settings, crew, town, rooms
):
    lectures = make.room(db_session, town.wutongli, "报告厅")
    for n in range(4):
        make.course(
            db_session,
            town.wutongli,
            f"课程{n}",
            room=lectures,
            lessons=3,
            capacity=20,
            starts=time(9 + 3 * n),
        )
    sessions = db_session.scalars(
        select(ScheduledSession.id)
        .join(ScheduledSession.rooms)
        .join(SessionRoom.booking)
        .where(RoomBooking.room_id == lectures.id)
    ).all()
    db_session.commit()

    jobs = [(move_about, seed, list(sessions), rooms, DAY, 8) for seed in range(8)]
    answers = crew.rush(settings, jobs)

    assert crashes(answers) == []
    assert {"Moved", "Blocked", "CancelledFor"} <= {name for answer in answers for name in answer}
    assert overlaps(db_session) == 0
    times = db_session.execute(
        select(
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
            RoomBooking.starts_at,
            RoomBooking.ends_at,
        )
        .join(ScheduledSession.rooms)
        .join(SessionRoom.booking)
        .where(ScheduledSession.cancelled_at.is_(None))
    ).all()
    assert all(row[:2] == row[2:] for row in times)
