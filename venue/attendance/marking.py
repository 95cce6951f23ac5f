"""Taking the roll: who came, who walked in, which lesson it makes up, and undoing a tap."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from venue.attendance.models import Attendance, Roll
from venue.attendance.outcomes import Counted, HasSeat, Marked, NoSeat, NotToMakeUp, Unmarked
from venue.attendance.rolls import fact_of, fresh_session, open_roll, roll_times, seat_of
from venue.attendance.rules import (
    AlreadyClosed,
    CalledOff,
    LessonFact,
    NotYet,
    NoWalkInSeat,
    Way,
    marking_refusal,
    may_make_up,
    walk_in_refusal,
)
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.programs.models import Program, ScheduledSession

NotNow = CalledOff | NotYet | AlreadyClosed


def arrive(
    session: Session, session_id: int, person_id: int, *, way: Way, actor: Actor, now: datetime
) -> Marked | NoSeat | NotNow:
    """Mark somebody who has a seat as there; by two people at once or twice, it counts once.

    Raises NoResultFound for an unknown session, as do all verbs of a roll.
    """
    one, roll = _open(session, session_id, now=now)
    if not isinstance(roll, Roll):
        return roll
    seat = seat_of(session, one, person_id)
    if seat is None:
        return NoSeat()
    _mark(session, one, person_id, way, actor=actor, now=now, enrollment_id=seat)
    return Marked(person_id)


def walk_in(
    session: Session,
    session_id: int,
    person_id: int,
    *,
    makes_up_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Marked | HasSeat | NotToMakeUp | NoWalkInSeat | NotNow:
    """Mark somebody without a seat as there, perhaps to make up a lesson that they missed.

    Where seats are given away at the door, this takes one of them.
    """
    one, roll = _open(session, session_id, now=now)
    if not isinstance(roll, Roll):
        return roll
    seat = seat_of(session, one, person_id)
    if seat is not None and makes_up_id is not None:
        return HasSeat()
    if makes_up_id is not None and not _can_make_up(session, one, person_id, makes_up_id):
        return NotToMakeUp()
    if seat is None and _mark_of(session, one.id, person_id) is None:
        full = walk_in_refusal(one.program.walk_in_seats, _given(session, roll))
        if full is not None:
            return full
    _mark(
        session,
        one,
        person_id,
        Way.ROLL,
        actor=actor,
        now=now,
        enrollment_id=seat,
        makes_up_id=makes_up_id,
    )
    return Marked(person_id)


def undo(
    session: Session, session_id: int, person_id: int, *, actor: Actor, now: datetime
) -> Unmarked | NotNow:
    """Take a mark back: the wrong row was tapped."""
    one, roll = _open(session, session_id, now=now)
    if not isinstance(roll, Roll):
        return roll
    found = _mark_of(session, one.id, person_id)
    if found is not None:
        session.delete(found)
        session.flush()
        _record(session, actor, "attendance.undone", one, now=now, person_id=person_id)
    return Unmarked(person_id)


def count_walk_ins(
    session: Session, session_id: int, change: int, *, actor: Actor, now: datetime
) -> Counted | NoWalkInSeat | NotNow:
    """Add one who came without a seat and a name, or take one off; never below none.

    It is also how a seat is given away at the door: the lock of the roll, and its CHECK, see to it
    that the last one goes to exactly one.
    """
    one, roll = _open(session, session_id, now=now)
    if not isinstance(roll, Roll):
        return roll
    seats = one.program.walk_in_seats
    full = walk_in_refusal(seats, _given(session, roll)) if change > 0 else None
    if full is not None:
        return full
    counted = max(0, roll.walk_ins + change)
    if counted != roll.walk_ins:
        roll.walk_ins = counted
        roll.walk_in_seats = None if seats is None else max(seats, counted)
        session.flush()
        _record(session, actor, "roll.counted", one, now=now, walk_ins=counted)
    return Counted(counted)


def _given(session: Session, roll: Roll) -> int:
    """Return how many came without a seat to a locked roll, by name or counted."""
    named = select(func.count()).where(
        Attendance.session_id == roll.session_id,
        Attendance.enrollment_id.is_(None),
        Attendance.arrived_at.is_not(None),
    )
    return roll.walk_ins + (session.scalar(named) or 0)


def _open(
    session: Session, session_id: int, *, now: datetime
) -> tuple[ScheduledSession, Roll | NotNow]:
    """Return a session with its locked roll, or with why nobody can be marked now."""
    one = fresh_session(session, session_id)
    early = marking_refusal(fact_of(one, None), roll_times(), now)
    if early is not None:
        return one, early
    roll = open_roll(session, session_id, now=now)
    return one, marking_refusal(fact_of(one, roll), roll_times(), now) or roll


def _mark(
    session: Session,
    one: ScheduledSession,
    person_id: int,
    way: Way,
    *,
    actor: Actor,
    now: datetime,
    enrollment_id: int | None,
    makes_up_id: int | None = None,
) -> None:
    found = _mark_of(session, one.id, person_id)
    if found is not None and makes_up_id in {None, found.makes_up_id}:
        return
    if found is None:
        found = Attendance(session_id=one.id, person_id=person_id, arrived_at=now)
        session.add(found)
    found.enrollment_id, found.makes_up_id = enrollment_id, makes_up_id
    found.way, found.marked_at, found.marked_by_id = way, now, actor.person_id
    session.flush()
    facts = {"person_id": person_id, "way": way, "makes_up_id": makes_up_id}
    _record(session, actor, "attendance.arrived", one, now=now, **facts)


def _mark_of(session: Session, session_id: int, person_id: int) -> Attendance | None:
    return session.scalar(
        select(Attendance)
        .where(Attendance.session_id == session_id, Attendance.person_id == person_id)
        .execution_options(populate_existing=True)
    )


def _can_make_up(session: Session, one: ScheduledSession, person_id: int, makes_up_id: int) -> bool:
    """Tell whether the person missed the lesson, made it up nowhere else, and may do so here."""
    elsewhere = aliased(Attendance)
    missed = session.execute(
        select(ScheduledSession.id, ScheduledSession.program_id, Program.teacher_id)
        .join(ScheduledSession.program)
        .join(Attendance, Attendance.session_id == ScheduledSession.id)
        .where(
            ScheduledSession.id == makes_up_id,
            Attendance.person_id == person_id,
            Attendance.missed_at.is_not(None),
            ~exists().where(
                elsewhere.makes_up_id == makes_up_id,
                elsewhere.person_id == person_id,
                elsewhere.session_id != one.id,
            ),
        )
    ).one_or_none()
    if missed is None:
        return False
    here = LessonFact(one.id, one.program_id, one.program.teacher_id)
    return may_make_up(LessonFact(*missed), here)


def _record(
    session: Session,
    actor: Actor,
    action: str,
    one: ScheduledSession,
    *,
    now: datetime,
    **facts: object,
) -> None:
    record(session, actor, action, ("scheduled_session", one.id), at=now, facts=dict(facts))
