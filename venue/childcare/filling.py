"""How full days of care are: children, meals, naps, absences, and the carers that they need."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from venue.childcare.models import CareDay, CareProgram
from venue.childcare.ratio import CareNeed, GroupFact, needs_over_time, staff_needed
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import local_date, week_start, whole_days


@dataclass(frozen=True, slots=True)
class Figures:
    """Children of one day or of several, counted once for each day."""

    places: int = 0
    booked: int = 0
    """Who has a place."""
    offered: int = 0
    """For whom a place is held until they answer."""
    waiting: int = 0
    """Who stands in line."""
    meals: int = 0
    naps: int = 0
    absent: int = 0
    """Who had a place and said that they do not come; the place was free again."""
    carers: int = 0
    """How many the table of carers asks, for a place that is held, too: whoever accepts comes."""

    def __add__(self, other: Figures) -> Figures:
        """Add days together."""
        return Figures(
            self.places + other.places,
            self.booked + other.booked,
            self.offered + other.offered,
            self.waiting + other.waiting,
            self.meals + other.meals,
            self.naps + other.naps,
            self.absent + other.absent,
            self.carers + other.carers,
        )


@dataclass(frozen=True, slots=True)
class FilledDay:
    """One day of a program of care; called off, nobody comes and nothing is cooked."""

    session_id: int
    program_id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    called_off: bool
    figures: Figures

    @property
    def on(self) -> date:
        """The local date."""
        return local_date(self.starts_at)


def total(days: Iterable[FilledDay]) -> Figures:
    """Return days added up; those called off count for nothing."""
    return sum((one.figures for one in days if not one.called_off), Figures())


def by_week(days: Iterable[FilledDay]) -> dict[date, list[FilledDay]]:
    """Return days by the Monday of their week, in the order in which they come."""
    weeks: dict[date, list[FilledDay]] = {}
    for one in days:
        weeks.setdefault(week_start(one.on), []).append(one)
    return weeks


def days_of_program(session: Session, program_id: int) -> list[FilledDay]:
    """Return all days of a program of care in their order, in one query."""
    return _days(session, ScheduledSession.program_id == program_id)


def days_of_center(
    session: Session, center_id: int, first_on: date, last_on: date
) -> list[FilledDay]:
    """Return the days of all published programs of care of a center, both dates included.

    In their order, in one query.
    """
    time = whole_days(first_on, last_on)
    return _days(
        session,
        and_(
            ScheduledSession.center_id == center_id,
            Program.published_at.is_not(None),
            ScheduledSession.starts_at >= time.start,
            ScheduledSession.starts_at < time.end,
        ),
    )


def staff_needed_by_day(
    session: Session, center_id: int, first_on: date, last_on: date
) -> dict[date, list[CareNeed]]:
    """Return how many carers a center needs, by date and time of day, both dates included.

    The sum over its programs of care, each of which is a group of its own; one query. A date
    without children is left out.
    """
    groups: dict[date, list[GroupFact]] = {}
    for one in days_of_center(session, center_id, first_on, last_on):
        if not one.called_off:
            children = one.figures.booked + one.figures.offered
            groups.setdefault(one.on, []).append(GroupFact(one.starts_at, one.ends_at, children))
    needs = {on: needs_over_time(group) for on, group in groups.items()}
    return {on: need for on, need in needs.items() if need}


def _days(session: Session, chosen: ColumnElement[bool]) -> list[FilledDay]:
    pools = (
        select(SeatPool.session_id, func.sum(SeatPool.capacity).label("places"))
        .where(SeatPool.session_id.is_not(None))
        .group_by(SeatPool.session_id)
        .subquery()
    )
    has_place = Enrollment.status == EnrollmentStatus.CONFIRMED
    rows = session.execute(
        select(
            ScheduledSession.id,
            ScheduledSession.program_id,
            Program.title,
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
            ScheduledSession.cancelled_at.is_not(None).label("called_off"),
            func.coalesce(pools.c.places, 0).label("places"),
            _count(has_place).label("booked"),
            _count(Enrollment.status == EnrollmentStatus.OFFERED).label("offered"),
            _count(Enrollment.status == EnrollmentStatus.WAITLISTED).label("waiting"),
            _count(and_(has_place, CareDay.meal)).label("meals"),
            _count(and_(has_place, CareDay.nap)).label("naps"),
            _count(CareDay.absent_at.is_not(None)).label("absent"),
        )
        .join(ScheduledSession.program)
        .join(CareProgram, CareProgram.program_id == Program.id)
        .outerjoin(pools, pools.c.session_id == ScheduledSession.id)
        .outerjoin(Enrollment, Enrollment.session_id == ScheduledSession.id)
        .outerjoin(CareDay, CareDay.enrollment_id == Enrollment.id)
        .where(chosen)
        .group_by(ScheduledSession.id, Program.title, pools.c.places)
        .order_by(ScheduledSession.starts_at, Program.title, ScheduledSession.id)
    )
    return [
        FilledDay(
            session_id=row.id,
            program_id=row.program_id,
            title=row.title,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            called_off=row.called_off,
            figures=Figures(
                places=row.places,
                booked=row.booked,
                offered=row.offered,
                waiting=row.waiting,
                meals=row.meals,
                naps=row.naps,
                absent=row.absent,
                carers=staff_needed(row.booked + row.offered),
            ),
        )
        for row in rows
    ]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))
