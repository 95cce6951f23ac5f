"""What the office's pages list: sessions, bookings, rooms and staff of a center."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select, union
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.accounts.models import StaffRole
from venue.accounts.rules import Role
from venue.people.models import Person
from venue.places.booking import HOLDING
from venue.places.models import Center, Room, RoomBooking
from venue.places.rules import LONGEST_BOOKING
from venue.places.sharing import rooms_for
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import LONGEST_SESSION
from venue.reservations.models import Reservation
from venue.timeline.interval import Interval


def sessions_between(
    session: Session, center_id: int, within: Interval
) -> Sequence[ScheduledSession]:
    """Return the sessions that touch a stretch of time, with programs and rooms, in order.

    They are those of the center, wherever they take place, and others' in a room of the center.
    """
    in_time = and_(
        ScheduledSession.starts_at > within.start - LONGEST_SESSION,
        ScheduledSession.starts_at < within.end,
        ScheduledSession.ends_at > within.start,
    )
    chosen = union(
        select(ScheduledSession.id).where(ScheduledSession.center_id == center_id, in_time),
        select(SessionRoom.session_id)
        .join(SessionRoom.session)
        .join(SessionRoom.booking)
        .join(RoomBooking.room)
        .where(
            Room.center_id == center_id,
            RoomBooking.starts_at > within.start - LONGEST_BOOKING,
            RoomBooking.starts_at < within.end,
            RoomBooking.ends_at > within.start,
            in_time,
        ),
    )
    return session.scalars(
        _with_rooms()
        .where(ScheduledSession.id.in_(chosen))
        .options(contains_eager(ScheduledSession.program).joinedload(Program.center))
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()


def sessions_of(session: Session, program_id: int) -> Sequence[ScheduledSession]:
    """Return the sessions of a program in order, with their rooms."""
    return session.scalars(
        _with_rooms()
        .where(ScheduledSession.program_id == program_id)
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()


def _with_rooms() -> Any:
    return (
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .options(
            contains_eager(ScheduledSession.program),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
    )


def plain_bookings(session: Session, center_id: int, within: Interval) -> Sequence[RoomBooking]:
    """Return the bookings of a center's rooms that no session owns, held and touching a time."""
    return session.scalars(_plain_bookings(center_id, within)).all()


def staff_bookings(session: Session, center_id: int, within: Interval) -> Sequence[RoomBooking]:
    """Return those of them that nobody asked for: what the staff wrote down themselves."""
    reserved = exists().where(Reservation.booking_id == RoomBooking.id)
    return session.scalars(_plain_bookings(center_id, within).where(~reserved)).all()


def _plain_bookings(center_id: int, within: Interval) -> Select[RoomBooking]:
    return (
        select(RoomBooking)
        .join(RoomBooking.room)
        .outerjoin(SessionRoom, SessionRoom.booking_id == RoomBooking.id)
        .where(
            Room.center_id == center_id,
            SessionRoom.booking_id.is_(None),
            RoomBooking.status.in_(HOLDING),
            RoomBooking.starts_at < within.end,
            RoomBooking.ends_at > within.start,
        )
        .options(contains_eager(RoomBooking.room))
        .order_by(RoomBooking.starts_at, RoomBooking.id)
    )


def is_of_staff(session: Session, center_id: int, booking_id: int) -> bool:
    """Tell whether a booking, held or not, is of a room of the center, and no one's but theirs."""
    found = session.scalar(
        select(RoomBooking.id)
        .join(RoomBooking.room)
        .outerjoin(SessionRoom, SessionRoom.booking_id == RoomBooking.id)
        .outerjoin(Reservation, Reservation.booking_id == RoomBooking.id)
        .where(
            RoomBooking.id == booking_id,
            Room.center_id == center_id,
            SessionRoom.booking_id.is_(None),
            Reservation.booking_id.is_(None),
        )
    )
    return found is not None


_IN_USE = (
    select(Room)
    .where(Room.center_id == bindparam("center_id"), Room.retired_at.is_(None))
    .order_by(Room.position, Room.id)
)


def rooms_in_use(session: Session, center_id: int) -> Sequence[Room]:
    """Return the rooms of a center that are not retired, as people walk through the house."""
    return session.scalars(_IN_USE, {"center_id": center_id}).all()


def room_choices(session: Session, center: Center) -> list[tuple[int, str]]:
    """Return the rooms that a center may fill: its own, then others' with their center's name."""
    return [(room.id, room.name_from(center.id)) for room in rooms_for(session, center.id)]


def staff_of(session: Session, center_id: int, roles: Iterable[Role] = Role) -> Sequence[Person]:
    """Return the people who hold one of the roles at a center, by name."""
    return session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(StaffRole.person_id).where(
                    StaffRole.center_id == center_id,
                    StaffRole.ended_at.is_(None),
                    StaffRole.role.in_(list(roles)),
                )
            )
        )
        .order_by(Person.full_name, Person.id)
    ).all()
