"""Reading what somebody did for another: both of them see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from venue.audit.models import AuditEntry
from venue.people.models import Delegation
from venue.places.models import Room, RoomBooking
from venue.programs.models import Program
from venue.seats.models import Enrollment

MOST_SHOWN = 20
"""Acts on the page of the family, the newest first (own)."""
ON_SEATS = (
    "enrollment.confirmed",
    "enrollment.waitlisted",
    "enrollment.applied",
    "enrollment.accepted",
    "enrollment.declined",
    "enrollment.withdrawn",
)
ON_ROOMS = ("reservation.requested", "reservation.ended")


@dataclass(frozen=True, slots=True)
class DoneFor:
    """That one did something for the other: `action` as the audit names it, on what."""

    at: datetime
    delegate_id: int
    principal_id: int
    action: str
    title: str


def done_for(session: Session, delegations: Sequence[Delegation]) -> list[DoneFor]:
    """Return the newest acts of those who act, for whom they act, in two queries."""
    if not delegations:
        return []
    whom = AuditEntry.facts["person_id"].as_integer()
    theirs = or_(
        *(
            and_(AuditEntry.actor_id == one.delegate_id, whom == one.principal_id)
            for one in delegations
        )
    )
    columns = (AuditEntry.at, AuditEntry.actor_id, whom, AuditEntry.action)
    seats = (
        select(*columns, Program.title)
        .join(Enrollment, Enrollment.id == AuditEntry.subject_id)
        .join(Program, Program.id == Enrollment.program_id)
        .where(_among("enrollment", ON_SEATS), theirs)
    )
    rooms = (
        select(*columns, Room.name)
        .join(RoomBooking, RoomBooking.id == AuditEntry.subject_id)
        .join(Room, Room.id == RoomBooking.room_id)
        .where(_among("reservation", ON_ROOMS), theirs)
    )
    found = [
        DoneFor(*row)
        for acts in (seats, rooms)
        for row in session.execute(acts.order_by(AuditEntry.id.desc()).limit(MOST_SHOWN))
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_SHOWN]


def _among(subject: str, actions: Sequence[str]) -> ColumnElement[bool]:
    return and_(AuditEntry.subject == subject, AuditEntry.action.in_(actions))
