"""What each client of `series.py` does: schedules series through Venue, or inserts them bare."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from benchmarks.turns import Tried, timed
from venue import clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Channel
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.db import table, write_transaction
from venue.places.models import Room, RoomBooking
from venue.places.rules import BookingStatus
from venue.programs.models import ScheduledSession, SeriesPattern, SessionRoom
from venue.programs.scheduling import SeriesPlan, schedule_series

ENTRY = "BEGIN:VEVENT\r\n" + "DESCRIPTION:" + "x" * 400 + "\r\nEND:VEVENT\r\n"
"""As long as the text of an entry that Venue writes."""


@dataclass(frozen=True)
class Attempt:
    """One series that somebody wants: for a program of its own, in a room that others want too."""

    program_id: int
    center_id: int
    plan: SeriesPlan


def through_venue(attempts: Sequence[Attempt]) -> list[Tried]:
    """Schedule one series after the other, as the office does."""
    return [timed(_schedule, attempt, "scheduled") for attempt in attempts]


def bare(attempts: Sequence[Attempt]) -> list[Tried]:
    """Insert the same rows in the same transactions, and let the constraint refuse."""
    return [timed(_insert, attempt, "scheduled") for attempt in attempts]


def _schedule(attempt: Attempt) -> bool:
    with write_transaction() as session:
        outcome = schedule_series(
            session,
            attempt.program_id,
            attempt.plan,
            override=None,
            actor=SYSTEM,
            now=clock.now(),
        )
    return isinstance(outcome, list)


def _insert(attempt: Attempt) -> bool:
    plan = attempt.plan
    weeks = range(plan.pattern.most)
    days = [plan.pattern.starts_on + timedelta(weeks=week) for week in weeks]
    times = [plan.slot(on).interval for on in days]
    spans = [{"starts_at": one.start, "ends_at": one.end} for one in times]
    now = clock.now()
    try:
        with write_transaction() as session:
            session.execute(
                select(Room.id).where(Room.id == plan.room_id).with_for_update(key_share=True)
            )
            bookings = session.scalars(
                insert(table(RoomBooking)).returning(
                    table(RoomBooking).c.id, sort_by_parameter_order=True
                ),
                [{"room_id": plan.room_id, "status": BookingStatus.HELD, **one} for one in spans],
            ).all()
            audit = [_audit("booking.held", booking, now) for booking in bookings]
            pattern_id = session.scalar(
                insert(table(SeriesPattern)).returning(table(SeriesPattern).c.id),
                _pattern(attempt, now),
            )
            sessions = session.scalars(
                insert(table(ScheduledSession)).returning(
                    table(ScheduledSession).c.id, sort_by_parameter_order=True
                ),
                [
                    {
                        "program_id": attempt.program_id,
                        "center_id": attempt.center_id,
                        "topic": "",
                        "pattern_id": pattern_id,
                        "pattern_on": on,
                        **one,
                    }
                    for on, one in zip(days, spans, strict=True)
                ],
            ).all()
            pairs = list(zip(sessions, bookings, strict=True))
            session.execute(
                insert(table(SessionRoom)),
                [{"session_id": one, "booking_id": booking} for one, booking in pairs],
            )
            session.execute(
                insert(table(CalendarEntry)),
                [
                    _entry(attempt, one, span, now)
                    for one, span in zip(sessions, spans, strict=True)
                ],
            )
            audit.append(_audit("series.scheduled", attempt.program_id, now))
            session.execute(insert(table(AuditEntry)), audit)
    except IntegrityError:
        return False
    return True


def _pattern(attempt: Attempt, now: datetime) -> dict[str, Any]:
    plan = attempt.plan
    return {
        "program_id": attempt.program_id,
        "starts_on": plan.pattern.starts_on,
        "weekdays": str(plan.pattern.starts_on.isoweekday()),
        "every_weeks": 1,
        "count": plan.pattern.count,
        "follows": plan.follows,
        "starts_time": plan.starts_time,
        "ends_time": plan.ends_time,
        "room_id": plan.room_id,
        "made_at": now,
    }


def _entry(
    attempt: Attempt, session_id: int, span: dict[str, datetime], now: datetime
) -> dict[str, Any]:
    return {
        "key": f"session-{session_id}",
        "revision": 1,
        "sequence": 0,
        "revised_at": now,
        "status": EntryStatus.CONFIRMED,
        "place": "梧桐里党群服务中心，教室",
        "center_id": attempt.center_id,
        "room_id": attempt.plan.room_id,
        "program_id": attempt.program_id,
        "vevent": ENTRY,
        "public_vevent": ENTRY,
        **span,
    }


def _audit(action: str, subject_id: int, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "channel": Channel.SYSTEM,
        "action": action,
        "subject": "room_booking",
        "subject_id": subject_id,
        "facts": {"room_id": 1, "override": None},
    }
