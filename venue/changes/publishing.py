"""Showing a draft to everybody, and hiding it again as long as nobody has a claim on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.outcomes import AlreadyCancelled
from venue.programs import calendar
from venue.programs.editing import lock_program
from venue.programs.models import Program, ScheduledSession
from venue.seats.locking import lock_pools
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ACTIVE


@dataclass(frozen=True, slots=True)
class NoSessions:
    """The program has no session that takes place: there is nothing to publish."""


@dataclass(frozen=True, slots=True)
class PeopleEnrolled:
    """So many people have a seat or wait for one: the program can be cancelled, not hidden."""

    count: int


def publish_program(
    session: Session, program_id: int, *, actor: Actor, now: datetime
) -> Program | NoSessions | AlreadyCancelled:
    """Show a draft to everybody; one that is published already stays so."""
    pools = _locked_pools(session, program_id)
    program = lock_program(session, program_id)
    if program.cancelled_at is not None:
        return AlreadyCancelled()
    if program.published_at is not None:
        return program
    dates = select(ScheduledSession.id).where(
        ScheduledSession.program_id == program.id, ScheduledSession.cancelled_at.is_(None)
    )
    taking_place = set(session.scalars(dates))
    if not taking_place:
        return NoSessions()
    for pool in pools:
        if pool.session_id is None or pool.session_id in taking_place:
            pool.closed_at = None
    program.published_at = now
    session.flush()
    record(session, actor, "program.published", ("program", program.id), at=now)
    calendar.publish_program(session, program.id, now=now)
    return program


def retract_program(
    session: Session, program_id: int, *, actor: Actor, now: datetime
) -> Program | PeopleEnrolled | AlreadyCancelled:
    """Make a published program a draft again; a draft stays one.

    Its pools are locked first and closed: whoever was about to take a seat is either counted here
    or finds no seat.
    """
    pools = _locked_pools(session, program_id)
    program = lock_program(session, program_id)
    if program.cancelled_at is not None:
        return AlreadyCancelled()
    if program.published_at is None:
        return program
    count = session.scalar(
        select(func.count()).where(
            Enrollment.program_id == program_id, Enrollment.status.in_(ACTIVE)
        )
    )
    if count:
        return PeopleEnrolled(count)
    for pool in pools:
        pool.closed_at = now
    program.published_at = None
    session.flush()
    record(session, actor, "program.retracted", ("program", program.id), at=now)
    calendar.publish_program(session, program.id, now=now)
    return program


def _locked_pools(session: Session, program_id: int) -> Iterable[SeatPool]:
    of_sessions = select(ScheduledSession.id).where(ScheduledSession.program_id == program_id)
    ids = session.scalars(
        select(SeatPool.id).where(
            (SeatPool.program_id == program_id) | SeatPool.session_id.in_(of_sessions)
        )
    ).all()
    return lock_pools(session, ids).values()
