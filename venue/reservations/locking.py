"""Locking reservations: their people first, then the reservations; rooms come after."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, joinedload

from venue.people.locking import lock_people
from venue.places.models import Room, RoomBooking
from venue.reservations.models import Reservation


def locked(session: Session, booking_ids: Sequence[int]) -> list[Reservation]:
    """Lock people and reservations in id order; return these fresh, with booking, room, center."""
    people = session.scalars(
        select(Reservation.person_id).where(Reservation.booking_id.in_(booking_ids))
    )
    lock_people(session, people)
    found = session.scalars(
        select(Reservation)
        .where(Reservation.booking_id.in_(booking_ids))
        .order_by(Reservation.booking_id)
        .options(
            joinedload(Reservation.booking, innerjoin=True)
            .joinedload(RoomBooking.room, innerjoin=True)
            .joinedload(Room.center, innerjoin=True)
        )
        .with_for_update(of=Reservation, key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(found)


def locked_one(session: Session, booking_id: int) -> Reservation:
    """Do the same for one; raises NoResultFound for a booking that is no reservation."""
    found = locked(session, [booking_id])
    if not found:
        raise NoResultFound(f"booking {booking_id} is no reservation")
    return found[0]
