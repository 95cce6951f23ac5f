"""Two people who change one session at the same moment both find their change in the calendars."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, text

from tests import town as make
from tests.programs.test_editing import described
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.changes.moving import move_session
from venue.db import db, write_transaction
from venue.programs.calendar import publish_program
from venue.programs.editing import change_program
from venue.timeline.interval import Interval

PATIENCE_SECONDS = 30


def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


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


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_lesson_that_moves_while_its_course_gets_another_title_shows_both(app, db_session):
    program = make.build(db_session).painting
    publish_program(db_session(), program.id, now=venue_clock.now())
    db_session.commit()
    first = program.sessions[0]
    tomorrow = Interval(first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1))
    wanted = replace(described(program), title="国画入门")

    def retitle():
        with app.app_context(), write_transaction() as session:
            change_program(session, program.id, wanted, **acts())

    other = Thread(target=retitle)
    with write_transaction() as session:
        move_session(session, first.id, interval=tomorrow, room_id=None, override=None, **acts())
        other.start()
        wait_until_somebody_waits()
    other.join(PATIENCE_SECONDS)

    db_session.rollback()
    entry = db_session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"session-{first.id}")
    ).one()
    assert (entry.starts_at, entry.ends_at) == (tomorrow.start, tomorrow.end)
    assert "SUMMARY:国画入门" in entry.vevent
