"""Loading what the rules of seats ask about a person who wants a seat."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from venue.db import execute_core
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.reading import Seating
from venue.seats.rules import ACTIVE, ApplicantFact, Appointment, EnrollmentStatus
from venue.timeline.interval import Interval

_CLAIMS = (
    select(
        Enrollment.id,
        Enrollment.status,
        Enrollment.program_id,
        Enrollment.session_id,
        Enrollment.term_id,
        Enrollment.limit_group,
        Program.title,
    )
    .join(Enrollment.program)
    .where(Enrollment.person_id == bindparam("person_id"), Enrollment.status.in_(ACTIVE))
)


def applicant_facts(
    session: Session, person: Person, seatings: Sequence[Seating], *, now: datetime
) -> dict[int, ApplicantFact]:
    """Return what the rules need to know of one person for each pool, in at most two queries."""
    mine = execute_core(session, _CLAIMS, {"person_id": person.id}).all()
    confirmed = [one for one in mine if one.status is EnrollmentStatus.CONFIRMED]
    appointments = _appointments(session, person.id, now) if confirmed else ()
    return {
        seating.pool_id: _applicant_fact(seating, person, mine, appointments)
        for seating in seatings
    }


def _applicant_fact(
    seating: Seating,
    person: Person,
    claims: Sequence[Row[*tuple[Any, ...]]],
    appointments: Iterable[tuple[int, Appointment]],
) -> ApplicantFact:
    here = [
        one
        for one in claims
        if (one.program_id, one.session_id) == (seating.program_id, seating.session_id)
    ]
    of_the_term = [
        one
        for one in claims
        if seating.limit_group is not None
        and (one.term_id, one.limit_group) == (seating.term_id, seating.limit_group)
        and one.program_id != seating.program_id
    ]
    seats = [one.title for one in of_the_term if one.status is EnrollmentStatus.CONFIRMED]
    return ApplicantFact(
        birth_year=person.birth_year,
        birth_on=person.birth_on,
        neighborhood_id=person.neighborhood_id,
        enrollment=(here[0].id, here[0].status) if here else None,
        seat_of_the_term=seats[0] if seats else None,
        appointments=tuple(
            appointment
            for program_id, appointment in appointments
            if program_id != seating.program_id
        ),
        waits_elsewhere=bool(of_the_term),
    )


_APPOINTMENTS = (
    select(
        Enrollment.program_id,
        Program.title,
        ScheduledSession.starts_at,
        ScheduledSession.ends_at,
    )
    .join(Enrollment.program)
    .join(
        ScheduledSession,
        and_(
            ScheduledSession.program_id == Enrollment.program_id,
            or_(Enrollment.session_id.is_(None), Enrollment.session_id == ScheduledSession.id),
        ),
    )
    .where(
        Enrollment.person_id == bindparam("person_id"),
        Enrollment.status == EnrollmentStatus.CONFIRMED,
        ScheduledSession.cancelled_at.is_(None),
        ScheduledSession.ends_at > bindparam("now"),
    )
)


def _appointments(
    session: Session, person_id: int, now: datetime
) -> tuple[tuple[int, Appointment], ...]:
    rows = execute_core(session, _APPOINTMENTS, {"person_id": person_id, "now": now})
    return tuple(
        (row.program_id, Appointment(row.title, Interval(row.starts_at, row.ends_at)))
        for row in rows
    )
