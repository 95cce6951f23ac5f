"""Cancelling a session or a whole program: rooms are given back, claims end, everybody is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.audit.recording import record, record_all
from venue.audit.rules import Actor
from venue.changes.affected import (
    lock_pools_of_program,
    people_of_cancelling,
    people_of_session,
    tell_all,
)
from venue.changes.moving import load_session
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, CancelledFor
from venue.notifications.rules import MessageKind
from venue.places.booking import release
from venue.programs.calendar import publish_sessions
from venue.programs.editing import lock_program
from venue.programs.models import ScheduledSession, SessionRoom
from venue.seats.claiming import leave
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ACTIVE, EnrollmentStatus, OfferAnswer
from venue.settlements.telling import tell_refunds


def cancel_session(
    session: Session, session_id: int, *, reason: str, actor: Actor, now: datetime
) -> CancelledFor | AlreadyCancelled | AlreadyOver:
    """Cancel one session that has not begun; the claims on it alone end with it.

    Raises NoResultFound for an unknown session.
    """
    one = load_session(session, session_id)
    if one.cancelled_at is not None:
        return AlreadyCancelled()
    if one.starts_at <= now:
        return AlreadyOver()
    people = people_of_session(session, one)
    close_pools_of(session, [one], actor=actor, now=now)
    call_off(session, [one], reason=reason, actor=actor, now=now)
    record(
        session,
        actor,
        "session.cancelled",
        ("scheduled_session", one.id),
        at=now,
        facts={"people": len(people)},
    )
    tell_all(
        session,
        people,
        MessageKind.SESSION_CANCELLED,
        one.program,
        {"at": one.starts_at.isoformat(), "reason": reason},
        now=now,
    )
    tell_refunds(session, one.program, now=now)
    return CancelledFor(len(people))


def cancel_program(
    session: Session, program_id: int, *, reason: str, actor: Actor, now: datetime
) -> CancelledFor | AlreadyCancelled:
    """Cancel a program with everything of it that has not begun.

    Raises NoResultFound for an unknown program.
    """
    pools = lock_pools_of_program(session, program_id)
    program = lock_program(session, program_id)
    if program.cancelled_at is not None:
        return AlreadyCancelled()
    program.cancelled_at = now
    session.flush()
    people = people_of_cancelling(session, program)
    _close_pools(session, pools, actor=actor, now=now)
    coming = session.scalars(
        select(ScheduledSession)
        .where(
            ScheduledSession.program_id == program_id,
            ScheduledSession.starts_at > now,
            ScheduledSession.cancelled_at.is_(None),
        )
        .order_by(ScheduledSession.id)
        .options(selectinload(ScheduledSession.rooms).joinedload(SessionRoom.booking))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    call_off(session, list(coming), reason=reason, actor=actor, now=now)
    record(
        session,
        actor,
        "program.cancelled",
        ("program", program.id),
        at=now,
        facts={"people": len(people)},
    )
    tell_all(session, people, MessageKind.PROGRAM_CANCELLED, program, {"reason": reason}, now=now)
    tell_refunds(session, program, now=now)
    return CancelledFor(len(people))


def call_off(
    session: Session, sessions: list[ScheduledSession], *, reason: str, actor: Actor, now: datetime
) -> None:
    """Cancel sessions whose pools are closed, give their rooms back, and tell calendars."""
    for one in sessions:
        one.cancelled_at = now
        one.cancel_reason = reason
    session.flush()
    held = [link.booking for one in sessions for link in one.rooms]
    release(session, held, actor=actor, now=now)
    publish_sessions(session, [one.id for one in sessions], now=now)


def close_pools_of(
    session: Session, sessions: Sequence[ScheduledSession], *, actor: Actor, now: datetime
) -> None:
    """Close the locked pools of sessions that have seats of their own, and end their claims."""
    ids = [one.id for one in sessions]
    pools = session.scalars(select(SeatPool).where(SeatPool.session_id.in_(ids))).all()
    _close_pools(session, pools, actor=actor, now=now)


def _close_pools(
    session: Session, pools: Sequence[SeatPool], *, actor: Actor, now: datetime
) -> None:
    """Close locked pools and end their claims; who is about to take a seat finds them closed."""
    by_id = {pool.id: pool for pool in pools}
    for pool in pools:
        pool.closed_at = now
        pool.kept_for_group = 0
    claims = session.scalars(
        select(Enrollment)
        .where(Enrollment.pool_id.in_(by_id), Enrollment.status.in_(ACTIVE))
        .options(joinedload(Enrollment.pool))
        .execution_options(populate_existing=True)
    ).all()
    for claim in claims:
        pool = by_id[claim.pool_id]
        leave(session, pool, claim, EnrollmentStatus.CANCELLED, OfferAnswer.WITHDRAWN, now=now)
    record_all(
        session,
        actor,
        "enrollment.cancelled",
        [
            (
                ("enrollment", claim.id),
                {"pool_id": claim.pool_id, "person_id": claim.person_id},
            )
            for claim in claims
        ],
        at=now,
    )
