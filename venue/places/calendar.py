"""What calendars are told of bookings that no session owns: that the room is in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from venue.calendars.publishing import Occasion, publish, retract
from venue.config import settings
from venue.places.models import Room, RoomBooking


def publish_bookings(session: Session, bookings: Sequence[RoomBooking], *, now: datetime) -> None:
    """Enter bookings with a purpose of their own into calendars; the public reads only 已占用."""
    of_their_own = [booking for booking in bookings if booking.purpose is not None]
    if not of_their_own:
        return
    rooms = {
        room.id: room
        for room in session.scalars(
            select(Room)
            .where(Room.id.in_({booking.room_id for booking in of_their_own}))
            .options(joinedload(Room.center))
        )
    }
    occasions = [_occasion(booking, rooms[booking.room_id]) for booking in of_their_own]
    publish(session, occasions, domain=settings().site_domain, now=now)


def retract_bookings(session: Session, bookings: Iterable[RoomBooking], *, now: datetime) -> None:
    """Cancel the entries of bookings whose rooms are given back."""
    keys = [booking_key(booking.id) for booking in bookings if booking.purpose is not None]
    if keys:
        retract(session, keys, domain=settings().site_domain, now=now)


def booking_key(booking_id: int) -> str:
    """Return what names the calendar entry of a booking."""
    return f"booking-{booking_id}"


def _occasion(booking: RoomBooking, room: Room) -> Occasion:
    return Occasion(
        key=booking_key(booking.id),
        center_id=room.center_id,
        room_id=room.id,
        program_id=None,
        starts_at=booking.use.start,
        ends_at=booking.use.end,
        title=booking.purpose or "",
        place=f"{room.center.name}，{room.name}",
        description="",
        url="",
        published=True,
        private=True,
    )
