"""The figures of the office's lists: programs with their fill, and a center's totals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus
from venue.timeline.interval import Interval


class ProgramState(StrEnum):
    """Where a program stands, as the office sorts its list."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OVER = "over"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ProgramRow:
    """A program in a list: its sessions that take place, and its seats.

    Of a program that is booked session by session, the seats are those of its next session.
    """

    program: Program
    sessions: int
    next_at: datetime | None
    last_at: datetime | None
    capacity: int
    taken: int
    waiting: int

    def state(self, now: datetime) -> ProgramState:
        """Return where the program stands."""
        if self.program.cancelled_at is not None:
            return ProgramState.CANCELLED
        if self.program.published_at is None:
            return ProgramState.DRAFT
        if self.last_at is not None and self.last_at <= now:
            return ProgramState.OVER
        return ProgramState.PUBLISHED


class ProgramOrder(StrEnum):
    """By what the office's list of programs is sorted."""

    NEXT = "next"
    """Drafts first, for they wait for the manager; then by the next session; what is over last."""
    EMPTIEST = "emptiest"
    """The least full first: these need people."""
    WAITING = "waiting"
    """The most people in line first: these need seats."""


def ordered(rows: Iterable[ProgramRow], order: ProgramOrder, now: datetime) -> list[ProgramRow]:
    """Return programs in an order; those of which it says nothing come last, the newest first."""
    newest = sorted(rows, key=lambda row: -row.program.id)
    if order is ProgramOrder.EMPTIEST:
        return sorted(newest, key=lambda row: row.taken / row.capacity if row.capacity else 2)
    if order is ProgramOrder.WAITING:
        return sorted(newest, key=lambda row: -row.waiting)
    drafts = [row for row in newest if row.state(now) is ProgramState.DRAFT]
    coming = [row for row in newest if row.next_at is not None and row not in drafts]
    rest = [row for row in newest if row.next_at is None and row not in drafts]
    return [
        *drafts,
        *sorted(coming, key=lambda row: row.next_at or now),
        *sorted(rest, key=lambda row: row.last_at or now, reverse=True),
    ]


def program_rows(session: Session, chosen: ColumnElement[bool], now: datetime) -> list[ProgramRow]:
    """Return the programs that the condition chooses, newest first, in one query."""
    dates = _dates(now)
    seats = _seats(dates)
    waiting = (
        select(Enrollment.program_id, func.count().label("waiting"))
        .where(Enrollment.status == EnrollmentStatus.WAITLISTED)
        .group_by(Enrollment.program_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Program,
            func.coalesce(dates.c.sessions, 0),
            dates.c.next_at,
            dates.c.last_at,
            func.coalesce(seats.c.capacity, 0),
            func.coalesce(seats.c.taken, 0),
            func.coalesce(waiting.c.waiting, 0),
        )
        .outerjoin(dates, dates.c.program_id == Program.id)
        .outerjoin(seats, seats.c.program_id == Program.id)
        .outerjoin(waiting, waiting.c.program_id == Program.id)
        .where(chosen)
        .options(joinedload(Program.teacher))
        .order_by(Program.id.desc())
    )
    return [ProgramRow(*row) for row in rows]


def _dates(now: datetime) -> Subquery:
    return (
        select(
            ScheduledSession.program_id,
            func.count().label("sessions"),
            func.min(ScheduledSession.starts_at)
            .filter(ScheduledSession.starts_at > now)
            .label("next_at"),
            func.max(ScheduledSession.ends_at).label("last_at"),
        )
        .where(ScheduledSession.cancelled_at.is_(None))
        .group_by(ScheduledSession.program_id)
        .subquery()
    )


def _seats(dates: Subquery) -> Subquery:
    program_id = func.coalesce(SeatPool.program_id, ScheduledSession.program_id)
    is_next = and_(
        ScheduledSession.starts_at == dates.c.next_at, ScheduledSession.cancelled_at.is_(None)
    )
    return (
        select(
            program_id.label("program_id"),
            func.sum(SeatPool.capacity).label("capacity"),
            func.sum(SeatPool.taken).label("taken"),
        )
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .outerjoin(dates, dates.c.program_id == ScheduledSession.program_id)
        .where(or_(SeatPool.session_id.is_(None), is_next))
        .group_by(program_id)
        .subquery()
    )


@dataclass(frozen=True, slots=True)
class CenterTotals:
    """One line of the district's page: figures of a center, and nobody's name."""

    center: Center
    programs: int
    drafts: int
    taken: int
    capacity: int
    waiting: int
    sessions_this_week: int


def totals(
    session: Session, centers: ColumnElement[bool], week: Interval, now: datetime
) -> list[CenterTotals]:
    """Return the figures of the centers that the condition chooses, in three queries.

    Programs are those that are published and not over; seats are theirs.
    """
    chosen = session.scalars(
        select(Center)
        .join(Center.district)
        .where(centers)
        .options(contains_eager(Center.district))
        .order_by(Center.district_id, Center.name)
    ).all()
    ids = [center.id for center in chosen]
    rows = program_rows(session, Program.center_id.in_(ids), now)
    weekly = {
        row[0]: row[1]
        for row in session.execute(
            select(ScheduledSession.center_id, func.count())
            .join(ScheduledSession.program)
            .where(
                ScheduledSession.center_id.in_(ids),
                ScheduledSession.cancelled_at.is_(None),
                Program.published_at.is_not(None),
                ScheduledSession.starts_at >= week.start,
                ScheduledSession.starts_at < week.end,
            )
            .group_by(ScheduledSession.center_id)
        )
    }
    return [_total(center, rows, weekly.get(center.id, 0), now) for center in chosen]


def _total(
    center: Center, rows: Iterable[ProgramRow], sessions_this_week: int, now: datetime
) -> CenterTotals:
    own = [row for row in rows if row.program.center_id == center.id]
    running = [row for row in own if row.state(now) is ProgramState.PUBLISHED]
    return CenterTotals(
        center=center,
        programs=len(running),
        drafts=sum(row.state(now) is ProgramState.DRAFT for row in own),
        taken=sum(row.taken for row in running),
        capacity=sum(row.capacity for row in running),
        waiting=sum(row.waiting for row in running),
        sessions_this_week=sessions_this_week,
    )
