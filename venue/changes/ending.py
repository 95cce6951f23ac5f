"""Calling off the rest of a series, with everybody told once."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.changes.affected import people_by_session
from venue.changes.announcing import News, announce
from venue.changes.cancelling import call_off, close_pools_of
from venue.changes.outcomes import CancelledFor, NothingToChange
from venue.changes.rescheduling import By
from venue.changes.series import lock_series, sessions_of_series, still_to_come


def cancel_rest(
    session: Session, pattern_id: int, from_on: date, *, reason: str, by: By
) -> CancelledFor | NothingToChange:
    """Cancel what has not begun of a series from one of its dates on.

    Raises NoResultFound for an unknown series.
    """
    kept = lock_series(session, pattern_id)
    ending = still_to_come(sessions_of_series(session, pattern_id), from_on, by.now)
    if not ending:
        return NothingToChange()
    people = people_by_session(session, kept.program)
    close_pools_of(session, ending, actor=by.actor, now=by.now)
    call_off(session, ending, reason=reason, actor=by.actor, now=by.now)
    record(
        session,
        by.actor,
        "series.cancelled",
        ("program", kept.program_id),
        at=by.now,
        facts={"from_on": from_on.isoformat(), "cancelled": len(ending)},
    )
    news = News(cancelled=ending, reason=reason)
    return CancelledFor(announce(session, kept.program, news, people, now=by.now))
