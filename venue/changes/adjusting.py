"""Giving one thing another time or room, whatever it is; and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.changes.affected import seats_of
from venue.changes.hits import Hit
from venue.changes.moving import move_session, wishes_of_move
from venue.changes.outcomes import AlreadyCancelled, AlreadyOver, Moved
from venue.changes.rebooking import move_booking
from venue.places.booking import Blocked, find_conflicts
from venue.places.rules import Conflict
from venue.programs.scheduling import named
from venue.reservations.models import Reservation
from venue.reservations.rules import AcrossMidnight
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A time of use and a room, None for a session that needs none.

    `override` is as in `booking.hold`.
    """

    interval: Interval
    room_id: int | None
    override: str | None = None


@dataclass(frozen=True, slots=True)
class NoRoom:
    """A booking without a session is nothing without a room."""


def adjust(
    session: Session, hit: Hit, place: NewPlace, *, actor: Actor, now: datetime
) -> Moved | Blocked | NoRoom | AlreadyOver | AlreadyCancelled | AcrossMidnight:
    """Move a session or booking; everybody concerned is told."""
    if hit.program_id is not None:
        return move_session(
            session,
            hit.row_id,
            interval=place.interval,
            room_id=place.room_id,
            override=place.override,
            actor=actor,
            now=now,
        )
    if place.room_id is None:
        return NoRoom()
    return move_booking(
        session,
        hit.row_id,
        interval=place.interval,
        room_id=place.room_id,
        override=place.override,
        actor=actor,
        now=now,
    )


def conflicts_of(session: Session, hit: Hit, place: NewPlace) -> list[Conflict]:
    """Return what stands against moving something, before anybody moves it.

    The wishes are those of the move itself, and so is the availability function.
    """
    if place.room_id is None:
        return []
    if hit.program_id is not None:
        people = seats_of(session, hit.program_id, [hit.row_id])
    else:
        people = session.scalar(
            select(Reservation.people).where(Reservation.booking_id == hit.row_id)
        )
    rooms = [held.room.id for held in hit.held]
    wishes = wishes_of_move(rooms, place.interval, place.room_id, people, hit.center_id)
    own = [held.booking_id for held in hit.held]
    found = named(session, find_conflicts(session, wishes, ignoring=own))
    return [reason for reasons in found for reason in reasons]
