"""Twelve lessons in one action: what the preview says, and all or nothing, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.places.models import CalendarDay, Closure, Room, RoomBooking
from venue.places.rules import ClosedFor, DayKind, Overlap
from venue.programs.editing import IsCancelled
from venue.programs.entering import SeriesBlocked
from venue.programs.models import ScheduledSession
from venue.programs.scheduling import (
    AS_PLANNED,
    Choices,
    SeriesPlan,
    preview,
    schedule_series,
)
from venue.timeline.local_time import day_start, local_date
from venue.timeline.recurrence import WeeklyPattern

FIRST = date(2026, 9, 22)
TUESDAYS = [FIRST + timedelta(weeks=week) for week in range(12)]


@pytest.fixture
def program(db_session):
    center = make.center(db_session, make.district(db_session))
    make.room(db_session, center, "国画室", 25)
    lines = "\n".join(f"第{number}课" for number in range(1, 13))
    return make.program(db_session, center, syllabus=lines)


@pytest.fixture
def plan(db_session, program):
    room = db_session.scalars(select(Room)).one()
    pattern = WeeklyPattern(FIRST, frozenset({2}), count=12)
    return SeriesPlan(pattern, time(18, 30), time(20), room.id, people=25)


def schedule(session, program, plan, choices=AS_PLANNED, override=None):
    return schedule_series(
        session,
        program.id,
        plan,
        choices=choices,
        override=override,
        actor=SYSTEM,
        now=venue_clock.now(),
    )


def obstacles(session, plan):
    """Put a lesson of somebody else, a closure and a holiday in the way of three Tuesdays."""
    room = session.get_one(Room, plan.room_id)
    other = make.program(session, room.center, "合唱")
    make.lesson(session, other, TUESDAYS[1], time(19), room=room)
    start = day_start(TUESDAYS[3])
    session.add(
        Closure(
            center_id=room.center_id,
            starts_at=start,
            ends_at=start + timedelta(days=1),
            reason="消防检修",
        )
    )
    session.add(CalendarDay(day_on=TUESDAYS[5], kind=DayKind.HOLIDAY, name="元旦"))
    session.add(CalendarDay(day_on=TUESDAYS[6], kind=DayKind.MAKEUP_WORKDAY, name="调休"))
    session.flush()


def test_the_preview_judges_every_date_and_names_what_is_in_the_way(db_session, program, plan):
    obstacles(db_session, plan)

    planned = preview(db_session, program, plan, now=venue_clock.now())

    assert [one.on for one in planned] == TUESDAYS
    assert [one.fine for one in planned] == [n not in {1, 3, 5} for n in range(12)]
    clash = planned[1].conflicts[0]
    assert isinstance(clash, Overlap)
    assert clash.with_.title == "合唱"
    assert planned[3].conflicts == (ClosedFor("消防检修"),)
    assert (planned[5].kind, planned[5].holiday) == (DayKind.HOLIDAY, "元旦")
    assert planned[6].kind is DayKind.MAKEUP_WORKDAY


def test_a_series_with_clashes_makes_nothing_and_names_their_dates(db_session, program, plan):
    obstacles(db_session, plan)
    before = len(db_session.scalars(select(RoomBooking)).all())

    outcome = schedule(db_session, program, plan)

    assert outcome == SeriesBlocked((TUESDAYS[1], TUESDAYS[3], TUESDAYS[5]))
    of_program = ScheduledSession.program_id == program.id
    assert db_session.scalars(select(ScheduledSession).where(of_program)).all() == []
    assert len(db_session.scalars(select(RoomBooking)).all()) == before


def test_a_cancelled_program_gets_no_more_sessions(db_session, program, plan):
    program.cancelled_at = venue_clock.now()
    db_session.flush()

    assert schedule(db_session, program, plan) == IsCancelled()

    assert db_session.scalars(select(ScheduledSession)).all() == []
    assert db_session.scalars(select(RoomBooking)).all() == []


def test_leaving_out_the_bad_dates_makes_the_rest_with_rooms_topics_and_entries(
    db_session, program, plan
):
    obstacles(db_session, plan)
    bad = frozenset(TUESDAYS[n] for n in (1, 3, 5))

    sessions = schedule(db_session, program, plan, Choices(frozenset(TUESDAYS) - bad))

    assert [local_date(one.starts_at) for one in sessions] == [
        on for on in TUESDAYS if on not in bad
    ]
    assert [one.topic for one in sessions][:3] == ["第1课", "第2课", "第3课"]
    db_session.expire_all()
    assert all(one.rooms[0].booking.starts_at == one.starts_at for one in sessions)
    keys = set(db_session.scalars(select(CalendarEntry.key)))
    assert keys == {f"session-{one.id}" for one in sessions}


# SQLite gives ids in the order of the rows only row by row; it has no way to the server to save.
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_series_of_twelve_takes_as_many_statements_as_one_of_three(
    db_session, program, plan, count_queries
):
    def sent(count: int) -> int:
        start = FIRST + timedelta(days=count)
        pattern = WeeklyPattern(start, frozenset({start.isoweekday()}), count=count)
        this = SeriesPlan(pattern, time(9), time(10), plan.room_id)
        with count_queries() as statements:
            assert not isinstance(schedule(db_session, program, this), SeriesBlocked)
        return len(statements)

    assert sent(3) == sent(12)


def test_nothing_is_scheduled_for_a_cancelled_program(db_session, program, plan):
    program.cancelled_at = venue_clock.now()
    db_session.flush()
    assert schedule(db_session, program, plan) == IsCancelled()


def test_dates_that_overlap_each_other_block_the_series_even_in_two_rooms(
    db_session, program, plan
):
    hall = make.room(db_session, program.center, "报告厅", 60)
    onto = replace(plan.slot(TUESDAYS[2]), room_id=hall.id, starts_time=time(19))
    moved = Choices(moved={TUESDAYS[1]: onto})
    assert schedule(db_session, program, plan, moved) == SeriesBlocked((TUESDAYS[1], TUESDAYS[2]))
    elsewhere = replace(onto, starts_time=time(9), ends_time=time(10))
    made = schedule(db_session, program, plan, Choices(moved={TUESDAYS[1]: elsewhere}))
    assert len(made) == 12
    assert (made[1].pattern_on, made[1].starts_at) == (TUESDAYS[1], elsewhere.interval.start)


def test_a_date_that_no_pattern_has_is_not_scheduled(db_session, program, plan):
    wednesday = FIRST + timedelta(days=1)
    outcome = schedule(db_session, program, plan, Choices(frozenset({FIRST, wednesday})))
    assert outcome == SeriesBlocked((wednesday,))
