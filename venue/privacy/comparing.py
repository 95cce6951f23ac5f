"""Reading who may be one person, what each of two records has, and which were merged before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from venue.accounts.models import User
from venue.audit.models import AuditEntry
from venue.people.models import Delegation, Person
from venue.places.models import Patron, Room, RoomBooking
from venue.privacy.merging import claims_on_seats, what_stands_in_the_way
from venue.privacy.outcomes import Obstacle
from venue.privacy.rules import Identity, Likeness, likeness, settle
from venue.programs.partnering import programs_run_at
from venue.reservations.models import Reservation
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE

MOST_ALIKE = 5
"""People offered for merging on one page (own)."""
_MOST_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody whom the center knows and who may be the same person, and why."""

    person: Person
    why: Likeness


@dataclass(frozen=True, slots=True)
class Holding:
    """What a record has at a center, and of the person."""

    person: Person
    login_phone: str | None
    live: int
    over: int
    reservations: int
    helpers: Sequence[str]
    helped: Sequence[str]


@dataclass(frozen=True, slots=True)
class PastMerger:
    """A record that is part of another now: what it was called, who merged it and when."""

    gone: Person
    by: str | None
    at: datetime


def alike_at(session: Session, center_id: int, who: Person) -> list[Alike]:
    """Return whom a center knows and who may be the same person, the surest first; one query."""
    fits: list[ColumnElement[bool]] = [Person.full_name == who.full_name]
    if who.phone is not None:
        fits.append(Person.phone == who.phone)
    others = session.scalars(
        select(Person)
        .join(Patron, and_(Patron.person_id == Person.id, Patron.center_id == center_id))
        .where(or_(*fits), Person.id != who.id)
        .options(joinedload(Person.neighborhood))
        .order_by(Person.id)
        .limit(_MOST_LOOKED_AT)
    )
    order = list(Likeness)
    found = [Alike(one, why) for one in others if (why := likeness(_identity(who), _identity(one)))]
    return sorted(found, key=lambda one: order.index(one.why))[:MOST_ALIKE]


def _identity(who: Person) -> Identity:
    return Identity(who.full_name, who.birth_year, who.phone)


def obstacles_between(
    session: Session, kept: Person, gone: Person, *, now: datetime
) -> tuple[Obstacle, ...]:
    """Return why two people cannot be merged now, without locking them."""
    claims = claims_on_seats(session, [kept.id, gone.id])
    return what_stands_in_the_way(session, (kept, gone), claims, settle(claims), now=now)


def holdings(session: Session, center_id: int, pair: Sequence[Person]) -> list[Holding]:
    """Return what each of some people has, of seats and rooms only those of the center."""
    ids = [one.id for one in pair]
    here = Enrollment.program_id.in_(programs_run_at(center_id))
    live = _counted(
        session,
        select(Enrollment.person_id, func.count())
        .where(Enrollment.person_id.in_(ids), here, Enrollment.status.in_(ACTIVE))
        .group_by(Enrollment.person_id),
    )
    over = _counted(
        session,
        select(Enrollment.person_id, func.count())
        .where(Enrollment.person_id.in_(ids), here, Enrollment.status.not_in(ACTIVE))
        .group_by(Enrollment.person_id),
    )
    rooms = _counted(
        session,
        select(Reservation.person_id, func.count())
        .join(RoomBooking, RoomBooking.id == Reservation.booking_id)
        .join(Room, Room.id == RoomBooking.room_id)
        .where(Reservation.person_id.in_(ids), Room.center_id == center_id)
        .group_by(Reservation.person_id),
    )
    phones = dict(
        session.execute(select(User.person_id, User.phone).where(User.person_id.in_(ids))).all()
    )
    around = session.scalars(
        select(Delegation)
        .where(
            or_(Delegation.delegate_id.in_(ids), Delegation.principal_id.in_(ids)),
            Delegation.ended_at.is_(None),
        )
        .options(joinedload(Delegation.delegate), joinedload(Delegation.principal))
        .order_by(Delegation.id)
    ).all()
    return [
        Holding(
            one,
            phones.get(one.id),
            live.get(one.id, 0),
            over.get(one.id, 0),
            rooms.get(one.id, 0),
            [each.delegate.full_name for each in around if each.principal_id == one.id],
            [each.principal.full_name for each in around if each.delegate_id == one.id],
        )
        for one in pair
    ]


def _counted(session: Session, counting: Select[int, int]) -> dict[int, int]:
    return dict(session.execute(counting).all())


def merged_into(session: Session, person_id: int) -> int | None:
    """Return the id of the record that has all of this one, where it was merged."""
    return session.scalar(select(Person.merged_into_id).where(Person.id == person_id))


def mergers_of(session: Session, person_id: int) -> list[PastMerger]:
    """Return the records that are part of a person's now, the newest first; one query."""
    by = aliased(Person)
    rows = session.execute(
        select(Person, by.full_name)
        .outerjoin(
            AuditEntry,
            and_(
                AuditEntry.subject == "person",
                AuditEntry.subject_id == Person.id,
                AuditEntry.action == "person.merged",
            ),
        )
        .outerjoin(by, by.id == AuditEntry.actor_id)
        .where(Person.merged_into_id == person_id)
        .order_by(Person.merged_at.desc(), Person.id)
    )
    return [PastMerger(gone, name, gone.merged_at or gone.created_at) for gone, name in rows]
