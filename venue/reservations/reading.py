"""What pages list: the reservations of people, and those of a center; each in one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.places.models import Room, RoomBooking
from venue.places.rules import LONGEST_BOOKING
from venue.reservations.models import Reservation
from venue.reservations.rules import ReservationEnding
from venue.timeline.interval import Interval

PAST_SHOWN = 20
"""Reservations of the past that are shown, the newest first (own)."""
NEWS = (ReservationEnding.REFUSED, ReservationEnding.EXPIRED, ReservationEnding.CALLED_OFF)
"""Endings that somebody else decided: told until the time that was asked for is past."""


def current_of(
    session: Session, person_ids: Iterable[int], *, now: datetime
) -> Sequence[Reservation]:
    """Return what these people have or wait for, and what became of it without them, in order."""
    return session.scalars(
        _whole()
        .where(Reservation.person_id.in_(person_ids), _current(now))
        .order_by(RoomBooking.starts_at, Reservation.booking_id)
    ).all()


def past_of(session: Session, person_ids: Iterable[int], *, now: datetime) -> Sequence[Reservation]:
    """Return the newest of the rest: what is over, and what they gave back."""
    return session.scalars(
        _whole()
        .where(Reservation.person_id.in_(person_ids), ~_current(now))
        .order_by(RoomBooking.starts_at.desc(), Reservation.booking_id.desc())
        .limit(PAST_SHOWN)
    ).all()


def requests_at(session: Session, center_id: int, *, now: datetime) -> Sequence[Reservation]:
    """Return what waits for an answer of a center, the most urgent first."""
    return session.scalars(
        _whole()
        .where(Room.center_id == center_id, Reservation.expires_at > now)
        .order_by(Reservation.expires_at, Reservation.booking_id)
    ).all()


_COUNT = (
    select(func.count())
    .select_from(Reservation)
    .join(RoomBooking, RoomBooking.id == Reservation.booking_id)
    .join(Room, Room.id == RoomBooking.room_id)
    .where(Room.center_id == bindparam("center_id"), Reservation.expires_at > bindparam("now"))
)
"""Built once, as every page of the office asks it."""


def count_requests(session: Session, center_id: int, *, now: datetime) -> int:
    """Return how many requests wait for an answer of a center."""
    return session.scalar(_COUNT, {"center_id": center_id, "now": now}) or 0


def granted_at(session: Session, center_id: int, within: Interval) -> Sequence[Reservation]:
    """Return the reservations of a center's rooms that are held and touch a time, in order."""
    return session.scalars(
        _whole()
        .where(
            Room.center_id == center_id,
            Reservation.ending.is_(None),
            Reservation.expires_at.is_(None),
            RoomBooking.starts_at > within.start - LONGEST_BOOKING,
            RoomBooking.starts_at < within.end,
            RoomBooking.ends_at > within.start,
        )
        .order_by(RoomBooking.starts_at, Room.position, Reservation.booking_id)
    ).all()


def center_of_booking(session: Session, booking_id: int) -> int | None:
    """Return the center whose room a reservation is of, None for what is no reservation."""
    return session.scalar(
        select(Room.center_id)
        .join(RoomBooking, RoomBooking.room_id == Room.id)
        .join(Reservation, Reservation.booking_id == RoomBooking.id)
        .where(Reservation.booking_id == booking_id)
    )


def _current(now: datetime) -> ColumnElement[bool]:
    return and_(
        RoomBooking.ends_at > now,
        or_(Reservation.ending.is_(None), Reservation.ending.in_(NEWS)),
    )


def _whole() -> Select[Reservation]:
    return (
        select(Reservation)
        .join(Reservation.booking)
        .join(RoomBooking.room)
        .join(Room.center)
        .options(
            contains_eager(Reservation.booking)
            .contains_eager(RoomBooking.room)
            .contains_eager(Room.center),
            joinedload(Reservation.person),
            joinedload(Reservation.organization),
        )
        .execution_options(populate_existing=True)
    )
