"""What is on at a center in a stretch of time, as the week of rooms and 今天 show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from venue.permissions import Permission, Viewer
from venue.places.booking import HOLDING
from venue.places.models import Center, Room, RoomBooking
from venue.places.rules import LONGEST_BOOKING, BookingStatus, Category
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.partnering import sessions_run_at
from venue.programs.rules import LONGEST_SESSION, Admission
from venue.seats.models import SeatPool
from venue.seats.standing import PoolStanding, standings
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class Event:
    """One thing on the schedule, with all that the desk may read; `public` says what others may.

    Without a `title` one learns only its category, without a category only that a room is taken.
    """

    interval: Interval
    rooms: tuple[str, ...]
    """Their names; none when it takes place elsewhere."""
    private: bool
    """Whether it takes place in a private room."""
    title: str | None
    category: Category | None
    program_id: int | None = None
    """Of a session; a booking by itself has none."""
    topic: str = ""
    draft: bool = False
    pending: bool = False
    """Whether it is a request of a resident that nobody has answered."""
    drop_in: bool = False
    moved_from_at: datetime | None = None
    cancelled: bool = False
    cancel_reason: str | None = None
    seats: PoolStanding | None = None


def public(event: Event) -> Event | None:
    """Return what everybody may know of an event; None when that is nothing.

    Of private rooms, of drafts and of requests it is that the room is taken, and nothing once it
    is free again; of a booking that no session owns it is its category.
    """
    if event.private or event.draft or event.pending:
        taken = Event(event.interval, event.rooms, event.private, title=None, category=None)
        return None if event.cancelled else taken
    return event if event.program_id is not None else replace(event, title=None)


def as_seen_by(who: Viewer | None, center: Center, events: Iterable[Event]) -> list[Event]:
    """Return the events as the viewer may see them: desk and office of the center see all."""
    if who is not None and (who.may(Permission.DESK, center) or who.may(Permission.OFFICE, center)):
        return list(events)
    return [seen for seen in map(public, events) if seen is not None]


def events_by_room(
    session: Session, room_ids: Sequence[int], within: Interval, *, now: datetime
) -> dict[int, list[Event]]:
    """Return what claims the time of these rooms, by room id and in order.

    One query for bookings, sessions, programs and pools, and those of `standings` for the seats.
    A cancelled session has given its room back, and still stands there as cancelled.
    """
    rows = session.execute(
        _OF_ROOMS,
        {
            "room_ids": list(room_ids),
            "since": within.start - LONGEST_BOOKING,
            "start": within.start,
            "end": within.end,
        },
    ).all()
    seats = _seats(session, rows, now)
    found: dict[int, list[Event]] = {room_id: [] for room_id in room_ids}
    for row in rows:
        found[row.room_id].append(_event([row], seats, row.house_id))
    return found


def sessions_within(
    session: Session, center_id: int, within: Interval, *, now: datetime
) -> list[Event]:
    """Return the sessions that a center runs, alone or with others, at any time within, in order.

    One query, and those of `standings` for the seats.
    """
    return _sessions(
        session,
        center_id,
        and_(
            ScheduledSession.starts_at > within.start - LONGEST_SESSION,
            ScheduledSession.starts_at < within.end,
            ScheduledSession.ends_at > within.start,
        ),
        now=now,
    )


def sessions_moved_from(
    session: Session, center_id: int, within: Interval, *, now: datetime
) -> list[Event]:
    """Return the sessions that were to begin within a stretch of time and take place outside it."""
    return _sessions(
        session,
        center_id,
        and_(
            ScheduledSession.moved_from_at >= within.start,
            ScheduledSession.moved_from_at < within.end,
            or_(
                ScheduledSession.starts_at < within.start,
                ScheduledSession.starts_at >= within.end,
            ),
        ),
        now=now,
    )


def next_session_at(session: Session, center_id: int, after: datetime) -> datetime | None:
    """Return when the next published session of a center begins, at `after` or later."""
    return session.scalar(
        select(func.min(ScheduledSession.starts_at))
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.id.in_(
                sessions_run_at(
                    center_id,
                    ScheduledSession.starts_at >= after,
                    ScheduledSession.cancelled_at.is_(None),
                )
            ),
            Program.published_at.is_not(None),
        )
    )


_pool_of_series = aliased(SeatPool)
_IS_OF_SERIES = and_(_pool_of_series.program_id == Program.id, _pool_of_series.quota.is_(None))
_pool_of_session = aliased(SeatPool)
_house = aliased(Center)
"""Where it takes place: the center of the room, or of the program that has none."""


def _events_from(table: type[RoomBooking | ScheduledSession]) -> Select[Any]:
    columns: Any = (
        RoomBooking.room_id,
        Room.name.label("room"),
        _house.id.label("house_id"),
        _house.name.label("house"),
        Room.private,
        RoomBooking.starts_at.label("booked_from"),
        RoomBooking.ends_at.label("booked_until"),
        RoomBooking.setup_minutes,
        RoomBooking.cleanup_minutes,
        RoomBooking.category.label("booked_as"),
        RoomBooking.purpose,
        RoomBooking.status,
        ScheduledSession.id.label("session_id"),
        ScheduledSession.starts_at,
        ScheduledSession.ends_at,
        ScheduledSession.topic,
        ScheduledSession.moved_from_at,
        ScheduledSession.cancelled_at,
        ScheduledSession.cancel_reason,
        Program.id.label("program_id"),
        Program.title,
        Program.category,
        Program.published_at,
        Program.admission,
        func.coalesce(_pool_of_session.id, _pool_of_series.id).label("pool_id"),
    )
    return select(*columns).select_from(table)


_OF_ROOMS = (
    _events_from(RoomBooking)
    .join(Room, Room.id == RoomBooking.room_id)
    .join(_house, _house.id == Room.center_id)
    .outerjoin(SessionRoom, SessionRoom.booking_id == RoomBooking.id)
    .outerjoin(ScheduledSession, ScheduledSession.id == SessionRoom.session_id)
    .outerjoin(Program, Program.id == ScheduledSession.program_id)
    .outerjoin(_pool_of_series, _IS_OF_SERIES)
    .outerjoin(_pool_of_session, _pool_of_session.session_id == ScheduledSession.id)
    .where(
        RoomBooking.room_id.in_(bindparam("room_ids", expanding=True)),
        RoomBooking.starts_at > bindparam("since"),
        RoomBooking.starts_at < bindparam("end"),
        RoomBooking.ends_at > bindparam("start"),
        or_(RoomBooking.status.in_(HOLDING), ScheduledSession.cancelled_at.is_not(None)),
    )
    .order_by(RoomBooking.starts_at, RoomBooking.id)
)
"""Built once: to build it takes longer than to have it answered."""


def _sessions(
    session: Session, center_id: int, chosen: ColumnElement[bool], *, now: datetime
) -> list[Event]:
    rows = session.execute(
        _events_from(ScheduledSession)
        .join(Program, Program.id == ScheduledSession.program_id)
        .outerjoin(SessionRoom, SessionRoom.session_id == ScheduledSession.id)
        .outerjoin(RoomBooking, RoomBooking.id == SessionRoom.booking_id)
        .outerjoin(Room, Room.id == RoomBooking.room_id)
        .join(_house, _house.id == func.coalesce(Room.center_id, ScheduledSession.center_id))
        .outerjoin(_pool_of_series, _IS_OF_SERIES)
        .outerjoin(_pool_of_session, _pool_of_session.session_id == ScheduledSession.id)
        .where(ScheduledSession.id.in_(sessions_run_at(center_id, chosen)))
        .order_by(ScheduledSession.starts_at, ScheduledSession.id, Room.position, Room.id)
    ).all()
    seats = _seats(session, rows, now)
    by_session: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_session.setdefault(row.session_id, []).append(row)
    return [_event(of_session, seats, center_id) for of_session in by_session.values()]


def _seats(session: Session, rows: Iterable[Row[Any]], now: datetime) -> dict[int, PoolStanding]:
    pool_ids = {row.pool_id for row in rows if row.pool_id is not None}
    return standings(session, [], sorted(pool_ids), now=now) if pool_ids else {}


def _event(rows: Sequence[Row[Any]], seats: dict[int, PoolStanding], seen_from: int) -> Event:
    """Return one event; a session in several rooms has a row for each.

    What takes place in another center than the one it is seen from is named with that center.
    """
    first = rows[0]
    rooms = tuple(
        " ".join(
            name for name in (row.house if row.house_id != seen_from else None, row.room) if name
        )
        for row in rows
        if row.room is not None or row.house_id != seen_from
    )
    private = any(row.private for row in rows)
    if first.session_id is None:
        interval = Interval(
            first.booked_from + timedelta(minutes=first.setup_minutes),
            first.booked_until - timedelta(minutes=first.cleanup_minutes),
        )
        return Event(
            interval,
            rooms,
            private,
            first.purpose,
            first.booked_as,
            pending=first.status is BookingStatus.PENDING,
        )
    return Event(
        interval=Interval(first.starts_at, first.ends_at),
        rooms=rooms,
        private=private,
        title=first.title,
        category=first.category,
        program_id=first.program_id,
        topic=first.topic,
        draft=first.published_at is None,
        drop_in=first.admission is Admission.DROP_IN,
        moved_from_at=first.moved_from_at,
        cancelled=first.cancelled_at is not None,
        cancel_reason=first.cancel_reason,
        seats=seats.get(first.pool_id),
    )
