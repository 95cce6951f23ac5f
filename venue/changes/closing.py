"""Closing the center or a room, with a decision for everything that the closure hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.adjusting import NewPlace, NoRoom, adjust
from venue.changes.affected import lock_pools_of_programs
from venue.changes.cancelling import cancel_session
from venue.changes.hits import Hit, hits
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, CancelledFor, Moved
from venue.changes.rebooking import call_off_booking
from venue.people.locking import lock_people
from venue.places.booking import Blocked, lock_rooms
from venue.places.editing_hours import close
from venue.places.models import Room
from venue.programs.models import ScheduledSession
from venue.reservations.rules import AcrossMidnight
from venue.timeline.interval import Interval

MOST_HITS = 200
"""What one form decides about (own); a closure that hits more is entered in parts."""


@dataclass(frozen=True, slots=True)
class ClosurePlan:
    """A closure before it is entered; `room_id` None closes the whole center."""

    room_id: int | None
    interval: Interval
    reason: str


@dataclass(frozen=True, slots=True)
class CancelHit:
    """It does not take place; `reason` is told to everybody concerned."""

    reason: str


@dataclass(frozen=True, slots=True)
class LeaveHit:
    """It takes place all the same, for a reason that is kept."""

    reason: str


Decision = CancelHit | NewPlace | LeaveHit


@dataclass(frozen=True, slots=True)
class NotDecided:
    """Nobody said yet what becomes of it, perhaps because it was booked a moment ago."""


Problem = NotDecided | NoRoom | Blocked | AlreadyOver | AlreadyCancelled | AcrossMidnight


@dataclass(frozen=True, slots=True)
class ClosedAndResolved:
    """The closure stands, and everything that it hit has its place; so many people were told."""

    closure_id: int
    people: int


@dataclass(frozen=True, slots=True)
class NotClosed:
    """Nothing was written. `hits` is all that the closure hits now, `problems` are by their key."""

    hits: Sequence[Hit]
    problems: Mapping[str, Problem]


@dataclass(frozen=True, slots=True)
class TooManyHits:
    """Nothing was written: it hits so many that nobody decides about them in one form."""

    count: int


def close_and_resolve(
    session: Session,
    center_id: int,
    plan: ClosurePlan,
    decisions: Mapping[str, Decision],
    *,
    actor: Actor,
    now: datetime,
) -> ClosedAndResolved | NotClosed | TooManyHits:
    """Enter a closure and carry out a decision about each thing it hits, all or nothing.

    `decisions` are by the keys of hits. Whatever it hits that has none, or one that cannot be
    carried out, is in the answer, and nothing is written. A decision about what is no longer there
    means nothing. What is over is not hit.
    """
    _lock(session, center_id, plan, decisions, now)
    found = _still_hit(session, center_id, plan, now)
    if len(found) > MOST_HITS:
        return TooManyHits(len(found))
    problems: dict[str, Problem] = {}
    people = 0
    with session.begin_nested() as savepoint:
        # First the closure, so that nothing moves into it; then what frees rooms for the moves.
        closure = close(
            session, center_id, plan.room_id, plan.interval, plan.reason, actor=actor, now=now
        )
        for hit in sorted(found, key=lambda one: isinstance(decisions.get(one.key), NewPlace)):
            outcome = _resolve(
                session, hit, decisions.get(hit.key), closure.id, actor=actor, now=now
            )
            if isinstance(outcome, int):
                people += outcome
            else:
                problems[hit.key] = outcome
        if problems:
            savepoint.rollback()
            return NotClosed(found, problems)
    return ClosedAndResolved(closure.id, people)


def _lock(
    session: Session,
    center_id: int,
    plan: ClosurePlan,
    decisions: Mapping[str, Decision],
    now: datetime,
) -> None:
    """Lock everything that the decisions touch, in the order of the house.

    Once the rooms are locked nothing new is booked in them, so that what is read then is all.
    """
    found = _still_hit(session, center_id, plan, now)
    lock_people(session, [hit.person_id for hit in found if hit.person_id is not None])
    lock_pools_of_programs(session, [hit.program_id for hit in found if hit.program_id is not None])
    session.execute(
        select(ScheduledSession.id)
        .where(ScheduledSession.id.in_([hit.row_id for hit in found if hit.program_id is not None]))
        .order_by(ScheduledSession.id)
        .with_for_update(key_share=True)
    ).all()
    closed = Room.id == plan.room_id if plan.room_id is not None else Room.center_id == center_id
    rooms = set(session.scalars(select(Room.id).where(closed)))
    rooms |= {held.room.id for hit in found for held in hit.held}
    rooms |= {
        decision.room_id
        for decision in decisions.values()
        if isinstance(decision, NewPlace) and decision.room_id is not None
    }
    lock_rooms(session, rooms)


def _still_hit(session: Session, center_id: int, plan: ClosurePlan, now: datetime) -> list[Hit]:
    return [
        hit for hit in hits(session, center_id, plan.room_id, plan.interval) if hit.use.end > now
    ]


def _resolve(
    session: Session,
    hit: Hit,
    decision: Decision | None,
    closure_id: int,
    *,
    actor: Actor,
    now: datetime,
) -> int | Problem:
    """Carry out one decision; return how many people were told, or why it cannot be."""
    if decision is None or (isinstance(decision, LeaveHit) and not decision.reason):
        return NotDecided()
    if isinstance(decision, LeaveHit):
        record(
            session,
            actor,
            "closure.left",
            ("room_booking" if hit.program_id is None else "scheduled_session", hit.row_id),
            at=now,
            facts={"closure_id": closure_id, "reason": decision.reason},
        )
        return 0
    if isinstance(decision, NewPlace):
        moved = adjust(session, hit, decision, actor=actor, now=now)
        return moved.people if isinstance(moved, Moved) else moved
    cancel = call_off_booking if hit.program_id is None else cancel_session
    ended = cancel(session, hit.row_id, reason=decision.reason, actor=actor, now=now)
    return ended.people if isinstance(ended, CancelledFor) else ended
