"""What calendars are told of sessions: each change of a session or its program passes here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, literal, select, union
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.calendars.models import CalendarEntry
from venue.calendars.publishing import Occasion, lock_entries, publish, retract
from venue.calendars.rules import remembered_since
from venue.config import settings
from venue.places.models import Room, RoomBooking
from venue.places.rules import LONGEST_BOOKING
from venue.programs.models import Program, ScheduledSession, SessionRoom

_KEY = "session-"


def entry_key(session_id: int) -> str:
    """Return the key of a session's calendar entry."""
    return f"{_KEY}{session_id}"


def in_room(room_id: int, *, now: datetime) -> ColumnElement[bool]:
    """Choose the calendar entries of what takes place in a room, as far back as feeds remember.

    An entry names one room, and a session may hold several: it is found by those that it holds.
    """
    since = remembered_since(now)
    keys = (
        select(literal(_KEY) + cast(SessionRoom.session_id, String))
        .join(SessionRoom.booking)
        .where(RoomBooking.room_id == room_id, RoomBooking.starts_at > since - LONGEST_BOOKING)
    )
    # A union, because no index serves an OR of the two.
    by_entry = select(CalendarEntry.id).where(
        CalendarEntry.room_id == room_id, CalendarEntry.ends_at >= since
    )
    by_session = select(CalendarEntry.id).where(CalendarEntry.key.in_(keys))
    return CalendarEntry.id.in_(union(by_entry, by_session))


def publish_sessions(session: Session, session_ids: Sequence[int], *, now: datetime) -> None:
    """Bring the calendar entries of these sessions up to date; a constant number of statements."""
    lock_entries(session, map(entry_key, session_ids))
    found = session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.id.in_(session_ids))
        .join(ScheduledSession.program)
        .options(
            contains_eager(ScheduledSession.program).joinedload(Program.center),
            contains_eager(ScheduledSession.program).joinedload(Program.teacher),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room)
            .joinedload(Room.center),
        )
        .execution_options(populate_existing=True)
    ).all()
    domain = settings().site_domain
    held = [_occasion(one) for one in found if one.cancelled_at is None]
    publish(session, held, domain=domain, now=now)
    cancelled = [entry_key(one.id) for one in found if one.cancelled_at is not None]
    retract(session, cancelled, domain=domain, now=now)


def publish_program(session: Session, program_id: int, *, now: datetime) -> None:
    """Bring the entries of all sessions of a program up to date: its title or state has changed."""
    ids = session.scalars(
        select(ScheduledSession.id).where(ScheduledSession.program_id == program_id)
    ).all()
    publish_sessions(session, ids, now=now)


def rooms_of(one: ScheduledSession) -> list[Room]:
    """Return the rooms in which a session takes place; its bookings must be loaded."""
    return [link.booking.room for link in one.rooms]


def _occasion(one: ScheduledSession) -> Occasion:
    program = one.program
    rooms = rooms_of(one)
    house = rooms[0].center if rooms else program.center
    lines = [program.summary, one.topic]
    if program.teacher is not None:
        lines.append(f"老师：{program.teacher.full_name}")
    return Occasion(
        key=entry_key(one.id),
        center_id=one.center_id,
        room_id=rooms[0].id if rooms else None,
        program_id=program.id,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        title=program.title,
        place="，".join([house.name, *(room.name for room in rooms)]),
        description="\n".join(line for line in lines if line),
        url=f"{settings().public_url}/courses/{program.id}" if settings().public_url else "",
        published=program.published_at is not None,
        private=any(room.private for room in rooms),
    )
