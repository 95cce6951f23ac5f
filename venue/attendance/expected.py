"""Who is expected today where somebody asks after those who do not come, and who is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.attendance.models import Attendance
from venue.attendance.rules import missing_since
from venue.config import settings
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import day_start, local_date


@dataclass(frozen=True, slots=True)
class Expected:
    """Somebody with a seat in a session of today, and when they came, if they did."""

    person: Person
    program: Program
    session: ScheduledSession
    arrived_at: datetime | None
    since: datetime | None
    """Since when they are missing; None: they are here, or it is too early to ask."""


def expected_elders(session: Session, center_id: int, *, now: datetime) -> list[Expected]:
    """Return who is expected today, session by session, those who are missing first; one query."""
    on = local_date(now)
    rows = session.execute(
        select(Enrollment, ScheduledSession, Attendance.arrived_at)
        .join(Enrollment.program)
        .join(
            ScheduledSession,
            and_(
                ScheduledSession.program_id == Enrollment.program_id,
                or_(Enrollment.session_id.is_(None), Enrollment.session_id == ScheduledSession.id),
            ),
        )
        .outerjoin(
            Attendance,
            and_(
                Attendance.session_id == ScheduledSession.id,
                Attendance.person_id == Enrollment.person_id,
            ),
        )
        .where(
            Program.asks_after.is_(True),
            Program.published_at.is_not(None),
            Program.cancelled_at.is_(None),
            ScheduledSession.center_id == center_id,
            ScheduledSession.starts_at >= day_start(on),
            ScheduledSession.starts_at < day_start(on + timedelta(days=1)),
            ScheduledSession.cancelled_at.is_(None),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
        )
        .options(contains_eager(Enrollment.program), joinedload(Enrollment.person))
    )
    after = timedelta(minutes=settings().elder_missing_minutes)
    found = [
        Expected(
            person=seat.person,
            program=seat.program,
            session=one,
            arrived_at=arrived_at,
            since=missing_since(one.starts_at, seat.changed_at, arrived_at, now, after=after),
        )
        for seat, one, arrived_at in rows
    ]
    return sorted(
        found,
        key=lambda one: (
            one.session.starts_at,
            one.session.id,
            one.since is None,
            one.arrived_at is not None,
            one.person.full_name,
            one.person.id,
        ),
    )


def missing_elders(session: Session, center_id: int, *, now: datetime) -> list[Expected]:
    """Return who is missing today and has to be asked after, the longest first, in one query.

    `since` of each is set. They stay until they are marked as there, or the day ends.
    """
    missing = [
        (one.since, one.person.id, one)
        for one in expected_elders(session, center_id, now=now)
        if one.since is not None
    ]
    return [one for *_, one in sorted(missing, key=lambda each: each[:2])]
