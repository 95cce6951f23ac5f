"""Moving what belongs to one record of a person to another: what is decided on every foreign key.

A row says whose something is, or who did something. Whose it is, moves. Who did it stays, as the
audit does: they acted under that record, which is kept for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, delete, exists, literal, select, update
from sqlalchemy.orm import Session

from venue.accounts.models import DeskCode, StaffRole, User
from venue.attendance.models import Attendance
from venue.calendars.models import FeedToken
from venue.childcare.door_models import CarerPresence, Collection
from venue.childcare.file_models import ChildFile, CollectionPermit, EmergencyContact, HealthNote
from venue.childcare.incident_models import Incident
from venue.childcare.models import CareBooking
from venue.consents.models import Consent
from venue.db import Base, table
from venue.draws.models import Applicant
from venue.duty.models import Assignment, Clearance
from venue.lunch.models import LunchProfile, MealOrder
from venue.notifications.models import Call, Message
from venue.opinions.models import Opinion
from venue.payments.models import Charge
from venue.people.models import Delegation, DelegationRequest, Person, PersonKey
from venue.places.models import Patron
from venue.programs.models import Program
from venue.reservations.models import OrganizationMember, Reservation
from venue.seats.models import Enrollment, Pause


class Fate(StrEnum):
    """What becomes of the rows that name the record that goes."""

    MOVES = "moves"
    STAYS = "stays"


@dataclass(frozen=True, slots=True)
class Move:
    """A column whose rows go to the kept record, unless it has a row of the same `beside`.

    Such a row would say the same twice; it stays with the old record, as the history that it is.
    Of a `single` one a person has at most one row.
    So does a row whose `other` end is the kept record: nobody acts for oneself.
    """

    model: type[Base]
    column: str
    beside: str | None = None
    single: bool = False
    other: str | None = None


MOVES = (
    Move(User, "person_id"),
    Move(StaffRole, "person_id"),
    Move(DeskCode, "person_id"),
    Move(Person, "merged_into_id"),
    Move(Delegation, "delegate_id", other="principal_id"),
    Move(Delegation, "principal_id", other="delegate_id"),
    Move(DelegationRequest, "delegate_id"),
    Move(Message, "person_id"),
    Move(FeedToken, "person_id"),
    Move(FeedToken, "child_id"),
    Move(Consent, "person_id"),
    Move(Charge, "person_id"),
    Move(Patron, "person_id", beside="center_id"),
    Move(Assignment, "person_id", beside="shift_id"),
    Move(Clearance, "person_id"),
    Move(OrganizationMember, "person_id", beside="organization_id"),
    Move(Reservation, "person_id"),
    Move(Program, "teacher_id"),
    Move(Enrollment, "person_id"),
    Move(Pause, "person_id"),
    Move(Attendance, "person_id", beside="session_id"),
    Move(Applicant, "person_id", beside="draw_id"),
    Move(CareBooking, "child_id"),
    Move(ChildFile, "person_id"),
    Move(HealthNote, "person_id"),
    Move(EmergencyContact, "child_id"),
    Move(CollectionPermit, "child_id"),
    Move(Collection, "child_id"),
    Move(Collection, "guardian_id"),
    Move(CarerPresence, "person_id", beside="session_id"),
    Move(Incident, "child_id"),
    Move(PersonKey, "person_id", beside="key"),
    Move(Call, "person_id"),
    Move(Opinion, "person_id", beside="session_id"),
    Move(LunchProfile, "person_id", single=True),
    Move(MealOrder, "person_id", beside="served_on"),
)

STAYS = frozenset(
    {
        "announced_year.entered_by_id",
        "attendance.marked_by_id",
        "audit_entry.actor_id",
        "care_booking.booked_by_id",
        "care_day.absent_by_id",
        "care_day.allergy_seen_by_id",
        "carer_presence.noted_by_id",
        "child_file.confirmed_by_id",
        "child_file.leaves_alone_by_id",
        "clearance.entered_by_id",
        "collection.by_id",
        "collection.undone_by_id",
        "collection_permit.given_by_id",
        "collection_permit.revoked_by_id",
        "consent.given_by_id",
        "consent.withdrawn_by_id",
        "consent_text.written_by_id",
        "delegation.confirmed_by_id",
        "delegation.ended_by_id",
        "desk_code.issued_by_id",
        "draw_number.entered_by_id",
        "health_note.written_by_id",
        "incident.closed_by_id",
        "incident.written_by_id",
        "incident_follow_up.by_id",
        "invitation.accepted_by_id",
        "meal_order.ended_by_id",
        "meal_order.ordered_by_id",
        "menu_day.called_off_by_id",
        "phone_call.called_by_id",
        "invitation.invited_by_id",
        "pause.answered_by_id",
        "pause.waived_by_id",
        "receipt.by_id",
        "reservation.approved_by_id",
        "reservation.ended_by_id",
        "reservation.requested_by_id",
        "roll.closed_by_id",
        "skipped_date.skipped_by_id",
        "staff_role.granted_by_id",
    }
)
"""Columns, with their tables, that say who did something."""


def decided() -> dict[str, Fate]:
    """Return what is decided on each column, with its table, that names a person."""
    return {
        **{f"{table(one.model).name}.{one.column}": Fate.MOVES for one in MOVES},
        **dict.fromkeys(STAYS, Fate.STAYS),
    }


def move_rows(session: Session, gone_id: int, kept_id: int) -> int:
    """Move what belongs to the one record to the other; return how many rows there were."""
    session.flush()
    moved = sum(_move(session, one, gone_id, kept_id) for one in MOVES)
    session.expire_all()
    return moved


def _move(session: Session, move: Move, gone_id: int, kept_id: int) -> int:
    rows = table(move.model)
    mine: list[ColumnElement[bool]] = [rows.c[move.column] == gone_id]
    theirs = rows.alias()
    has = select(literal(1)).where(theirs.c[move.column] == kept_id)
    if move.single:
        mine.append(~exists(has))
    if move.beside is not None:
        mine.append(~exists(has.where(theirs.c[move.beside] == rows.c[move.beside])))
    if move.other is not None:
        mine.append(rows.c[move.other] != kept_id)
    moved = session.connection().execute(update(rows).where(*mine).values({move.column: kept_id}))
    return moved.rowcount


def drop_repeated(session: Session, gone_id: int) -> None:
    """Delete what the old record still has and the kept one has too, where rows are only ties."""
    for model in (Patron, OrganizationMember, PersonKey):
        session.execute(delete(model).where(model.person_id == gone_id))
