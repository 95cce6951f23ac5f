"""Giving an opinion, by name or at the door, and changing one's mind."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from venue.attendance.models import Attendance
from venue.attendance.rolls import fresh_session, seated_in
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.opinions.models import Opinion
from venue.opinions.rules import Face, Refusal, opinion_refusal
from venue.people.locking import lock_people
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment


@dataclass(frozen=True, slots=True)
class Given:
    """The opinion counts; a person's second replaces the first."""

    face: Face


def give(
    session: Session,
    session_id: int,
    person_id: int | None,
    face: Face,
    *,
    actor: Actor,
    now: datetime,
) -> Given | Refusal:
    """Write down what somebody thought of a session, or what a nameless hand pressed at the door.

    Raises NoResultFound for an unknown session.
    """
    if person_id is not None:
        lock_people(session, [person_id])
    one = fresh_session(session, session_id)
    there = person_id is None or person_id in who_was_there(session, one, [person_id])
    refused = opinion_refusal(asked=is_asked(one), was_there=there, ends_at=one.ends_at, now=now)
    if refused is not None:
        return refused
    given = _opinion_of(session, session_id, person_id) if person_id is not None else None
    if given is None:
        given = Opinion(session_id=session_id, person_id=person_id)
        session.add(given)
    given.face, given.given_at = face, now
    session.flush()
    record(session, actor, "opinion.given", ("scheduled_session", session_id), at=now, facts={})
    return Given(face)


def is_asked(one: ScheduledSession) -> bool:
    """Tell whether people are asked what they thought of a session whose program is loaded."""
    program = one.program
    called_off = one.cancelled_at is not None or program.cancelled_at is not None
    return program.asks_opinions and program.published_at is not None and not called_off


def who_was_there(
    session: Session, one: ScheduledSession, person_ids: Collection[int]
) -> frozenset[int]:
    """Return which of some people came to a session or had a seat in it."""
    seated = select(Enrollment.person_id).where(
        seated_in(one), Enrollment.person_id.in_(person_ids)
    )
    came = select(Attendance.person_id).where(
        Attendance.session_id == one.id,
        Attendance.person_id.in_(person_ids),
        Attendance.arrived_at.is_not(None),
    )
    return frozenset(session.scalars(union(seated, came)))


def _opinion_of(session: Session, session_id: int, person_id: int) -> Opinion | None:
    return session.scalar(
        select(Opinion)
        .where(Opinion.session_id == session_id, Opinion.person_id == person_id)
        .execution_options(populate_existing=True)
    )
