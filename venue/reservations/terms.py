"""Loading what the rules of reservations ask: the terms of rooms, and who wants one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from venue.config import settings
from venue.people.models import Person
from venue.places.models import Center, Room, RoomBooking, RoomSharing, center_neighborhood
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.rules import COUNTED, BookerFact, RoomTerms
from venue.timeline.local_time import day_start, local_date

A_DAY = timedelta(days=1)


def terms_of(session: Session, room: Room) -> RoomTerms:
    """Return on what terms a room is to be had, in three queries."""
    return terms_of_rooms(session, [room])[room.id]


def terms_of_rooms(session: Session, rooms: Sequence[Room]) -> dict[int, RoomTerms]:
    """Return the terms of rooms by id, in the same three queries."""
    house = settings()
    houses = Center.id.in_({room.center_id for room in rooms})
    limits = session.execute(select(Center.id, Center.bookings_a_month).where(houses))
    a_month = {row.id: row.bookings_a_month for row in limits}
    centers = {room.id: {room.center_id} for room in rooms}
    sharing = select(RoomSharing.room_id, RoomSharing.center_id)
    for row in session.execute(sharing.where(RoomSharing.room_id.in_(centers))):
        centers[row.room_id].add(row.center_id)
    around = _neighborhoods(session, {one for ids in centers.values() for one in ids})
    return {
        room.id: RoomTerms(
            mode=room.booking_mode,
            private=room.private,
            retired=room.retired_at is not None,
            advance=timedelta(days=_either(room.advance_days, house.room_advance_days)),
            longest=timedelta(minutes=_either(room.longest_minutes, house.room_longest_minutes)),
            bookings_a_month=_either(a_month[room.center_id], house.room_bookings_a_month),
            residents_only=room.residents_only,
            neighborhoods=frozenset[int]().union(*(around[one] for one in centers[room.id])),
            centers=frozenset(centers[room.id]),
        )
        for room in rooms
    }


def _neighborhoods(session: Session, center_ids: Collection[int]) -> dict[int, set[int]]:
    """Return whose people count as residents of each center."""
    found: dict[int, set[int]] = {center_id: set() for center_id in center_ids}
    served = center_neighborhood.c
    for row in session.execute(
        select(served.center_id, served.neighborhood_id).where(served.center_id.in_(found))
    ):
        found[row.center_id].add(row.neighborhood_id)
    return found


def _either(own: int | None, usual: int) -> int:
    return usual if own is None else own


@dataclass(frozen=True, slots=True)
class Booker:
    """Who wants a room: a person for themselves, or for an organization."""

    person: Person
    organization: Organization | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """How many bookings count already in the months that it was loaded for.

    A person's count by the center whose rooms they are of, an organization's everywhere.
    """

    of_people: Counter[tuple[int, int, date]]
    of_organizations: Counter[tuple[int, date]]

    def fact(self, booker: Booker, room: Room, on: date) -> BookerFact:
        """Return what the rules need to know of who wants a room on a day."""
        person, organization, month = booker.person, booker.organization, on.replace(day=1)
        if organization is None:
            in_month = self.of_people[person.id, room.center_id, month]
            return BookerFact(person.neighborhood_id, in_month)
        return BookerFact(
            person.neighborhood_id,
            self.of_organizations[organization.id, month],
            partner_of=organization.center_id,
            own_limit=organization.bookings_a_month,
        )


def booker_fact(
    session: Session, room: Room, person: Person, organization: Organization | None, on: date
) -> BookerFact:
    """Return what the rules need to know of who wants a room on a day, in one query."""
    booker = Booker(person, organization)
    return load_taken(session, [booker], [on]).fact(booker, room, on)


def load_taken(session: Session, bookers: Sequence[Booker], days: Collection[date]) -> Taken:
    """Count the bookings of some people and organizations in the months of some days.

    A booking counts in the month in which its use begins. The rows say when the room is held; a day
    before makes up for the setting up. One query.
    """
    first_on = min(days).replace(day=1)
    next_on = (max(days).replace(day=1) + timedelta(days=31)).replace(day=1)
    people = {one.person.id for one in bookers if one.organization is None}
    organizations = {one.organization.id for one in bookers if one.organization is not None}
    rows = session.execute(
        select(
            RoomBooking.starts_at,
            RoomBooking.setup_minutes,
            Reservation.person_id,
            Reservation.organization_id,
            Room.center_id,
        )
        .join(Reservation, Reservation.booking_id == RoomBooking.id)
        .join(Room, Room.id == RoomBooking.room_id)
        .where(
            or_(
                and_(Reservation.person_id.in_(people), Reservation.organization_id.is_(None)),
                Reservation.organization_id.in_(organizations),
            ),
            or_(Reservation.ending.is_(None), Reservation.ending.in_(COUNTED)),
            RoomBooking.starts_at >= day_start(first_on) - A_DAY,
            RoomBooking.starts_at < day_start(next_on),
        )
    )
    taken = Taken(Counter(), Counter())
    for row in rows:
        begins = row.starts_at + timedelta(minutes=row.setup_minutes)
        month = local_date(begins).replace(day=1)
        if row.organization_id is None:
            taken.of_people[row.person_id, row.center_id, month] += 1
        else:
            taken.of_organizations[row.organization_id, month] += 1
    return taken


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
