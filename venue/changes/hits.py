"""What takes place in a time: what a closure hits, and what other hours leave outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from venue.places.booking import HOLDING
from venue.places.models import Room, RoomBooking
from venue.places.opening import Hours
from venue.places.rules import LONGEST_BOOKING, Category
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import LONGEST_SESSION
from venue.reservations.models import Reservation
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE
from venue.timeline.interval import Interval, encloses
from venue.timeline.local_time import local_date

LOOK_AHEAD = timedelta(days=400)
"""How far ahead a change of hours is held against what is booked (own): a year and a month."""


@dataclass(frozen=True, slots=True)
class Held:
    """A room that something holds, and for how long, setting up and cleaning up included."""

    booking_id: int
    room: Room
    interval: Interval


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that takes place: a session, or a booking without one.

    `key` names it (session-12, booking-7), so that a form can say what its sender has seen.
    `program_id` and `center_id` are its program's, None of a booking. `by` and `person_id` are of
    reservations: who has it, and who is told. `people` is how many have a claim on it.
    `moved_from_at` is when it would have started before it was moved.
    """

    key: str
    row_id: int
    program_id: int | None
    center_id: int | None
    person_id: int | None
    title: str
    by: str
    use: Interval
    held: tuple[Held, ...]
    people: int
    category: Category | None
    moved_from_at: datetime | None

    @property
    def rooms(self) -> tuple[str, ...]:
        """The names of its rooms."""
        return tuple(one.room.name for one in self.held)


def hits(session: Session, center_id: int, room_id: int | None, within: Interval) -> list[Hit]:
    """Return what takes place at a center, or in one room of it, in a stretch of time, in order.

    A session counts where it holds a room of the center, whoever's session it is; one of the center
    without a room counts for the center as a whole. Three queries.
    """
    return _gathered(
        session,
        _OF_CENTER if room_id is None else _OF_ROOM,
        {
            "center_id": center_id,
            "room_id": room_id,
            "sessions_since": within.start - LONGEST_SESSION,
            "sessions_after": within.start,
            "sessions_before": within.end,
            "bookings_since": within.start - LONGEST_BOOKING,
            "bookings_after": within.start,
            "bookings_before": within.end,
        },
    )


def hits_by_key(session: Session, center_id: int, keys: Iterable[str]) -> list[Hit]:
    """Return what these keys name at a center, as far as it still takes place."""
    ids: dict[str, list[int]] = {"session": [], "booking": []}
    for key in keys:
        kind, _, number = key.partition("-")
        if kind in ids and number.isdecimal() and len(number) < 10:
            ids[kind].append(int(number))
    return _gathered(
        session,
        _NAMED,
        {
            "center_id": center_id,
            "session_ids": ids["session"],
            "booking_ids": ids["booking"],
        },
    )


def falling_outside(
    session: Session, center_id: int, before: Hours, after: Hours, *, now: datetime
) -> list[Hit]:
    """Return what is still to come inside the hours as they are, and outside as they would be.

    The hours are those of the center from today on for LOOK_AHEAD.
    """
    was, would_be = cache(before.of), cache(after.of)

    def leaves(room_id: int | None, interval: Interval) -> bool:
        on = local_date(interval.start)
        old, new = ([one.interval for one in of(on, room_id)] for of in (was, would_be))
        return encloses(old, interval) and not encloses(new, interval)

    return [
        hit
        for hit in hits(session, center_id, None, Interval(now, now + LOOK_AHEAD))
        if any(
            leaves(one.room.id, one.interval) for one in hit.held if one.room.center_id == center_id
        )
        or (not hit.held and leaves(None, hit.use))
    ]


@dataclass(frozen=True, slots=True)
class _Statements:
    """What finds sessions, a row for each of their rooms, and bookings without one.

    Built once, below: to build them takes longer than to have them answered.
    """

    sessions: Select[*tuple[Any, ...]]
    bookings: Select[RoomBooking, Reservation]


def _statements(sessions: ColumnElement[bool], bookings: ColumnElement[bool]) -> _Statements:
    return _Statements(
        select(
            ScheduledSession.id,
            ScheduledSession.program_id,
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
            ScheduledSession.moved_from_at,
            Program.center_id,
            Program.title,
            Program.category,
            RoomBooking.id.label("booking_id"),
            RoomBooking.starts_at.label("held_from"),
            RoomBooking.ends_at.label("held_until"),
            Room,
        )
        .join(ScheduledSession.program)
        .outerjoin(ScheduledSession.rooms)
        .outerjoin(SessionRoom.booking)
        .outerjoin(RoomBooking.room)
        .where(sessions, ScheduledSession.cancelled_at.is_(None))
        .order_by(ScheduledSession.id, SessionRoom.booking_id),
        select(RoomBooking, Reservation)
        .join(RoomBooking.room)
        .outerjoin(Reservation, Reservation.booking_id == RoomBooking.id)
        .where(
            bookings,
            RoomBooking.status.in_(HOLDING),
            ~exists().where(SessionRoom.booking_id == RoomBooking.id),
        )
        .options(
            contains_eager(RoomBooking.room),
            joinedload(Reservation.person),
            joinedload(Reservation.organization),
        )
        .execution_options(populate_existing=True),
    )


