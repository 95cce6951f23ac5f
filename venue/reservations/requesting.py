"""Asking for a room: held at once, or until the center has answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.config import settings
from venue.notifications.rules import MessageKind
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.places.booking import Blocked, Label, RoomWish, find_conflicts, hold
from venue.places.membership import know
from venue.places.models import Room, RoomBooking
from venue.places.rules import BookingMode, BookingStatus, Category, Conflict
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.outcomes import Refused, Requested, Reserved
from venue.reservations.rules import NotMember, Refusal, expires_at, refusals
from venue.reservations.telling import tell_about
from venue.reservations.terms import booker_fact, terms_of
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody asks for. `contact_phone` is in E.164; without an organization, for oneself."""

    room_id: int
    use: Interval
    people: int
    purpose: str
    contact_phone: str
    note: str = ""
    organization_id: int | None = None

    @property
    def wish(self) -> RoomWish:
        """What it asks of the room."""
        return RoomWish(self.room_id, self.use, self.people)


def reserve(
    session: Session, person_id: int, request: Request, *, actor: Actor, now: datetime
) -> Reserved | Requested | Refused:
    """Book a room for a person, or for an organization that they are a member of.

    The person is locked first, so that two bookings of one month are counted one after the other;
    then the organization, then the room, whose terms are read under its lock. A room that needs
    approval is held all the same, until the request runs out. Raises KeyError for an unknown
    person and NoResultFound for an unknown room.
    """
    person = lock_people(session, [person_id])[person_id]
    organization = _organization(session, person_id, request.organization_id)
    room = _locked_room(session, request.room_id)
    reasons = _reasons(session, room, person, organization, request, now=now)
    if reasons:
        return Refused((*reasons, *_conflicts(session, request)))
    pending = room.booking_mode is BookingMode.APPROVAL
    held = hold(
        session,
        [request.wish],
        label=Label(Category.HIRE, request.purpose),
        override=None,
        actor=actor,
        now=now,
        status=BookingStatus.PENDING if pending else BookingStatus.HELD,
    )
    if isinstance(held, Blocked):
        return Refused(held.conflicts[0])
    made = _write(session, person, held[0], request, pending=pending, actor=actor, now=now)
    know(session, room.center_id, person_id, now=now)
    facts = {
        "room_id": room.id,
        "person_id": person_id,
        "organization_id": request.organization_id,
        "pending": pending,
    }
    subject = ("reservation", made.booking_id)
    record(session, actor, "reservation.requested", subject, at=now, facts=facts)
    if made.expires_at is None:
        tell_about(session, made, MessageKind.RESERVATION_HELD, now=now)
        return Reserved(made.booking_id)
    until = made.expires_at.isoformat()
    tell_about(session, made, MessageKind.RESERVATION_REQUESTED, now=now, expires_at=until)
    return Requested(made.booking_id, made.expires_at)


def _reasons(
    session: Session,
    room: Room,
    person: Person,
    organization: Organization | None,
    request: Request,
    *,
    now: datetime,
) -> list[Refusal]:
    stranger = request.organization_id is not None and organization is None
    on = local_date(request.use.start)
    booker = booker_fact(session, room, person, organization, on)
    found = refusals(terms_of(session, room), booker, request.use, now)
    return [NotMember(), *found] if stranger else found


def _conflicts(session: Session, request: Request) -> tuple[Conflict, ...]:
    """Return what else stands in the way: people are told everything at once."""
    (found,) = find_conflicts(session, [request.wish])
    return tuple(one for one in found if not isinstance(one, Refusal))


def _write(
    session: Session,
    person: Person,
    booking: RoomBooking,
    request: Request,
    *,
    pending: bool,
    actor: Actor,
    now: datetime,
) -> Reservation:
    patience = settings().room_request_lifetime
    made = Reservation(
        booking=booking,
        person=person,
        organization_id=request.organization_id,
        people=request.people,
        contact_phone=request.contact_phone,
        note=request.note,
        channel=actor.channel,
        requested_at=now,
        requested_by_id=person.id if actor.person_id is None else actor.person_id,
        expires_at=expires_at(now, patience, request.use.start) if pending else None,
    )
    session.add(made)
    session.flush()
    return made


def _organization(
    session: Session, person_id: int, organization_id: int | None
) -> Organization | None:
    """Lock an organization for which the person may book; None when there is none, or it ended."""
    if organization_id is None:
        return None
    return session.scalar(
        select(Organization)
        .join(OrganizationMember, OrganizationMember.organization_id == Organization.id)
        .where(
            Organization.id == organization_id,
            Organization.ended_at.is_(None),
            OrganizationMember.person_id == person_id,
        )
        .with_for_update(of=Organization, key_share=True)
        .execution_options(populate_existing=True)
    )


def _locked_room(session: Session, room_id: int) -> Room:
    return session.execute(
        select(Room)
        .where(Room.id == room_id)
        .options(joinedload(Room.center, innerjoin=True))
        .with_for_update(of=Room, key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()
