"""Closing a roll, by the teacher or by itself, and opening it again to correct a mistake."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from venue.attendance.models import Attendance, Roll
from venue.attendance.outcomes import NeverTaken, Reopened, RollClosed
from venue.attendance.rolls import fact_of, fresh_session, lock_roll, roll_times, seats_of
from venue.attendance.rules import (
    CalledOff,
    NoShow,
    SeatFact,
    StillOn,
    TooLate,
    Way,
    closing_refusal,
    no_shows_that_pause,
    reopening_refusal,
    who_missed,
)
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.config import settings
from venue.db import execute_core, table
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.locking import lock_people
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Books
from venue.seats.models import Pause
from venue.seats.pausing import Missed, missed_of, pause, take_back


def close(
    session: Session, session_id: int, *, actor: Actor, now: datetime
) -> RollClosed | NeverTaken | CalledOff | StillOn:
    """Close a roll: whoever had a seat and was not marked has missed the session.

    Whom that makes a no-show once too often is paused and told. Where days are booked nobody is:
    a child that does not come is looked for at once. Closed twice, it answers the same.
    """
    one = fresh_session(session, session_id)
    refused = closing_refusal(fact_of(one, None), now)
    if refused is not None:
        return refused
    lock_people(session, (seat.person_id for seat in seats_of(session, one)))
    roll = lock_roll(session, session_id)
    if roll is None:
        return NeverTaken()
    if roll.closed_at is not None:
        return _as_closed(session, one, roll)
    marked = _marked(session, one.id)
    if not marked and not roll.walk_ins:
        return NeverTaken()
    missed = who_missed(seats_of(session, one), marked, one.starts_at)
    _write_missed(session, one, missed, actor=actor, now=now)
    roll.closed_at, roll.closed_by_id = now, actor.person_id
    session.flush()
    paused = 0
    if one.program.books is not Books.DAYS:
        _tell_missed(session, one, missed, now=now)
        paused = _pause(session, one, missed, actor=actor, now=now)
    facts = {"missed": len(missed), "paused": paused}
    record(session, actor, "roll.closed", ("scheduled_session", one.id), at=now, facts=facts)
    return RollClosed(len(missed), paused)


def reopen(
    session: Session, session_id: int, *, actor: Actor, now: datetime
) -> Reopened | NeverTaken | TooLate:
    """Open a closed roll to correct it; nobody is a no-show of it, nor paused for it, any more.

    An open one stays open.
    """
    one = fresh_session(session, session_id)
    absent = select(Attendance.person_id).where(
        Attendance.session_id == one.id, Attendance.missed_at.is_not(None)
    )
    lock_people(session, session.scalars(absent))
    roll = lock_roll(session, session_id)
    if roll is None:
        return NeverTaken()
    refused = reopening_refusal(fact_of(one, roll), roll_times(), now)
    if refused is not None:
        return refused
    if roll.closed_at is None:
        return Reopened(0)
    made = _pauses_made_by(session, one, roll.closed_at, session.scalars(absent).all())
    for wrong in made:
        take_back(session, wrong, actor=actor, now=now)
    gone = session.execute(
        delete(Attendance)
        .where(Attendance.session_id == one.id, Attendance.missed_at.is_not(None))
        .execution_options(synchronize_session="fetch")
    )
    roll.opened_at, roll.closed_at, roll.closed_by_id = now, None, None
    session.flush()
    facts = {"missed": gone.rowcount, "taken_back": len(made)}  # type: ignore[attr-defined]
    record(session, actor, "roll.reopened", ("scheduled_session", one.id), at=now, facts=facts)
    return Reopened(len(made))


def rolls_to_close(session: Session, *, now: datetime) -> Sequence[int]:
    """Return the sessions whose roll closes by itself, see `closes_at`; one is closed at a time."""
    latest = now - roll_times().closes_after
    return session.scalars(
        select(Roll.session_id)
        .join(Roll.session)
        .join(ScheduledSession.program)
        .where(
            Roll.closed_at.is_(None),
            Roll.opened_at <= latest,
            ScheduledSession.ends_at <= latest,
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            or_(
                Roll.walk_ins > 0,
                select(Attendance.id).where(Attendance.session_id == Roll.session_id).exists(),
            ),
        )
        .order_by(Roll.session_id)
    ).all()


def _marked(session: Session, session_id: int) -> frozenset[int]:
    rows = select(Attendance.person_id).where(Attendance.session_id == session_id)
    return frozenset(session.scalars(rows))


def _write_missed(
    session: Session,
    one: ScheduledSession,
    missed: Sequence[SeatFact],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if not missed:
        return
    execute_core(
        session,
        insert(table(Attendance)),
        [
            {
                "session_id": one.id,
                "person_id": seat.person_id,
                "enrollment_id": seat.enrollment_id,
                "missed_at": now,
                "way": Way.CLOSING,
                "marked_at": now,
                "marked_by_id": actor.person_id,
            }
            for seat in missed
        ],
    )


def _tell_missed(
    session: Session, one: ScheduledSession, missed: Sequence[SeatFact], *, now: datetime
) -> None:
    """Tell who missed a session: a mistake is best found at once."""
    about = {
        "title": one.program.title,
        "program_id": one.program_id,
        "session_at": one.starts_at.isoformat(),
        "limit": settings().no_show_limit,
        "days": settings().no_show_window_days,
    }
    people = [seat.person_id for seat in missed]
    center_id = one.program.center_id
    tell(session, people, MessageKind.MISSED, about, center_id=center_id, now=now)


def _pause(
    session: Session,
    one: ScheduledSession,
    missed: Sequence[SeatFact],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Pause whoever of them left a seat empty once too often at this center; return how many."""
    ids = [seat.person_id for seat in missed]
    latest = NoShow(one.starts_at, one.id, one.program.title)
    earlier = _no_shows(session, one, ids)
    spent = _spent(session, one.center_id, ids)
    paused = 0
    for person_id in ids:
        run = no_shows_that_pause(
            latest,
            earlier[person_id],
            spent[person_id],
            limit=settings().no_show_limit,
            within=settings().no_show_window,
        )
        if run:
            kept = [Missed(each.session_id, each.title, each.starts_at) for each in run]
            length = settings().pause_length
            pause(session, person_id, one.center_id, kept, length=length, actor=actor, now=now)
            paused += 1
    return paused


