"""Adding dates to a series that exists: dropped ones, and such as it had left out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.changes.affected import people_by_session, seats_of
from venue.changes.announcing import News, announce
from venue.changes.outcomes import AlreadyCancelled, NothingToChange, Rescheduled
from venue.changes.rescheduling import By
from venue.changes.series import date_of, lock_series, sessions_of_series, weekly
from venue.programs.entering import SeriesBlocked, enter_sessions, hold_rooms
from venue.programs.models import ScheduledSession, SeriesPattern, SkippedDate
from venue.programs.rules import LeftOut, PlannedDate, Slot
from venue.programs.scheduling import Choices, dates_of, judge
from venue.seats.opening import open_seats_of
from venue.timeline.local_time import local_date


def addable(
    session: Session, kept: SeriesPattern, taken: Mapping[date, ScheduledSession], today: date
) -> dict[date, LeftOut | None]:
    """Return the dates of a series from today on without a session, with why it leaves them out.

    These are dropped ones, those that it leaves out, and such as the calendar has added since.
    """
    found = dates_of(session, kept.program.center_id, weekly(kept), kept.follows)
    left_out = {one.on: one.left_out for one in found}
    left_out.update({one.day_on: None for one in kept.skipped})
    return {on: left_out[on] for on in sorted(left_out) if on >= today and on not in taken}


def preview_adding(
    session: Session,
    kept: SeriesPattern,
    taken: Mapping[date, ScheduledSession],
    choices: Choices,
    *,
    now: datetime,
) -> list[PlannedDate]:
    """Return every date that can be added with what stands against it; constant queries."""
    left_out = addable(session, kept, taken, local_date(now))
    planned = {on: Slot(on, kept.starts_time, kept.ends_time, kept.room_id) for on in left_out}
    return judge(
        session,
        kept.program.center_id,
        {on: choices.moved.get(on, slot) for on, slot in planned.items()},
        choices.wanted or frozenset(),
        left_out=left_out,
        people=seats_of(session, kept.program_id, [one.id for one in taken.values()]),
        now=now,
    )


def add_dates(
    session: Session, pattern_id: int, choices: Choices, *, by: By
) -> Rescheduled | SeriesBlocked | NothingToChange | AlreadyCancelled:
    """Give wanted dates of a series their sessions after all, all or none; people are told once.

    Raises NoResultFound for an unknown series.
    """
    kept = lock_series(session, pattern_id)
    if kept.program.cancelled_at is not None:
        return AlreadyCancelled()
    taken = {date_of(one): one for one in sessions_of_series(session, pattern_id)}
    planned = preview_adding(session, kept, taken, choices, now=by.now)
    slots = {one.on: one.slot for one in planned if one.wanted}
    if not slots:
        return NothingToChange()
    at_wrong_time = tuple(one.on for one in planned if one.wanted and (one.twin or one.over))
    if at_wrong_time:
        return SeriesBlocked(at_wrong_time)
    seats = seats_of(session, kept.program_id, [one.id for one in taken.values()])
    bookings = hold_rooms(
        session,
        kept.program.center_id,
        slots,
        people=seats,
        override=by.override,
        actor=by.actor,
        now=by.now,
    )
    if isinstance(bookings, SeriesBlocked):
        return bookings
    people = people_by_session(session, kept.program)
    session.execute(
        delete(SkippedDate).where(
            SkippedDate.pattern_id == pattern_id, SkippedDate.day_on.in_(slots)
        )
    )
    added = enter_sessions(session, kept.program, pattern_id, slots, bookings, now=by.now)
    open_seats_of(session, kept.program, added, seats)
    record(
        session,
        by.actor,
        "series.extended",
        ("program", kept.program_id),
        at=by.now,
        facts={"dates": len(added), "override": by.override},
    )
    told = announce(session, kept.program, News(added=added), people, now=by.now)
    return Rescheduled(0, len(added), 0, told)
