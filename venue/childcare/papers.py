"""Papers with the names of children: who is expected, and that somebody opened the paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.models import CareDay
from venue.people.models import Person
from venue.people.rules import grade_on
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class ExpectedChild:
    """A child with a place on a day of care."""

    person_id: int
    full_name: str
    grade: int | None
    """On that day; None: nobody has said."""
    meal: bool
    nap: bool


def expected_children(session: Session, one: ScheduledSession) -> list[ExpectedChild]:
    """Return who has a place on a day of care, in one query: by grade, then by name."""
    on = local_date(one.starts_at)
    rows = session.execute(
        select(
            Person.id, Person.full_name, Person.grade, Person.grade_year, CareDay.meal, CareDay.nap
        )
        .select_from(Enrollment)
        .join(Enrollment.person)
        .outerjoin(CareDay, CareDay.enrollment_id == Enrollment.id)
        .where(Enrollment.session_id == one.id, Enrollment.status == EnrollmentStatus.CONFIRMED)
    )
    found = [
        ExpectedChild(
            person_id=row.id,
            full_name=row.full_name,
            grade=grade_on(on, row.grade, row.grade_year),
            meal=bool(row.meal),
            nap=bool(row.nap),
        )
        for row in rows
    ]
    return sorted(found, key=lambda child: (child.grade is None, child.grade or 0, child.full_name))


def open_day_roll(
    session: Session, session_id: int, *, actor: Actor, now: datetime
) -> list[ExpectedChild]:
    """Return who is expected on a day, and record who opened the paper with so many names.

    Raises NoResultFound for an unknown session.
    """
    children = expected_children(session, session.get_one(ScheduledSession, session_id))
    subject, facts = ("scheduled_session", session_id), {"children": len(children)}
    record(session, actor, "care.roll_opened", subject, at=now, facts=facts)
    return children
