"""Writing down what was booked: the booking of each child with its days, and telling of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.childcare.models import CareBooking, CareDay
from venue.childcare.reading import Care
from venue.db import execute_core, table
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.models import Person
from venue.seats.enrolling_days import DayClaim
from venue.seats.rules import EnrollmentStatus

ChildDay = tuple[int, int]
"""The id of a child and of a session."""
_DAY = insert(table(CareDay)).inline()


def write_bookings(
    session: Session,
    care: Care,
    extras: Mapping[ChildDay, tuple[bool, bool]],
    made: Mapping[ChildDay, int],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, int]:
    """Write a booking for each child with its days; return the bookings by child.

    `made` are the new enrollments by child and session, `extras` say for each whether a meal and a
    place to nap were wished for; what the program does not offer is left out.
    """
    bookings = {
        child_id: CareBooking(
            child_id=child_id,
            program_id=care.program_id,
            booked_at=now,
            booked_by_id=actor.person_id,
            channel=actor.channel,
        )
        for child_id in sorted({child_id for child_id, _ in made})
    }
    session.add_all(bookings.values())
    session.flush()
    rows = []
    for (child_id, session_id), enrollment_id in made.items():
        meal, nap = extras[child_id, session_id]
        meal_fen = care.fact.meal_fen if meal else None
        nap_fen = care.fact.nap_fen if nap else None
        rows.append(
            {
                "enrollment_id": enrollment_id,
                "booking_id": bookings[child_id].id,
                "meal": meal_fen is not None,
                "nap": nap_fen is not None,
                "price_fen": care.fact.price_fen,
                "meal_fen": meal_fen or 0,
                "nap_fen": nap_fen or 0,
                "absence": "",
            }
        )
    execute_core(session, _DAY, rows)
    record_all(
        session,
        actor,
        "care.booked",
        [
            (
                ("care_booking", booking.id),
                {"child_id": child_id, "days": sum(key[0] == child_id for key in made)},
            )
            for child_id, booking in bookings.items()
        ],
        at=now,
    )
    return {child_id: booking.id for child_id, booking in bookings.items()}


def tell_of_booking(
    session: Session, care: Care, child: Person, claims: Iterable[DayClaim], *, now: datetime
) -> None:
    """Send one message for all days of a child."""
    starts = {day.session_id: day.starts_at for day in care.days}
    mine = [one for one in claims if one.person_id == child.id]
    taken = [one for one in mine if one.status is EnrollmentStatus.CONFIRMED]
    told = {
        "title": care.title,
        "program_id": care.program_id,
        "person": child.full_name,
        "days": len(taken),
        "waiting": len(mine) - len(taken),
        "first_at": min(starts[one.session_id] for one in mine).isoformat(),
        "last_at": max(starts[one.session_id] for one in mine).isoformat(),
    }
    center_id = care.center_id
    tell(session, [child.id], MessageKind.CARE_BOOKED, told, center_id=center_id, now=now)
