"""Telling guardians that their child still waits to be collected."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, and_, exists, select, update
from sqlalchemy.orm import Session

from venue.attendance.models import Attendance
from venue.childcare.door_models import Collection
from venue.childcare.models import CareDay, CareProgram
from venue.childcare.whereabouts import board_times
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.locking import lock_people
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

LOOKED_BACK = timedelta(days=1)
"""A day that ended longer ago is no news to anybody (own)."""


def tell_of_late(session: Session, *, now: datetime) -> list[int]:
    """Tell the guardians of every child that is collected late, once for each day; return whom.

    The children are locked and looked at again: nobody is told of a child that has just left.
    """
    waiting = {one.child_id for one in session.execute(_late(now))}
    if not waiting:
        return []
    lock_people(session, sorted(waiting))
    late = session.execute(_late(now).where(Enrollment.person_id.in_(waiting))).all()
    session.execute(
        update(CareDay)
        .where(CareDay.enrollment_id.in_([one.enrollment_id for one in late]))
        .values(late_told_at=now)
    )
    by_session: dict[int, list[Row[int, int, int, int, str, int, datetime, str]]] = defaultdict(
        list
    )
    for one in late:
        by_session[one.session_id].append(one)
    for same in by_session.values():
        told = {
            "title": same[0].title,
            "program_id": same[0].program_id,
            "ends_at": same[0].ends_at.isoformat(),
            "phone": same[0].phone,
        }
        children = [one.child_id for one in same]
        tell(
            session,
            children,
            MessageKind.COLLECTED_LATE,
            told,
            center_id=same[0].center_id,
            now=now,
        )
    return sorted(one.child_id for one in late)


def _late(now: datetime) -> Select[int, int, int, int, str, int, datetime, str]:
    """Select who is there so long after the end, has not left, and of whom nobody was told."""
    left = exists().where(
        Collection.session_id == ScheduledSession.id,
        Collection.child_id == Enrollment.person_id,
        Collection.refusal.is_(None),
        Collection.undone_at.is_(None),
    )
    return (
        select(
            CareDay.enrollment_id,
            Enrollment.person_id.label("child_id"),
            ScheduledSession.id.label("session_id"),
            Program.id.label("program_id"),
            Program.title,
            Program.center_id,
            ScheduledSession.ends_at,
            Center.phone,
        )
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .join(ScheduledSession.program)
        .join(CareProgram, CareProgram.program_id == Program.id)
        .join(Program.center)
        .join(
            Attendance,
            and_(
                Attendance.session_id == ScheduledSession.id,
                Attendance.person_id == Enrollment.person_id,
            ),
        )
        .where(
            ScheduledSession.starts_at > now - LOOKED_BACK,
            ScheduledSession.ends_at <= now - board_times().late_after,
            ScheduledSession.cancelled_at.is_(None),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            Attendance.arrived_at.is_not(None),
            CareDay.late_told_at.is_(None),
            ~left,
        )
        .order_by(Enrollment.person_id)
    )
