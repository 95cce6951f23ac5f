"""A month of care in figures: who came, who was excused, who was not, who was collected late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.attendance.models import Attendance
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.door_models import Collection
from venue.childcare.models import CareDay
from venue.childcare.whereabouts import board_times
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class ProgramMonth:
    """One program: children counted once for each day that is over and was not called off."""

    program_id: int
    title: str
    came: int
    excused: int
    missing: int
    """Who had a place, was not excused and did not come."""
    late: int
    """How often a child was collected late."""
    late_minutes: int
    """All of them together, from the end of the day on."""

    @property
    def expected(self) -> int:
        """Who had a place and was not excused."""
        return self.came + self.missing


@dataclass(frozen=True, slots=True)
class LateCollection:
    """A child that left so long after the end of its day that it counts as late."""

    session: ScheduledSession
    """With its program."""
    child: Person
    at: datetime
    collector: str
    minutes: int


@dataclass(slots=True)
class ChildMonth:
    """A child about whom there is something to say."""

    child: Person
    missed: list[ScheduledSession] = field(default_factory=list)
    late: list[LateCollection] = field(default_factory=list)


def programs_in(
    session: Session,
    center_id: int,
    time: Interval,
    late: Sequence[LateCollection],
    *,
    now: datetime,
) -> list[ProgramMonth]:
    """Return the programs of care of a center that had days in a time, by title; one query.

    `late` are the late collections of the same time, see `late_in`.
    """
    had_place = Enrollment.status == EnrollmentStatus.CONFIRMED
    rows = session.execute(
        select(
            Program.id,
            Program.title,
            _sum(and_(had_place, Attendance.arrived_at.is_not(None))),
            _sum(CareDay.absent_at.is_not(None)),
            _sum(and_(had_place, Attendance.arrived_at.is_(None))),
        )
        .select_from(CareDay)
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .join(ScheduledSession.program)
        .outerjoin(Attendance, _attended())
        .where(*_over(center_id, time, now))
        .group_by(Program.id, Program.title)
        .order_by(Program.title, Program.id)
    )
    minutes: dict[int, list[int]] = defaultdict(list)
    for one in late:
        minutes[one.session.program_id].append(one.minutes)
    return [
        ProgramMonth(
            program_id=program_id,
            title=title,
            came=came,
            excused=excused,
            missing=missing,
            late=len(minutes[program_id]),
            late_minutes=sum(minutes[program_id]),
        )
        for program_id, title, came, excused, missing in rows
    ]


def late_in(session: Session, center_id: int, time: Interval) -> list[LateCollection]:
    """Return the late collections of a center in a time, in order; one query."""
    after: timedelta = board_times().late_after
    rows = session.scalars(
        select(Collection)
        .join(Collection.session)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.center_id == center_id,
            ScheduledSession.starts_at >= time.start,
            ScheduledSession.starts_at < time.end,
            Collection.refusal.is_(None),
            Collection.undone_at.is_(None),
            Collection.at > ScheduledSession.ends_at,
        )
        .options(
            contains_eager(Collection.session).contains_eager(ScheduledSession.program),
            joinedload(Collection.child),
        )
        .order_by(Collection.at, Collection.id)
    )
    return [
        LateCollection(
            session=one.session,
            child=one.child,
            at=one.at,
            collector=one.relation or one.collector,
            minutes=(one.at - one.session.ends_at) // timedelta(minutes=1),
        )
        for one in rows
        if one.at >= one.session.ends_at + after
    ]


def children_in(
    session: Session,
    center_id: int,
    time: Interval,
    late: Sequence[LateCollection],
    *,
    now: datetime,
) -> list[ChildMonth]:
    """Return who was collected late or missing without an excuse, by name; one query."""
    found: dict[int, ChildMonth] = {}
    rows = session.execute(
        select(Person, ScheduledSession)
        .select_from(CareDay)
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .join(ScheduledSession.program)
        .join(Person, Person.id == Enrollment.person_id)
        .outerjoin(Attendance, _attended())
        .where(
            *_over(center_id, time, now),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            Attendance.arrived_at.is_(None),
        )
        .options(contains_eager(ScheduledSession.program))
        .order_by(ScheduledSession.starts_at)
    )
    for child, day in rows:
        found.setdefault(child.id, ChildMonth(child)).missed.append(day)
    for one in late:
        found.setdefault(one.child.id, ChildMonth(one.child)).late.append(one)
    return sorted(found.values(), key=lambda one: (one.child.full_name, one.child.id))


def _sum(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((which, 1), else_=0))


def _attended() -> ColumnElement[bool]:
    return and_(
        Attendance.session_id == Enrollment.session_id,
        Attendance.person_id == Enrollment.person_id,
    )


def _over(center_id: int, time: Interval, now: datetime) -> list[ColumnElement[bool]]:
    return [
        ScheduledSession.center_id == center_id,
        ScheduledSession.starts_at >= time.start,
        ScheduledSession.starts_at < time.end,
        ScheduledSession.ends_at <= now,
        ScheduledSession.cancelled_at.is_(None),
    ]


def export_month(
    session: Session, center_id: int, time: Interval, *, actor: Actor, now: datetime
) -> list[ChildMonth]:
    """Return the children of a month for a file, and record who took so many along."""
    rows = children_in(session, center_id, time, late_in(session, center_id, time), now=now)
    facts = {"since": time.start.isoformat(), "children": len(rows)}
    record(session, actor, "care_month.exported", ("center", center_id), at=now, facts=facts)
    return rows
