"""Loading what the rules of reservations ask: the terms of a room, and who wants it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from venue.config import settings
from venue.people.models import Person
from venue.places.models import Center, Room, RoomBooking, RoomSharing, center_neighborhood
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.rules import COUNTED, BookerFact, RoomTerms
from venue.timeline.local_time import day_start, local_date

A_DAY = timedelta(days=1)


def terms_of(session: Session, room: Room) -> RoomTerms:
    """Return on what terms a room is to be had, in at most three queries."""
    house = settings()
    center = session.get_one(Center, room.center_id)
    sharing = select(RoomSharing.center_id).where(RoomSharing.room_id == room.id)
    centers = frozenset({room.center_id, *session.scalars(sharing)})
    neighborhoods = select(center_neighborhood.c.neighborhood_id).where(
        center_neighborhood.c.center_id.in_(centers)
    )
    longest = room.longest_minutes
    advance = room.advance_days
    return RoomTerms(
        mode=room.booking_mode,
        private=room.private,
        retired=room.retired_at is not None,
        advance=house.room_advance if advance is None else timedelta(days=advance),
        longest=house.room_longest if longest is None else timedelta(minutes=longest),
        bookings_a_month=(
            house.room_bookings_a_month
            if center.bookings_a_month is None
            else center.bookings_a_month
        ),
        residents_only=room.residents_only,
        neighborhoods=frozenset(session.scalars(neighborhoods)),
        centers=centers,
    )


def booker_fact(
    session: Session, room: Room, person: Person, organization: Organization | None, on: date
) -> BookerFact:
    """Return what the rules need to know of who wants a room on a day.

    A person's bookings count by the center whose rooms they are of, an organization's everywhere.
    """
    if organization is None:
        own = and_(
            Reservation.person_id == person.id,
            Reservation.organization_id.is_(None),
            Room.center_id == room.center_id,
        )
        return BookerFact(person.neighborhood_id, _in_month(session, own, on))
    of_organization = Reservation.organization_id == organization.id
    return BookerFact(
        person.neighborhood_id,
        _in_month(session, of_organization, on),
        partner_of=organization.center_id,
        own_limit=organization.bookings_a_month,
    )


def organizations_of(session: Session, person_id: int) -> list[Organization]:
    """Return the partner organizations for which a person books, by name."""
    return list(
        session.scalars(
            select(Organization)
            .join(OrganizationMember, OrganizationMember.organization_id == Organization.id)
            .where(OrganizationMember.person_id == person_id, Organization.ended_at.is_(None))
            .order_by(Organization.name, Organization.id)
        )
    )


def _in_month(session: Session, whose: ColumnElement[bool], on: date) -> int:
    """Count the bookings whose use begins in the month of a day.

    The rows say when the room is held; a day on either side makes up for the setting up.
    """
    first_on = on.replace(day=1)
    next_on = (first_on + timedelta(days=31)).replace(day=1)
    bookings = session.scalars(
        select(RoomBooking)
        .join(Reservation, Reservation.booking_id == RoomBooking.id)
        .join(Room, Room.id == RoomBooking.room_id)
        .where(
            whose,
            or_(Reservation.ending.is_(None), Reservation.ending.in_(COUNTED)),
            RoomBooking.starts_at >= day_start(first_on) - A_DAY,
            RoomBooking.starts_at < day_start(next_on),
        )
    )
    return sum(first_on <= local_date(booking.use.start) < next_on for booking in bookings)
