"""Two people change one program at the same moment; PostgreSQL alone lets both begin."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from datetime import time as clock_time

import pytest
from sqlalchemy import select, text

from tests.programs.test_editing import described
from tests.town import acts
from venue.calendars.models import CalendarEntry
from venue.changes.cancelling import cancel_program
from venue.changes.moving import move_session
from venue.db import db, write_transaction
from venue.programs.editing import IsCancelled, change_program
from venue.programs.models import Program
from venue.programs.scheduling import SeriesPlan, schedule_series
from venue.timeline.interval import Interval
from venue.timeline.recurrence import WeeklyPattern

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)

PATIENCE_SECONDS = 30


def wait_until_somebody_waits():
    """Return as soon as a transaction of this database waits for another."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    ends_at = time.monotonic() + PATIENCE_SECONDS
    # A connection of its own, out of any transaction: within one, what others do stands still.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as looking:
        while not looking.scalar(waiting):
            assert time.monotonic() < ends_at, "nobody ever waited"
            time.sleep(0.01)


@pytest.fixture
def program(town):
    return town.painting


@pytest.fixture
def meanwhile(app):
    """Let another thread do something in a transaction of its own: it waits for ours, then ends."""
    with ThreadPoolExecutor(1) as other:

        def begin(act):
            def whole():
                with app.app_context(), write_transaction() as session:
                    return act(session)

            answer = other.submit(whole)
            wait_until_somebody_waits()
            return answer

        yield begin


def test_a_lesson_that_moves_while_its_course_gets_another_title_shows_both(
    db_session, program, meanwhile
):
    first = program.sessions[0]
    tomorrow = Interval(first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1))
    wanted = replace(described(program), title="国画入门")

    with write_transaction() as session:
        move_session(session, first.id, interval=tomorrow, room_id=None, override=None, **acts())
        change = meanwhile(lambda other: change_program(other, program.id, wanted, **acts()))
    change.result(PATIENCE_SECONDS)

    db_session.rollback()
    entry = db_session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"session-{first.id}")
    ).one()
    assert (entry.starts_at, entry.ends_at) == (tomorrow.start, tomorrow.end)
    assert "SUMMARY:国画入门" in entry.vevent


def retitle(session, program):
    return change_program(session, program.id, replace(described(program), title="别的"), **acts())


def schedule_more(session, program):
    mondays = WeeklyPattern(date(2027, 3, 1), frozenset({1}), count=3)
    plan = SeriesPlan(mondays, clock_time(9), clock_time(10), room_id=None)
    return schedule_series(session, program.id, plan, override=None, **acts())


@pytest.mark.parametrize("act", [retitle, schedule_more])
def test_what_waits_for_a_program_to_be_cancelled_finds_it_cancelled(program, meanwhile, act):
    def look_and_act(other):
        return act(other, other.get_one(Program, program.id))

    with write_transaction() as session:
        cancel_program(session, program.id, reason="老师病了", **acts())
        answer = meanwhile(look_and_act)
    assert answer.result(PATIENCE_SECONDS) == IsCancelled()
