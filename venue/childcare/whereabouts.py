"""Where children of care days are: read for the board of a day, and for a family's today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, contains_eager

from venue.attendance.models import Attendance
from venue.childcare.at_door import releases
from venue.childcare.board_rules import BoardTimes, ComingFact, Place, place_of
from venue.childcare.door_models import Collection
from venue.childcare.models import CareDay
from venue.config import settings
from venue.people.models import Person
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import local_date, whole_days


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a child is on one of its care days."""

    day: CareDay
    child: Person
    session: ScheduledSession
    """With its program."""
    place: Place
    arrived_at: datetime | None
    gone: Collection | None


def board_times() -> BoardTimes:
    """Return the figures of this installation."""
    chosen = settings()
    return BoardTimes(
        missing_after=timedelta(minutes=chosen.care_missing_minutes),
        late_after=timedelta(minutes=chosen.care_late_minutes),
    )


def whereabouts_on(
    session: Session, session_ids: Sequence[int], *, now: datetime
) -> list[Whereabouts]:
    """Return all children of care days, in three queries, in the order of their names."""
    return _read(session, now, Enrollment.session_id.in_(session_ids))


def whereabouts_today(
    session: Session, person_ids: Sequence[int], *, now: datetime
) -> list[Whereabouts]:
    """Return the care days that these people have today, in three queries, in order of time."""
    today = local_date(now)
    within = whole_days(today, today)
    found = _read(
        session,
        now,
        Enrollment.person_id.in_(person_ids),
        ScheduledSession.starts_at >= within.start,
        ScheduledSession.starts_at < within.end,
    )
    return sorted(found, key=lambda one: (one.session.starts_at, one.day.enrollment_id))


def _read(session: Session, now: datetime, *chosen: ColumnElement[bool]) -> list[Whereabouts]:
    rows = session.execute(
        select(CareDay, Person, ScheduledSession)
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .join(ScheduledSession.program)
        .join(Person, Person.id == Enrollment.person_id)
        .where(
            *chosen,
            or_(
                Enrollment.status == EnrollmentStatus.CONFIRMED,
                CareDay.absent_at.is_not(None),
            ),
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(Person.full_name, Person.id, CareDay.enrollment_id)
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return []
    ids = {one.id for _, _, one in rows}
    arrivals = {
        (one.session_id, one.person_id): one.arrived_at
        for one in session.scalars(
            select(Attendance).where(
                Attendance.session_id.in_(ids),
                Attendance.person_id.in_({child.id for _, child, _ in rows}),
            )
        )
    }
    gone = {(one.session_id, one.child_id): one for one in session.scalars(releases(ids))}
    times = board_times()
    placed: dict[tuple[int, int], Whereabouts] = {}
    for day, child, one in rows:
        key = (one.id, child.id)
        arrived_at, released = arrivals.get(key), gone.get(key)
        fact = ComingFact(
            one.starts_at,
            one.ends_at,
            arrived_at=arrived_at,
            gone_at=released.at if released is not None else None,
            absent=day.absent_at is not None,
        )
        # A day that was given back and booked again has two rows; the newer one counts.
        place = place_of(fact, times, now)
        placed[key] = Whereabouts(day, child, one, place, arrived_at, released)
    return list(placed.values())
