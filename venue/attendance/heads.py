"""Reading who came without a seat: zones into which people drop, and seats given at the door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.attendance.models import Attendance, Roll
from venue.attendance.rolls import fact_of, roll_times
from venue.attendance.rules import Count, RollFact, heads_by_hour, marking_refusal
from venue.audit.models import AuditEntry
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import Admission
from venue.timeline.local_time import day_start, local_date


@dataclass(frozen=True, slots=True)
class Zone:
    """A session of a day whose heads are counted."""

    session: ScheduledSession
    counted: int
    """People without a seat and a name: what one more, or one less, changes."""
    named: int
    """People without a seat who were marked by name."""
    fact: RollFact
    now: datetime

    @property
    def heads(self) -> int:
        """How many came without a seat."""
        return self.counted + self.named

    @property
    def left(self) -> int | None:
        """How many seats are left at the door; None: no number was promised."""
        seats = self.session.program.walk_in_seats
        return None if seats is None else max(0, seats - self.heads)

    @property
    def refusal(self) -> object:
        """Why nobody can be counted at the moment, or None."""
        return marking_refusal(self.fact, roll_times(), self.now)

    @property
    def opens_at(self) -> datetime:
        """From when people are counted."""
        return self.fact.starts_at - roll_times().before


_zone = or_(Program.admission == Admission.DROP_IN, Program.walk_in_seats.is_not(None))


def zones(session: Session, center_id: int, on: date, *, now: datetime) -> list[Zone]:
    """Return the sessions of a day at which heads are counted, in six queries."""
    held = session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.center_id == center_id,
            ScheduledSession.starts_at >= day_start(on),
            ScheduledSession.starts_at < day_start(on + timedelta(days=1)),
            ScheduledSession.cancelled_at.is_(None),
            Program.cancelled_at.is_(None),
            Program.published_at.is_not(None),
            _zone,
        )
        .options(
            contains_eager(ScheduledSession.program),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()
    ids = [one.id for one in held]
    found = session.scalars(
        select(Roll).where(Roll.session_id.in_(ids)).execution_options(populate_existing=True)
    )
    rolls = {roll.session_id: roll for roll in found}
    named = walked_in(session, ids)
    return [
        Zone(
            session=one,
            counted=rolls[one.id].walk_ins if one.id in rolls else 0,
            named=named.get(one.id, 0),
            fact=fact_of(one, rolls.get(one.id)),
            now=now,
        )
        for one in held
    ]


def walked_in(session: Session, session_ids: Sequence[int]) -> dict[int, int]:
    """Return by session how many came without a seat and were marked by name."""
    rows = session.execute(
        select(Attendance.session_id, func.count())
        .where(
            Attendance.session_id.in_(session_ids),
            Attendance.enrollment_id.is_(None),
            Attendance.arrived_at.is_not(None),
        )
        .group_by(Attendance.session_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class HeadFigures:
    """How many heads were counted at a center, by program, by day and by hour of the day."""

    by_program: dict[str, int]
    by_day: dict[date, int]
    by_hour: dict[int, int]


def head_figures(session: Session, center_id: int, first_on: date, last_on: date) -> HeadFigures:
    """Return the counted heads of a stretch of days, in two queries.

    The hours come from the presses themselves, which the audit keeps.
    """
    rows = session.execute(
        select(Roll.session_id, ScheduledSession.starts_at, Program.title, Roll.walk_ins)
        .join(Roll.session)
        .join(ScheduledSession.program)
        .where(
            ScheduledSession.center_id == center_id,
            ScheduledSession.starts_at >= day_start(first_on),
            ScheduledSession.starts_at < day_start(last_on + timedelta(days=1)),
            Roll.walk_ins > 0,
        )
        .order_by(ScheduledSession.starts_at)
    ).all()
    by_program: dict[str, int] = defaultdict(int)
    by_day: dict[date, int] = defaultdict(int)
    for _, starts_at, title, heads in rows:
        by_program[title] += heads
        by_day[local_date(starts_at)] += heads
    presses = session.execute(
        select(AuditEntry.subject_id, AuditEntry.at, AuditEntry.facts)
        .where(
            AuditEntry.subject == "scheduled_session",
            AuditEntry.subject_id.in_([row[0] for row in rows]),
            AuditEntry.action == "roll.counted",
        )
        .order_by(AuditEntry.id)
    )
    counts = [Count(id_, at, facts["walk_ins"]) for id_, at, facts in presses]
    return HeadFigures(dict(by_program), dict(by_day), heads_by_hour(counts))
