"""A series as a change of it needs it: locked, with its sessions, and those still to come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.changes.affected import lock_pools_of_program
from venue.programs.editing import lock_program
from venue.programs.models import ScheduledSession, SeriesPattern, SessionRoom
from venue.programs.rules import Slot
from venue.timeline.interval import Interval
from venue.timeline.recurrence import WeeklyPattern


def lock_series(session: Session, pattern_id: int) -> SeriesPattern:
    """Lock the seats of a series' program, the program and the sessions; return it fresh.

    Raises NoResultFound for an unknown series.
    """
    program_id = session.execute(
        select(SeriesPattern.program_id).where(SeriesPattern.id == pattern_id)
    ).scalar_one()
    lock_pools_of_program(session, program_id)
    lock_program(session, program_id)
    session.scalars(
        select(ScheduledSession.id)
        .where(ScheduledSession.pattern_id == pattern_id)
        .order_by(ScheduledSession.id)
        .with_for_update(key_share=True)
    ).all()
    return session.execute(
        select(SeriesPattern)
        .where(SeriesPattern.id == pattern_id)
        .options(joinedload(SeriesPattern.program))
        .execution_options(populate_existing=True)
    ).scalar_one()


def weekly(kept: SeriesPattern) -> WeeklyPattern:
    """Return the weekly pattern of a series that is kept."""
    return WeeklyPattern(
        kept.starts_on,
        frozenset(map(int, kept.weekdays)),
        kept.every_weeks,
        kept.count,
        kept.until_on,
    )


def sessions_of_series(session: Session, pattern_id: int) -> Sequence[ScheduledSession]:
    """Return all sessions of a series by their date in it, with their rooms, fresh."""
    return session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.pattern_id == pattern_id)
        .order_by(ScheduledSession.pattern_on)
        .options(selectinload(ScheduledSession.rooms).joinedload(SessionRoom.booking))
        .execution_options(populate_existing=True)
    ).all()


def still_to_come(
    sessions: Iterable[ScheduledSession], from_on: date, now: datetime
) -> list[ScheduledSession]:
    """Return those from a date of the series on that have not begun and were not cancelled."""
    return [
        one
        for one in sessions
        if one.cancelled_at is None and one.starts_at > now and date_of(one) >= from_on
    ]


def date_of(one: ScheduledSession) -> date:
    """Return the date of its series for which a session stands."""
    if one.pattern_on is None:
        raise ValueError(f"session {one.id} belongs to no series")
    return one.pattern_on


def changed_alone(kept: SeriesPattern, one: ScheduledSession) -> bool:
    """Tell whether a session is at another time or place than its series says."""
    slot = Slot(date_of(one), kept.starts_time, kept.ends_time, kept.room_id)
    return not is_at(one, slot)


def is_at(one: ScheduledSession, slot: Slot) -> bool:
    """Tell whether a session is at a time and place; its bookings must be loaded."""
    rooms = {link.booking.room_id for link in one.rooms}
    same_room = slot.room_id in rooms if rooms else slot.room_id is None
    return same_room and Interval(one.starts_at, one.ends_at) == slot.interval
