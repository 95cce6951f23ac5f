"""Moving a session to another time or room, with everybody told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.affected import lock_pools_of_program, people_of_session, seats_of, tell_all
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, Moved
from venue.notifications.rules import MessageKind
from venue.places.booking import Blocked, Move, RoomWish, hold, move, release
from venue.programs.calendar import publish_sessions, rooms_of
from venue.programs.models import ScheduledSession, SessionRoom
from venue.programs.scheduling import named
from venue.timeline.interval import Interval


def move_session(
    session: Session,
    session_id: int,
    *,
    interval: Interval,
    room_id: int | None,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Moved | Blocked | AlreadyOver | AlreadyCancelled:
    """Give a session another time, room, or both; `room_id` None means without a room.

    A session in several rooms keeps them only when it moves in time with `room_id` one of them.
    Nothing past is moved, and nothing into the past. `override` is as in `booking.hold`.
    Raises NoResultFound for an unknown session.
    """
    one = load_session(session, session_id)
    if one.cancelled_at is not None:
        return AlreadyCancelled()
    if one.starts_at <= now or interval.start <= now:
        return AlreadyOver()
    before = Interval(one.starts_at, one.ends_at)
    blocked = _move_rooms(session, one, interval, room_id, override=override, actor=actor, now=now)
    if blocked is not None:
        return Blocked(tuple(named(session, blocked.conflicts)))
    if before != interval:
        one.moved_from_at = one.moved_from_at or before.start
    one.starts_at, one.ends_at = interval.start, interval.end
    session.flush()
    publish_sessions(session, [one.id], now=now)
    record(
        session,
        actor,
        "session.moved",
        ("scheduled_session", one.id),
        at=now,
        facts={
            "from": before.start.isoformat(),
            "to": interval.start.isoformat(),
            "override": override,
        },
    )
    people = people_of_session(session, one)
    tell_all(
        session,
        people,
        MessageKind.SESSION_MOVED,
        one.program,
        {
            "from_at": before.start.isoformat(),
            "from_end": before.end.isoformat(),
            "to_at": interval.start.isoformat(),
            "to_end": interval.end.isoformat(),
            "place": "，".join(room.name_from(one.center_id) for room in rooms_of(one)),
        },
        now=now,
    )
    return Moved(len(people))


def load_session(session: Session, session_id: int) -> ScheduledSession:
    """Lock the seats of a session's program, then the session; return it with program and rooms."""
    lock_pools_of_program(
        session,
        session.execute(
            select(ScheduledSession.program_id).where(ScheduledSession.id == session_id)
        ).scalar_one(),
    )
    session.execute(
        select(ScheduledSession.id)
        .where(ScheduledSession.id == session_id)
        .with_for_update(key_share=True)
    ).scalar_one()
    return session.execute(
        select(ScheduledSession)
        .where(ScheduledSession.id == session_id)
        .options(
            joinedload(ScheduledSession.program),
            selectinload(ScheduledSession.rooms).joinedload(SessionRoom.booking),
        )
        .execution_options(populate_existing=True)
    ).scalar_one()


def _move_rooms(
    session: Session,
    one: ScheduledSession,
    interval: Interval,
    room_id: int | None,
    *,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Blocked | None:
    held = [link.booking for link in one.rooms]
    if room_id is None:
        one.rooms.clear()
        session.flush()
        release(session, held, actor=actor, now=now)
        return None
    people = seats_of(session, one.program_id, [one.id])
    held_rooms = [booking.room_id for booking in held]
    wishes = wishes_of_move(held_rooms, interval, room_id, people, one.center_id)
    if len(wishes) == len(held):
        moves = [Move(one_.id, wish) for one_, wish in zip(held, wishes, strict=True)]
        return move(session, moves, override=override)
    made = hold(session, wishes, label=None, override=override, actor=actor, now=now)
    if isinstance(made, Blocked):
        return made
    one.rooms[:] = [SessionRoom(booking_id=booking.id) for booking in made]
    session.flush()
    release(session, held, actor=actor, now=now)
    return None


def wishes_of_move(
    held: Sequence[int],
    interval: Interval,
    room_id: int,
    people: int | None,
    center_id: int | None,
) -> list[RoomWish]:
    """Return what a move wishes for, given the ids of the rooms that are held now.

    `center_id` is the center whose session it is, None of a booking without one.
    With `room_id` one of them it is all of these at the new time, otherwise that room alone.
    """
    rooms = held if room_id in held else [room_id]
    return [RoomWish(one, interval, people, center_id) for one in rooms]
