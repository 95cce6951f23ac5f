"""Whom a change of a session or program concerns, and telling them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from venue.draws.models import Applicant, Application, Draw, Wish
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.programs.models import Program, ScheduledSession
from venue.seats.locking import lock_pools
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ACTIVE


def lock_pools_of_program(session: Session, program_id: int) -> Sequence[SeatPool]:
    """Lock every pool of a program and its sessions, and return them fresh."""
    return lock_pools_of_programs(session, [program_id])


def lock_pools_of_programs(session: Session, program_ids: Iterable[int]) -> Sequence[SeatPool]:
    """Lock every pool of some programs and of their sessions, and return them fresh.

    From here on nobody gets or leaves a seat in them: whom a change concerns stays the same until
    it is made. What else the change locks comes after: the program, sessions, rooms, in this order.
    """
    wanted = sorted(set(program_ids))
    of_sessions = select(ScheduledSession.id).where(ScheduledSession.program_id.in_(wanted))
    ids = session.scalars(
        select(SeatPool.id).where(
            or_(SeatPool.program_id.in_(wanted), SeatPool.session_id.in_(of_sessions))
        )
    ).all()
    return list(lock_pools(session, ids).values())


def seats_of(session: Session, program_id: int, session_ids: Sequence[int]) -> int | None:
    """Return for how many people sessions of a program need room, None when nobody counts them.

    That is for the most that one session seats, or for all pools of the program together.
    """
    together = func.sum(SeatPool.capacity).label("seats")
    pools = (
        select(together)
        .where(or_(SeatPool.session_id.in_(session_ids), SeatPool.program_id == program_id))
        .group_by(SeatPool.session_id)
        .subquery()
    )
    seats: int | None = session.scalar(select(func.max(pools.c.seats)))
    return seats


def people_of_session(session: Session, one: ScheduledSession) -> Sequence[int]:
    """Return the ids of everybody whose active enrollment covers a session, and its teacher."""
    ids = session.scalars(
        select(Enrollment.person_id).where(
            Enrollment.program_id == one.program_id,
            or_(Enrollment.session_id.is_(None), Enrollment.session_id == one.id),
            Enrollment.status.in_(ACTIVE),
        )
    ).all()
    return _with_teacher(ids, one.program)


def people_by_session(session: Session, program: Program) -> dict[int | None, set[int]]:
    """Return the ids of everybody with an active enrollment in a program, by session.

    Under None those whose enrollment covers all of them, and the teacher.
    """
    found: dict[int | None, set[int]] = {None: set(_with_teacher([], program))}
    for row in session.execute(
        select(Enrollment.person_id, Enrollment.session_id).where(
            Enrollment.program_id == program.id, Enrollment.status.in_(ACTIVE)
        )
    ):
        found.setdefault(row.session_id, set()).add(row.person_id)
    return found


def people_of_program(session: Session, program: Program) -> Sequence[int]:
    """Return the ids of everybody with an active enrollment in a program, and its teacher."""
    ids = session.scalars(
        select(Enrollment.person_id).where(
            Enrollment.program_id == program.id, Enrollment.status.in_(ACTIVE)
        )
    ).all()
    return _with_teacher(ids, program)


def asking_for(program_id: int) -> Select[int]:
    """Select the ids of everybody who wishes for a program in a draw that is still to come."""
    return (
        select(Applicant.person_id)
        .join(Applicant.application)
        .join(Application.draw)
        .join(Wish, Wish.application_id == Application.id)
        .where(
            Wish.program_id == program_id,
            Draw.drawn_at.is_(None),
            Draw.cancelled_at.is_(None),
        )
    )


def people_of_cancelling(session: Session, program: Program) -> Sequence[int]:
    """Return the ids of everybody who learns that a program does not take place.

    Beside those with an active enrollment, whatever its status, and the teacher, these are the
    people who wish for it in a draw that is still to come.
    """
    wishing = session.scalars(asking_for(program.id)).all()
    return sorted({*people_of_program(session, program), *wishing})


def tell_all(
    session: Session,
    people: Sequence[int],
    kind: MessageKind,
    program: Program,
    parameters: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Tell people of a change, and name the program in the message."""
    tell(
        session,
        people,
        kind,
        {"title": program.title, "program_id": program.id, **parameters},
        center_id=program.center_id,
        now=now,
    )


def _with_teacher(ids: Sequence[int], program: Program) -> Sequence[int]:
    return sorted({*ids, *([program.teacher_id] if program.teacher_id is not None else [])})