def _no_shows(
    session: Session, one: ScheduledSession, person_ids: Sequence[int]
) -> dict[int, list[NoShow]]:
    """Return what these people missed at the center of a session, near enough to count with it."""
    window: timedelta = settings().no_show_window
    rows = session.execute(
        select(Attendance.person_id, ScheduledSession.starts_at, ScheduledSession.id, Program.title)
        .join(ScheduledSession, ScheduledSession.id == Attendance.session_id)
        .join(ScheduledSession.program)
        .where(
            Attendance.person_id.in_(person_ids),
            Attendance.missed_at.is_not(None),
            ScheduledSession.center_id == one.center_id,
            ScheduledSession.cancelled_at.is_(None),
            Program.books != Books.DAYS,
            ScheduledSession.starts_at.between(one.starts_at - window, one.starts_at + window),
        )
    )
    found: dict[int, list[NoShow]] = defaultdict(list)
    for person_id, starts_at, session_id, title in rows:
        found[person_id].append(NoShow(starts_at, session_id, title))
    return found


def _spent(session: Session, center_id: int, person_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return by person the sessions that led to a pause at the center already."""
    found: dict[int, set[int]] = defaultdict(set)
    for made in session.scalars(
        select(Pause).where(Pause.person_id.in_(person_ids), Pause.center_id == center_id)
    ):
        found[made.person_id].update(each.session_id for each in missed_of(made))
    return found


def _pauses_made_by(
    session: Session, one: ScheduledSession, closed_at: datetime, person_ids: Sequence[int]
) -> list[Pause]:
    """Return the pauses that the closing of a roll made, those waived since left out."""
    found = session.scalars(
        select(Pause).where(
            Pause.person_id.in_(person_ids),
            Pause.center_id == one.center_id,
            Pause.starts_at == closed_at,
            Pause.waived_at.is_(None),
        )
    )
    return [made for made in found if one.id in {each.session_id for each in missed_of(made)}]


def _as_closed(session: Session, one: ScheduledSession, roll: Roll) -> RollClosed:
    absent = session.scalars(
        select(Attendance.person_id).where(
            Attendance.session_id == one.id, Attendance.missed_at.is_not(None)
        )
    ).all()
    paused = session.scalar(
        select(func.count())
        .select_from(Pause)
        .where(
            and_(
                Pause.person_id.in_(absent),
                Pause.center_id == one.center_id,
                Pause.starts_at == roll.closed_at,
            )
        )
    )
    return RollClosed(len(absent), paused or 0)
