"""The roll of a session as the verbs lock it, and who has a seat in the session."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from venue.attendance.models import Roll
from venue.attendance.rules import RollFact, RollTimes, SeatFact
from venue.audit.models import AuditEntry
from venue.config import settings
from venue.db import execute_core, insert_new
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

_NEW_ROLL = insert_new(Roll)


def roll_times() -> RollTimes:
    """Return the figures of this installation."""
    chosen = settings()
    return RollTimes(
        before=timedelta(minutes=chosen.roll_before_minutes),
        closes_after=timedelta(hours=chosen.roll_closes_hours),
        reopens_within=timedelta(hours=chosen.roll_reopens_hours),
    )


def fact_of(one: ScheduledSession, roll: Roll | None) -> RollFact:
    """Return what the rules ask of a session whose program is loaded, and of its roll."""
    return RollFact(
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        cancelled=one.cancelled_at is not None or one.program.cancelled_at is not None,
        opened_at=roll.opened_at if roll is not None else None,
        closed_at=roll.closed_at if roll is not None else None,
    )


def fresh_session(session: Session, session_id: int) -> ScheduledSession:
    """Return a session with its program as they are; raises NoResultFound for an unknown one."""
    return session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(ScheduledSession.id == session_id)
        .options(contains_eager(ScheduledSession.program))
        .execution_options(populate_existing=True)
    ).one()


def lock_roll(session: Session, session_id: int) -> Roll | None:
    """Lock the roll of a session and return it fresh; None when nobody opened it yet."""
    return session.scalar(
        select(Roll)
        .where(Roll.session_id == session_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def open_roll(session: Session, session_id: int, *, now: datetime) -> Roll:
    """Lock the roll of a session, after making it when it is the first time."""
    roll = lock_roll(session, session_id)
    if roll is None:
        # Somebody else may make it at the same moment; then theirs is waited for, and locked.
        values = {"session_id": session_id, "opened_at": now}
        execute_core(session, _NEW_ROLL[session.get_bind().dialect.name], values)
        roll = lock_roll(session, session_id)
    if roll is None:
        raise LookupError(f"session {session_id} has no roll")
    return roll


def seated_in(one: ScheduledSession) -> ColumnElement[bool]:
    """Select the enrollments that give a seat in a session."""
    return and_(
        Enrollment.program_id == one.program_id,
        or_(Enrollment.session_id.is_(None), Enrollment.session_id == one.id),
        Enrollment.status == EnrollmentStatus.CONFIRMED,
    )


def seats_of(session: Session, one: ScheduledSession) -> list[SeatFact]:
    """Return the seats in a session, those given back after it had started among them."""
    rows = session.execute(
        select(Enrollment.person_id, Enrollment.id, Enrollment.changed_at).where(seated_in(one))
    )
    return [SeatFact(*row) for row in rows] + _given_back(session, one)


def _given_back(session: Session, one: ScheduledSession) -> list[SeatFact]:
    """Return the seats given back since the start; only the audit knows that they were seats."""
    rows = session.execute(
        select(
            Enrollment.person_id,
            Enrollment.id,
            Enrollment.created_at,
            Enrollment.changed_at,
            AuditEntry.facts,
        )
        .join(
            AuditEntry,
            and_(
                AuditEntry.subject == "enrollment",
                AuditEntry.subject_id == Enrollment.id,
                AuditEntry.action == "enrollment.withdrawn",
            ),
        )
        .where(
            Enrollment.program_id == one.program_id,
            or_(Enrollment.session_id.is_(None), Enrollment.session_id == one.id),
            Enrollment.status == EnrollmentStatus.WITHDRAWN,
            Enrollment.changed_at >= one.starts_at,
        )
    )
    return [
        SeatFact(person_id, enrollment_id, since, until)
        for person_id, enrollment_id, since, until, facts in rows
        if facts["status"] == EnrollmentStatus.CONFIRMED
    ]


def seat_of(session: Session, one: ScheduledSession, person_id: int) -> int | None:
    """Return the enrollment by which a person has a seat in a session."""
    return session.scalar(
        select(Enrollment.id).where(seated_in(one), Enrollment.person_id == person_id)
    )
