"""What takes place in a time: what a closure hits, and what other hours leave outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from venue.places.booking import HOLDING
from venue.places.models import Room, RoomBooking
from venue.places.opening import Hours
from venue.places.rules import LONGEST_BOOKING, Category
from venue.programs.models import ScheduledSession, SessionRoom
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
    without a room counts for the center as a whole. Four queries.
    """
    place = Room.id == room_id if room_id is not None else Room.center_id == center_id
    in_time = and_(
        place,
        RoomBooking.starts_at > within.start - LONGEST_BOOKING,
        RoomBooking.starts_at < within.end,
        RoomBooking.ends_at > within.start,
    )
    roomless = and_(
        ScheduledSession.center_id == center_id,
        ~ScheduledSession.rooms.any(),
        ScheduledSession.starts_at < within.end,
        ScheduledSession.ends_at > within.start,
    )
    in_rooms = ScheduledSession.id.in_(
        select(SessionRoom.session_id)
        .join(SessionRoom.booking)
        .join(RoomBooking.room)
        .where(in_time, RoomBooking.status.in_(HOLDING))
    )
    chosen = or_(in_rooms, roomless) if room_id is None else in_rooms
    return _gathered(session, chosen, in_time)


def hits_by_key(session: Session, center_id: int, keys: Iterable[str]) -> list[Hit]:
    """Return what these keys name at a center, as far as it still takes place."""
    ids: dict[str, list[int]] = {"session": [], "booking": []}
    for key in keys:
        kind, _, number = key.partition("-")
        if kind in ids and number.isdecimal() and len(number) < 10:
            ids[kind].append(int(number))
    of_center = select(SessionRoom.session_id).join(SessionRoom.booking).join(RoomBooking.room)
    return _gathered(
        session,
        and_(
            ScheduledSession.id.in_(ids["session"]),
            or_(
                ScheduledSession.center_id == center_id,
                ScheduledSession.id.in_(of_center.where(Room.center_id == center_id)),
            ),
        ),
        and_(RoomBooking.id.in_(ids["booking"]), Room.center_id == center_id),
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


def _gathered(
    session: Session, sessions: ColumnElement[bool], bookings: ColumnElement[bool]
) -> list[Hit]:
    """Return the sessions that take place and the bookings without one, read afresh."""
    found = [*_sessions(session, sessions), *_bookings(session, bookings)]
    return sorted(found, key=lambda hit: (hit.use, hit.key))


def _sessions(session: Session, chosen: ColumnElement[bool]) -> list[Hit]:
    rows = session.scalars(
        select(ScheduledSession)
        .where(chosen, ScheduledSession.cancelled_at.is_(None))
        .options(
            joinedload(ScheduledSession.program),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
        .execution_options(populate_existing=True)
    ).all()
    people = _claims(session, rows)
    return [
        Hit(
            key=f"session-{one.id}",
            row_id=one.id,
            program_id=one.program_id,
            center_id=one.center_id,
            person_id=None,
            title=one.program.title,
            by="",
            use=Interval(one.starts_at, one.ends_at),
            held=tuple(_held(link.booking) for link in one.rooms),
            people=people[one.program_id, None] + people[one.program_id, one.id],
            category=one.program.category,
            moved_from_at=one.moved_from_at,
        )
        for one in rows
    ]


def _claims(
    session: Session, sessions: Sequence[ScheduledSession]
) -> dict[tuple[int, int | None], int]:
    rows = session.execute(
        select(Enrollment.program_id, Enrollment.session_id, func.count())
        .where(
            Enrollment.program_id.in_({one.program_id for one in sessions}),
            Enrollment.status.in_(ACTIVE),
        )
        .group_by(Enrollment.program_id, Enrollment.session_id)
    )
    counts = {(program_id, session_id): count for program_id, session_id, count in rows}
    keys = [(one.program_id, key) for one in sessions for key in (None, one.id)]
    return {key: counts.get(key, 0) for key in keys}


def _bookings(session: Session, chosen: ColumnElement[bool]) -> list[Hit]:
    rows: Iterable[tuple[RoomBooking, Reservation | None]] = session.execute(
        select(RoomBooking, Reservation)
        .join(RoomBooking.room)
        .outerjoin(Reservation, Reservation.booking_id == RoomBooking.id)
        .where(
            chosen,
            RoomBooking.status.in_(HOLDING),
            ~exists().where(SessionRoom.booking_id == RoomBooking.id),
        )
        .options(
            contains_eager(RoomBooking.room),
            joinedload(Reservation.person),
            joinedload(Reservation.organization),
        )
        .execution_options(populate_existing=True)
    )
    return [
        Hit(
            key=f"booking-{booking.id}",
            row_id=booking.id,
            program_id=None,
            center_id=None,
            person_id=None if reservation is None else reservation.person_id,
            title=booking.purpose or "",
            by=_who(reservation),
            use=booking.use,
            held=(_held(booking),),
            people=0 if reservation is None else 1,
            category=booking.category,
            moved_from_at=None if reservation is None else reservation.moved_from_at,
        )
        for booking, reservation in rows
    ]


def _who(reservation: Reservation | None) -> str:
    if reservation is None:
        return ""
    if reservation.organization is not None:
        return reservation.organization.name
    return reservation.person.full_name


def _held(booking: RoomBooking) -> Held:
    return Held(booking.id, booking.room, Interval(booking.starts_at, booking.ends_at))
