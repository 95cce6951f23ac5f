"""Two who change a program, its dates or what calendars say of them meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from tests.races.facts import by_us, count, described
from tests.races.meeting import act, meeting
from venue import clock as venue_clock
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.changes.cancelling import cancel_program, cancel_session
from venue.changes.moving import move_session
from venue.changes.outcomes import AlreadyCancelled, CancelledFor, Moved
from venue.changes.publishing import retract_program
from venue.changes.relabeling import relabel_room
from venue.places.editing_rooms import (
    RoomDescription,
)
from venue.places.models import RoomBooking
from venue.places.rules import BookingStatus
from venue.programs.calendar import publish_program
from venue.programs.editing import IsCancelled, ProgramDescription, change_program
from venue.programs.models import ScheduledSession
from venue.programs.rules import Admission
from venue.programs.scheduling import SeriesPlan, schedule_series
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.recurrence import WeeklyPattern

pytestmark = [pytest.mark.race, meeting]

DAY = date(2026, 9, 24)
EVENING = Interval(instant(DAY, time(18)), instant(DAY, time(20)))


# ---- Sessions and programs ---------------------------------------------------------------------


@pytest.fixture
def talk(db_session, town):
    """A talk to which everybody may just come: no seats, whose lock would do for its sessions."""
    made = make.course(
        db_session,
        town.wutongli,
        "茶话会",
        room=town.classroom,
        lessons=1,
        admission=Admission.DROP_IN,
    )
    publish_program(db_session, made.id, now=venue_clock.now())
    db_session.commit()
    return made


def moving(of, room):
    return act(
        move_session, of.sessions[0].id, interval=EVENING, room_id=room.id, override=None, **by_us()
    )


def entry_of(session, program):
    session.expire_all()
    return session.scalars(
        select(CalendarEntry).where(CalendarEntry.program_id == program.id)
    ).one()


@pytest.mark.parametrize("cancel", ["session", "program"])
def test_what_is_cancelled_as_it_gets_a_room_leaves_it_again(db_session, town, talk, meet, cancel):
    without_room = act(
        move_session,
        talk.sessions[0].id,
        interval=EVENING,
        room_id=None,
        override=None,
        **by_us(),
    )
    without_room(db_session)
    db_session.commit()
    verb, of = (cancel_session, talk.sessions[0]) if cancel == "session" else (cancel_program, talk)

    answers = meet(moving(talk, town.studio), act(verb, of.id, reason="停电", **by_us()))

    assert answers == (Moved(0), CancelledFor(0))
    assert count(db_session, RoomBooking, RoomBooking.status == BookingStatus.HELD) == 12
    assert entry_of(db_session, talk).status is EntryStatus.CANCELLED


def test_a_session_that_is_just_cancelled_does_not_move(db_session, town, talk, meet):
    cancelling = act(cancel_session, talk.sessions[0].id, reason="停电", **by_us())

    answers = meet(cancelling, moving(talk, town.studio))

    assert answers == (CancelledFor(0), AlreadyCancelled())
    assert count(db_session, RoomBooking, RoomBooking.starts_at == EVENING.start) == 0


def test_a_program_that_is_just_cancelled_is_not_changed(talk, meet):
    _, changed = meet(act(cancel_program, talk.id, reason="停电", **by_us()), renaming(talk))

    assert changed == IsCancelled()


def test_a_talk_cancelled_twice_is_cancelled_once(talk, meet):
    cancelling = act(cancel_program, talk.id, reason="停电", **by_us())

    assert meet(cancelling, cancelling) == (CancelledFor(0), AlreadyCancelled())


def test_a_talk_that_is_just_cancelled_is_not_hidden(talk, meet):
    _, hidden = meet(
        act(cancel_program, talk.id, reason="停电", **by_us()),
        act(retract_program, talk.id, **by_us()),
    )

    assert hidden == AlreadyCancelled()


def scheduling(of):
    pattern = WeeklyPattern(DAY, frozenset({DAY.isoweekday()}), count=2)
    plan = SeriesPlan(pattern, time(18), time(19), None)
    return act(schedule_series, of.id, plan, override=None, **by_us())


def taking_place(program):
    return ScheduledSession.program_id == program.id, ScheduledSession.cancelled_at.is_(None)


def test_a_program_that_is_just_cancelled_gets_no_more_dates(db_session, talk, meet):
    _, scheduled = meet(act(cancel_program, talk.id, reason="停电", **by_us()), scheduling(talk))

    assert scheduled == IsCancelled()
    assert count(db_session, ScheduledSession, *taking_place(talk)) == 0


def test_dates_that_a_program_gets_as_it_is_cancelled_are_cancelled_too(db_session, talk, meet):
    scheduled, _ = meet(scheduling(talk), act(cancel_program, talk.id, reason="停电", **by_us()))

    assert len(scheduled) == 2
    of_talk = ScheduledSession.program_id == talk.id
    assert (
        count(db_session, ScheduledSession, of_talk, ScheduledSession.cancelled_at.is_(None)) == 0
    )


# ---- Calendars ---------------------------------------------------------------------------------


def renaming(program):
    wanted = replace(described(program, ProgramDescription), title="读书会")
    return act(change_program, program.id, wanted, **by_us())


def test_a_session_that_moves_as_its_program_is_renamed_has_the_new_title(
    db_session, town, talk, meet
):
    meet(renaming(talk), moving(talk, town.classroom))

    entry = entry_of(db_session, talk)
    assert (entry.starts_at, "读书会" in entry.vevent) == (EVENING.start, True)


def test_a_program_renamed_as_its_session_moves_leaves_the_new_time(db_session, town, talk, meet):
    meet(moving(talk, town.classroom), renaming(talk))

    entry = entry_of(db_session, talk)
    assert (entry.starts_at, "读书会" in entry.vevent) == (EVENING.start, True)


def test_dates_that_a_program_gets_as_it_is_renamed_have_the_new_title(db_session, talk, meet):
    meet(renaming(talk), scheduling(talk))

    db_session.expire_all()
    entries = db_session.scalars(select(CalendarEntry.vevent)).all()
    assert ["读书会" in entry for entry in entries] == [True] * 3


def test_a_room_that_becomes_private_as_a_session_moves_into_it_hides_that_session(
    db_session, town, talk, meet
):
    wanted = replace(described(town.studio, RoomDescription), private=True)

    meet(
        act(relabel_room, town.studio.id, wanted, [], [], **by_us()),
        moving(talk, town.studio),
    )

    entry = entry_of(db_session, talk)
    assert (entry.starts_at, "已占用" in entry.public_vevent) == (EVENING.start, True)
