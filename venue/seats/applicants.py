"""Loading what the rules of seats ask about a person who wants a seat."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Row, and_, bindparam, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from venue.consents.models import Consent
from venue.db import execute_core
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment, Pause
from venue.seats.rules import ACTIVE, ApplicantFact, Appointment, EnrollmentStatus
from venue.seats.seating import Seating
from venue.timeline.interval import Interval

_CLAIMS: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(
        Enrollment.id,
        Enrollment.status,
        Enrollment.program_id,
        Enrollment.session_id,
        Enrollment.term_id,
        Enrollment.limit_group,
        Enrollment.group_id,
        Program.title,
        literal(None, Pause.center_id.type).label("center_id"),
        literal(None, Pause.ends_at.type).label("paused_until"),
    )
    .join(Enrollment.program)
    .where(Enrollment.person_id == bindparam("person_id"), Enrollment.status.in_(ACTIVE)),
    select(Pause.id, *(null() for _ in range(7)), Pause.center_id, Pause.ends_at).where(
        Pause.person_id == bindparam("person_id"),
        Pause.starts_at <= bindparam("now"),
        Pause.ends_at > bindparam("now"),
        Pause.waived_at.is_(None),
    ),
)
"""What a person has, and the pauses in force: in a rush each statement counts."""


def applicant_facts(
    session: Session, person: Person, seatings: Sequence[Seating], *, now: datetime
) -> dict[int, ApplicantFact]:
    """Return what the rules need to know of one person for each pool, in at most three queries."""
    rows = execute_core(session, _CLAIMS, {"person_id": person.id, "now": now}).all()
    mine = [row for row in rows if row.status is not None]
    pauses = {row.center_id: row for row in rows if row.status is None}
    confirmed = [one for one in mine if one.status is EnrollmentStatus.CONFIRMED]
    appointments = _appointments(session, person.id, now) if confirmed else ()
    consents = _consents(session, person.id, {one.consent_text_id for one in seatings} - {None})
    return {
        seating.pool_id: replace(
            _applicant_fact(seating, person, mine, appointments),
            consented=seating.consent_text_id in consents,
            pause=(
                (pauses[seating.center_id].id, pauses[seating.center_id].paused_until)
                if seating.center_id in pauses
                else None
            ),
        )
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
    of_the_group = [
        one
        for one in claims
        if seating.limit_group is not None
        and one.limit_group == seating.limit_group
        and one.program_id != seating.program_id
    ]
    of_the_term = [one for one in of_the_group if one.term_id == seating.term_id]
    seats = [one.title for one in of_the_term if one.status is EnrollmentStatus.CONFIRMED]
    return ApplicantFact(
        birth_year=person.birth_year,
        birth_on=person.birth_on,
        neighborhood_id=person.neighborhood_id,
        enrollment=(here[0].id, here[0].status, here[0].group_id) if here else None,
        seat_of_the_term=seats[0] if seats else None,
        appointments=tuple(
            appointment
            for program_id, appointment in appointments
            if program_id != seating.program_id
        ),
        waits_elsewhere=bool(of_the_term),
        had_seat=any(one.status is EnrollmentStatus.CONFIRMED for one in of_the_group),
        in_need_until=person.in_need_until,
    )


_CONSENTS = select(Consent.text_id).where(
    Consent.person_id == bindparam("person_id"),
    Consent.text_id.in_(bindparam("text_ids", expanding=True)),
    Consent.withdrawn_at.is_(None),
)


def _consents(session: Session, person_id: int, text_ids: Collection[int | None]) -> set[int]:
    """Return to which of some texts a person has agreed and still does."""
    if not text_ids:
        return set()
    found = execute_core(session, _CONSENTS, {"person_id": person_id, "text_ids": list(text_ids)})
    return set(found.scalars())


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