_OF_BOOKINGS = select(SessionRoom.session_id).join(SessionRoom.booking).join(RoomBooking.room)
_AT_CENTER = Room.center_id == bindparam("center_id")
_IN_TIME = and_(
    RoomBooking.starts_at > bindparam("bookings_since"),
    RoomBooking.starts_at < bindparam("bookings_before"),
    RoomBooking.ends_at > bindparam("bookings_after"),
)


def _in_place(place: ColumnElement[bool], *others: Select[int]) -> _Statements:
    """Return what finds all that holds a room there in a stretch of time, and other sessions.

    One select beside the other, because a database reads each of them off an index of its own, and
    an OR of them off none.
    """
    in_rooms = _OF_BOOKINGS.where(place, _IN_TIME, RoomBooking.status.in_(HOLDING))
    return _statements(ScheduledSession.id.in_(union_all(in_rooms, *others)), and_(place, _IN_TIME))


_roomless = aliased(ScheduledSession)
_OF_ROOM = _in_place(RoomBooking.room_id == bindparam("room_id"))
_OF_CENTER = _in_place(
    _AT_CENTER,
    select(_roomless.id).where(
        _roomless.center_id == bindparam("center_id"),
        ~exists().where(SessionRoom.session_id == _roomless.id),
        _roomless.starts_at > bindparam("sessions_since"),
        _roomless.starts_at < bindparam("sessions_before"),
        _roomless.ends_at > bindparam("sessions_after"),
    ),
)
_NAMED = _statements(
    and_(
        ScheduledSession.id.in_(bindparam("session_ids", expanding=True)),
        or_(
            ScheduledSession.center_id == bindparam("center_id"),
            ScheduledSession.id.in_(_OF_BOOKINGS.where(_AT_CENTER)),
        ),
    ),
    and_(RoomBooking.id.in_(bindparam("booking_ids", expanding=True)), _AT_CENTER),
)


def _gathered(session: Session, statements: _Statements, asked: dict[str, Any]) -> list[Hit]:
    """Return the sessions that take place and the bookings without one, read afresh."""
    sessions = session.execute(statements.sessions, asked).all()
    bookings: Iterable[tuple[RoomBooking, Reservation | None]] = session.execute(
        statements.bookings, asked
    )
    people = _claims(session, {row.program_id for row in sessions})
    found = [
        *(_of_session(list(rows), people) for _, rows in groupby(sessions, key=attrgetter("id"))),
        *(_of_booking(*row) for row in bookings),
    ]
    return sorted(found, key=lambda hit: (hit.use, hit.key))


def _of_session(rows: Sequence[Row[Any]], people: dict[tuple[int, int | None], int]) -> Hit:
    one = rows[0]
    return Hit(
        key=f"session-{one.id}",
        row_id=one.id,
        program_id=one.program_id,
        center_id=one.center_id,
        person_id=None,
        title=one.title,
        by="",
        use=Interval(one.starts_at, one.ends_at),
        held=tuple(
            Held(row.booking_id, row.Room, Interval(row.held_from, row.held_until))
            for row in rows
            if row.Room is not None
        ),
        people=people.get((one.program_id, None), 0) + people.get((one.program_id, one.id), 0),
        category=one.category,
        moved_from_at=one.moved_from_at,
    )


_CLAIMS = (
    select(Enrollment.program_id, Enrollment.session_id, func.count())
    .where(
        Enrollment.program_id.in_(bindparam("program_ids", expanding=True)),
        Enrollment.status.in_(ACTIVE),
    )
    .group_by(Enrollment.program_id, Enrollment.session_id)
)


def _claims(session: Session, program_ids: Iterable[int]) -> dict[tuple[int, int | None], int]:
    """Return how many people have a claim on programs (session None) and on single sessions."""
    rows = session.execute(_CLAIMS, {"program_ids": sorted(program_ids)})
    return {(program_id, session_id): count for program_id, session_id, count in rows}


def _of_booking(booking: RoomBooking, reservation: Reservation | None) -> Hit:
    return Hit(
        key=f"booking-{booking.id}",
        row_id=booking.id,
        program_id=None,
        center_id=None,
        person_id=None if reservation is None else reservation.person_id,
        title=booking.purpose or "",
        by=_who(reservation),
        use=booking.use,
        held=(Held(booking.id, booking.room, Interval(booking.starts_at, booking.ends_at)),),
        people=0 if reservation is None else 1,
        category=booking.category,
        moved_from_at=None if reservation is None else reservation.moved_from_at,
    )


def _who(reservation: Reservation | None) -> str:
    if reservation is None:
        return ""
    if reservation.organization is not None:
        return reservation.organization.name
    return reservation.person.full_name
