"""Moving and calling off bookings that no session owns; whoever reserved one is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, CancelledFor, Moved
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.places.booking import HOLDING, Blocked, Move, RoomWish, move, release
from venue.places.calendar import publish_bookings
from venue.places.models import RoomBooking
from venue.programs.scheduling import named
from venue.reservations.models import Reservation
from venue.reservations.rules import ReservationEnding
from venue.timeline.interval import Interval


def call_off_booking(
    session: Session, booking_id: int, *, reason: str, actor: Actor, now: datetime
) -> CancelledFor | AlreadyCancelled | AlreadyOver:
    """Give back the room of a booking that has not begun; a reservation ends with it.

    Raises NoResultFound for an unknown booking.
    """
    booking = session.get_one(RoomBooking, booking_id, populate_existing=True)
    if booking.status not in HOLDING:
        return AlreadyCancelled()
    if booking.use.start <= now:
        return AlreadyOver()
    release(session, [booking], actor=actor, now=now)
    reservation = session.get(Reservation, booking_id, populate_existing=True)
    if reservation is None:
        return CancelledFor(0)
    reservation.ended_at, reservation.ended_by_id = now, actor.person_id
    reservation.ending, reservation.ending_reason = ReservationEnding.CALLED_OFF, reason
    reservation.expires_at = None
    session.flush()
    record(
        session,
        actor,
        "reservation.called_off",
        ("reservation", booking_id),
        at=now,
        facts={"reason": reason},
    )
    tell(
        session,
        [reservation.person_id],
        MessageKind.RESERVATION_CALLED_OFF,
        {
            "room": booking.room.name,
            "at": booking.use.start.isoformat(),
            "until": booking.use.end.isoformat(),
            "reason": reason,
        },
        now=now,
    )
    return CancelledFor(1)


def move_booking(
    session: Session,
    booking_id: int,
    *,
    interval: Interval,
    room_id: int,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Moved | Blocked | AlreadyCancelled | AlreadyOver:
    """Give a booking another time, room, or both; nothing past is moved, nor into the past.

    `override` is as in `booking.hold`. Raises NoResultFound for an unknown booking.
    """
    booking = session.get_one(RoomBooking, booking_id, populate_existing=True)
    if booking.status not in HOLDING:
        return AlreadyCancelled()
    before, old_room = booking.use, booking.room.name
    if before.start <= now or interval.start <= now:
        return AlreadyOver()
    reservation = session.get(Reservation, booking_id, populate_existing=True)
    wish = RoomWish(room_id, interval, reservation.people if reservation is not None else None)
    blocked = move(session, [Move(booking_id, wish)], override=override)
    if blocked is not None:
        return Blocked(tuple(named(session, blocked.conflicts)))
    session.refresh(booking)
    publish_bookings(session, [booking], now=now)
    record(
        session,
        actor,
        "booking.moved",
        ("room_booking", booking_id),
        at=now,
        facts={
            "from": before.start.isoformat(),
            "to": interval.start.isoformat(),
            "override": override,
        },
    )
    if reservation is None:
        return Moved(0)
    if before != interval:
        reservation.moved_from_at = reservation.moved_from_at or before.start
        session.flush()
    tell(
        session,
        [reservation.person_id],
        MessageKind.RESERVATION_MOVED,
        {
            "room": old_room,
            "from_at": before.start.isoformat(),
            "from_end": before.end.isoformat(),
            "to_at": interval.start.isoformat(),
            "to_end": interval.end.isoformat(),
            "place": booking.room.name,
        },
        now=now,
    )
    return Moved(1)
