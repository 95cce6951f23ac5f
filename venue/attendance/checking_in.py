"""Marking oneself, and one's family, as there with the code of a session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from venue.attendance.codes import is_code, is_token
from venue.attendance.marking import NotNow, arrive
from venue.attendance.models import Attendance
from venue.attendance.outcomes import Marked, NoSeat
from venue.attendance.rolls import fact_of, fresh_session, roll_times, seated_in
from venue.attendance.rules import Way, marking_refusal
from venue.audit.rules import Actor
from venue.config import settings
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Not a code of the session that works now: mistyped, of another session, or changed since."""


@dataclass(frozen=True, slots=True)
class CheckInOver:
    """The session is over; who was there and is not marked tells the teacher."""

    ended_at: datetime


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """These people are marked as there."""

    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody of a family: whether they have a seat in the session, and are marked already."""

    person: Person
    has_seat: bool
    arrived_at: datetime | None


def check_in(
    session: Session,
    session_id: int,
    person_ids: Sequence[int],
    token: str,
    *,
    key: bytes,
    actor: Actor,
    now: datetime,
) -> CheckedIn | WrongCode | CheckInOver | NoSeat | NotNow:
    """Mark people who have a seat as there, all of them or nobody; twice, it counts once.

    Raises NoResultFound for an unknown session.
    """
    one = fresh_session(session, session_id)
    refused = code_refusal(one, token, key=key, now=now)
    if refused is not None:
        return refused
    with session.begin_nested() as savepoint:
        for person_id in sorted(set(person_ids)):
            outcome = arrive(session, session_id, person_id, way=Way.CODE, actor=actor, now=now)
            if not isinstance(outcome, Marked):
                savepoint.rollback()
                return outcome
    return CheckedIn(tuple(person_ids))


def code_refusal(
    one: ScheduledSession, token: str, *, key: bytes, now: datetime
) -> WrongCode | CheckInOver | NotNow | None:
    """Return why a code from an address opens nothing now, or None."""
    lifetime = settings().check_in_code_lifetime
    if not is_token(key, one.id, token, lifetime=lifetime, now=now):
        return WrongCode()
    refused = marking_refusal(fact_of(one, None), roll_times(), now)
    if refused is not None:
        return refused
    return CheckInOver(one.ends_at) if now >= one.ends_at else None


def session_with_code(
    session: Session, digits: str, *, key: bytes, now: datetime
) -> ScheduledSession | None:
    """Return the session on whose screen these digits stand now, or on whose sheet of today."""
    lifetime = settings().check_in_code_lifetime
    on_now = session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.starts_at <= now + roll_times().before,
            ScheduledSession.ends_at > now,
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            Program.published_at.is_not(None),
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.id)
    )
    return next(
        (one for one in on_now if is_code(key, one.id, digits, lifetime=lifetime, now=now)), None
    )


def guests(session: Session, one: ScheduledSession, people: Sequence[Person]) -> list[Guest]:
    """Return how each of a family stands towards a session, in two queries."""
    ids = [person.id for person in people]
    seated = set(
        session.scalars(
            select(Enrollment.person_id).where(seated_in(one), Enrollment.person_id.in_(ids))
        )
    )
    rows = session.execute(
        select(Attendance.person_id, Attendance.arrived_at).where(
            Attendance.session_id == one.id,
            Attendance.person_id.in_(ids),
            Attendance.arrived_at.is_not(None),
        )
    )
    arrived = {row[0]: row[1] for row in rows}
    return [Guest(person, person.id in seated, arrived.get(person.id)) for person in people]
