"""Reading the applications that wait until somebody looks whether the criteria are met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Application:
    """What one person, or several together, applied for; it is answered as one."""

    program: Program
    begins_at: datetime | None
    """The first date of the program: ages count on it."""
    people: tuple[Enrollment, ...]

    @property
    def id(self) -> int:
        """The first of its enrollments, by which it is answered."""
        return self.people[0].id


def count_applications(session: Session, center_id: int) -> int:
    """Return how many enrollments of a center's programs wait for an answer."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Enrollment)
            .join(Enrollment.program)
            .where(Program.center_id == center_id, Enrollment.status == EnrollmentStatus.APPLIED)
        )
        or 0
    )


def applications_at(session: Session, center_id: int) -> list[Application]:
    """Return what waits for an answer, by program and then in the order in which it came."""
    begins_at = (
        select(func.min(ScheduledSession.starts_at))
        .where(ScheduledSession.program_id == Program.id, ScheduledSession.cancelled_at.is_(None))
        .correlate(Program)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Enrollment, begins_at)
        .join(Enrollment.program)
        .join(Enrollment.person)
        .where(Program.center_id == center_id, Enrollment.status == EnrollmentStatus.APPLIED)
        .options(
            contains_eager(Enrollment.program),
            contains_eager(Enrollment.person).joinedload(Person.neighborhood),
            joinedload(Enrollment.session),
        )
        .order_by(Program.id, Enrollment.id)
    )
    found: dict[int, list[tuple[Enrollment, datetime | None]]] = {}
    for one, first_at in rows:
        found.setdefault(one.group_id or one.id, []).append((one, first_at))
    return [_application(group) for group in found.values()]


def _application(group: Sequence[tuple[Enrollment, datetime | None]]) -> Application:
    first, begins_at = group[0]
    return Application(first.program, begins_at, tuple(one for one, _ in group))
