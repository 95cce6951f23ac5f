"""Entering the sessions of a series: their rooms, rows and calendar entries, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.places.booking import Blocked, RoomWish, hold
from venue.programs.calendar import publish_sessions
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import Slot


@dataclass(frozen=True, slots=True)
class SeriesBlocked:
    """Nothing was made or changed: something stands against these of the wanted dates."""

    dates: tuple[date, ...]


def hold_rooms(
    session: Session,
    center_id: int,
    slots: Mapping[date, Slot],
    *,
    people: int | None,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> dict[date, int] | SeriesBlocked:
    """Hold the room of every date that has one, all or none; return the bookings' ids by date.

    `center_id` is the center whose program it is.
    """
    wishes = {
        on: RoomWish(slot.room_id, slot.interval, people, center_id)
        for on, slot in slots.items()
        if slot.room_id is not None
    }
    if not wishes:
        return {}
    outcome = hold(
        session, list(wishes.values()), label=None, override=override, actor=actor, now=now
    )
    if isinstance(outcome, Blocked):
        return blocked_on(list(wishes), outcome)
    return {on: booking.id for on, booking in zip(wishes, outcome, strict=True)}


def blocked_on(dates: Sequence[date], blocked: Blocked) -> SeriesBlocked:
    """Return which dates were blocked, given for each wish the date for which it stood."""
    pairs = zip(dates, blocked.conflicts, strict=True)
    return SeriesBlocked(tuple(dict.fromkeys(on for on, conflicts in pairs if conflicts)))


def enter_sessions(
    session: Session,
    program: Program,
    pattern_id: int,
    slots: Mapping[date, Slot],
    bookings: Mapping[date, int],
    *,
    now: datetime,
) -> list[ScheduledSession]:
    """Make the session of every date of a series, in its rooms, and publish them to calendars.

    Topics are taken from the syllabus, a line a lesson, after those of sessions that exist.
    """
    if not slots:
        return []
    topics = _topics(session, program, len(slots))
    rows: list[dict[str, Any]] = [
        {
            "program_id": program.id,
            "center_id": program.center_id,
            "starts_at": slot.interval.start,
            "ends_at": slot.interval.end,
            "topic": topic,
            "pattern_id": pattern_id,
            "pattern_on": on,
        }
        for (on, slot), topic in zip(slots.items(), topics, strict=True)
    ]
    made = list(
        session.scalars(
            insert(ScheduledSession).returning(ScheduledSession, sort_by_parameter_order=True), rows
        )
    )
    links = [
        {"session_id": one.id, "booking_id": bookings[on]}
        for one, on in zip(made, slots, strict=True)
        if on in bookings
    ]
    if links:
        session.execute(insert(SessionRoom), links)
    publish_sessions(session, [one.id for one in made], now=now)
    return made


def _topics(session: Session, program: Program, count: int) -> Sequence[str]:
    lines = [line.strip() for line in program.syllabus.splitlines() if line.strip()]
    of_program = ScheduledSession.program_id == program.id
    made = session.scalar(select(func.count()).where(of_program)) or 0
    rest = lines[made : made + count]
    return [topic[:100] for topic in rest] + [""] * (count - len(rest))
