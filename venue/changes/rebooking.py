"""Moving and calling off bookings that no session owns: of residents, and of the staff's own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, CancelledFor, Moved
from venue.places.booking import HOLDING, Blocked, Move, RoomWish, move, release
from venue.places.calendar import publish_bookings
from venue.places.models import RoomBooking
from venue.programs.scheduling import named
from venue.reservations import outcomes as reserved
from venue.reservations.ending import call_off
from venue.reservations.models import Reservation
from venue.reservations.moving import move_reservation
from venue.reservations.rules import AcrossMidnight
from venue.timeline.interval import Interval


def call_off_booking(
    session: Session, booking_id: int, *, reason: str, actor: Actor, now: datetime
) -> CancelledFor | AlreadyCancelled:
    """Give back the room of a booking, also of one that is on; whoever reserved it is told.

    Raises NoResultFound for an unknown booking.
    """
    if session.get(Reservation, booking_id) is not None:
        ended = call_off(session, [booking_id], reason=reason, actor=actor, now=now)
        return CancelledFor(1) if ended.booking_ids else AlreadyCancelled()
    booking = session.get_one(RoomBooking, booking_id, populate_existing=True)
    if booking.status not in HOLDING:
        return AlreadyCancelled()
    release(session, [booking], actor=actor, now=now)
    return CancelledFor(0)


def move_booking(
    session: Session,
    booking_id: int,
    *,
    interval: Interval,
    room_id: int,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Moved | Blocked | AlreadyCancelled | AlreadyOver | AcrossMidnight:
    """Give a booking another time, room, or both; whoever reserved it is told.

    Nothing past is moved, and nothing into the past. `override` is as in `booking.hold`. Raises
    NoResultFound for an unknown booking.
    """
    if session.get(Reservation, booking_id) is None:
        return _move_own(
            session,
            booking_id,
            RoomWish(room_id, interval),
            override=override,
            actor=actor,
            now=now,
        )
    outcome = move_reservation(
        session,
        booking_id,
        interval=interval,
        room_id=room_id,
        override=override,
        actor=actor,
        now=now,
    )
    match outcome:
        case reserved.Moved():
            return Moved(1)
        case reserved.AlreadyBegun():
            return AlreadyOver()
        case reserved.NotNow():
            return AlreadyCancelled()
        case Blocked(conflicts):
            return Blocked(tuple(named(session, conflicts)))
        case AcrossMidnight():
            return outcome


def _move_own(
    session: Session,
    booking_id: int,
    wish: RoomWish,
    *,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Moved | Blocked | AlreadyCancelled | AlreadyOver:
    booking = session.get_one(RoomBooking, booking_id, populate_existing=True)
    before = booking.use
    if booking.status not in HOLDING:
        return AlreadyCancelled()
    if before.start <= now or wish.interval.start <= now:
        return AlreadyOver()
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
            "to": wish.interval.start.isoformat(),
            "room_id": wish.room_id,
            "override": override,
        },
    )
    return Moved(0)
