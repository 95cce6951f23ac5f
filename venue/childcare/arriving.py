"""A child comes: marked as there, its allergy acknowledged, its guardians told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from venue.attendance import marking
from venue.attendance.marking import NotNow
from venue.attendance.models import Attendance
from venue.attendance.outcomes import Marked, NoSeat, Unmarked
from venue.attendance.rules import Way
from venue.audit.rules import Actor
from venue.childcare.at_door import release_of
from venue.childcare.child_files import lock_file
from venue.childcare.models import CareDay
from venue.childcare.reading_files import readable_notes
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """The child was marked before, by this carer or by another."""

    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class AllergyUnseen:
    """The child has an allergy that the carer has not acknowledged yet."""


@dataclass(frozen=True, slots=True)
class HasLeft:
    """The child was released; that is taken back first."""


def let_in(
    session: Session,
    session_id: int,
    child_id: int,
    *,
    allergy_seen: bool,
    actor: Actor,
    now: datetime,
) -> Marked | AlreadyThere | AllergyUnseen | NoSeat | NotNow:
    """Mark a child as there; of one with an allergy the carer says that they have read it.

    `now` is when the carer tapped, which may be a while ago when there was no connection. Raises
    NoResultFound for an unknown session.
    """
    lock_file(session, child_id)
    day = _day(session, session_id, child_id)
    if day is None:
        return NoSeat()
    there = session.scalar(_arrivals(session_id, child_id))
    if there is not None:
        return AlreadyThere(there)
    program_id = day.enrollment.program_id
    note = readable_notes(session, [program_id], [child_id]).get((program_id, child_id))
    if note is not None and note.allergies:
        if not allergy_seen:
            return AllergyUnseen()
        day.allergy_seen_at, day.allergy_seen_by_id = now, actor.person_id
    outcome = marking.arrive(session, session_id, child_id, way=Way.ROLL, actor=actor, now=now)
    if isinstance(outcome, Marked):
        _tell(session, session_id, child_id, MessageKind.CHILD_ARRIVED, now=now)
    else:
        day.allergy_seen_at = day.allergy_seen_by_id = None
    return outcome


def take_arrival_back(
    session: Session, session_id: int, child_id: int, *, actor: Actor, now: datetime
) -> Unmarked | HasLeft | NotNow:
    """Take a mark back: the wrong child was tapped."""
    lock_file(session, child_id)
    if release_of(session, session_id, child_id) is not None:
        return HasLeft()
    there = session.scalar(_arrivals(session_id, child_id))
    outcome = marking.undo(session, session_id, child_id, actor=actor, now=now)
    if isinstance(outcome, Unmarked) and there is not None:
        day = _day(session, session_id, child_id)
        if day is not None:
            day.allergy_seen_at = day.allergy_seen_by_id = None
        _tell(session, session_id, child_id, MessageKind.ARRIVAL_UNDONE, now=now)
    return outcome


def seat_of_day(session: Session, session_id: int, child_id: int) -> int | None:
    """Return the enrollment by which a child has a place on a care day, None when it has none."""
    day = _day(session, session_id, child_id)
    return day.enrollment_id if day is not None else None


def _arrivals(session_id: int, child_id: int) -> Select[datetime | None]:
    return select(Attendance.arrived_at).where(
        Attendance.session_id == session_id, Attendance.person_id == child_id
    )


def _day(session: Session, session_id: int, child_id: int) -> CareDay | None:
    """Return the day of a child that has a place in a session."""
    return session.scalar(
        select(CareDay)
        .join(CareDay.enrollment)
        .where(
            Enrollment.session_id == session_id,
            Enrollment.person_id == child_id,
            Enrollment.status == EnrollmentStatus.CONFIRMED,
        )
        .options(contains_eager(CareDay.enrollment))
        .execution_options(populate_existing=True)
    )


def _tell(
    session: Session, session_id: int, child_id: int, kind: MessageKind, *, now: datetime
) -> None:
    program_id, title, center_id = session.execute(
        select(Program.id, Program.title, Program.center_id)
        .join(ScheduledSession, ScheduledSession.program_id == Program.id)
        .where(ScheduledSession.id == session_id)
    ).one()
    told = {"title": title, "program_id": program_id, "at": now.isoformat()}
    tell(session, [child_id], kind, told, center_id=center_id, now=now)
