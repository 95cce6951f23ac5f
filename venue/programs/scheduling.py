"""Scheduling a series in one action: a preview that judges every date, then all or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.booking import Blocked, RoomWish, find_conflicts, hold
from venue.places.opening import load_hours
from venue.places.rules import Conflict, Overlap
from venue.programs.calendar import publish_sessions
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import PlannedDate
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant
from venue.timeline.recurrence import WeeklyPattern


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """On which dates, from when to when (wall clock), and in which room, if in any."""

    pattern: WeeklyPattern
    starts_time: time
    ends_time: time
    room_id: int | None
    people: int | None = None

    def interval(self, on: date) -> Interval:
        """Return the time of one date; an end that is not after the start is the next day's."""
        end_on = on if self.ends_time > self.starts_time else on + timedelta(days=1)
        return Interval(instant(on, self.starts_time), instant(end_on, self.ends_time))


@dataclass(frozen=True, slots=True)
class SeriesBlocked:
    """Nothing was scheduled: some of the planned dates have conflicts."""

    planned: tuple[PlannedDate, ...]


def preview(session: Session, program: Program, plan: SeriesPlan) -> list[PlannedDate]:
    """Return every date of the plan with what stands against it; a constant number of queries."""
    return _judge(session, program, plan, plan.pattern.dates())


def schedule_series(
    session: Session,
    program_id: int,
    plan: SeriesPlan,
    *,
    leaving_out: frozenset[date],
    override: str | None,
    actor: Actor,
    now: datetime,
) -> list[ScheduledSession] | SeriesBlocked:
    """Make a session of every date of the plan but those left out, each with its room held.

    All or none: with a conflict on any date nothing is made. `override` is as in `booking.hold`.
    Topics are taken from the syllabus, a line a lesson, after those of sessions that exist.
    """
    program = session.get_one(Program, program_id)
    dates = [on for on in plan.pattern.dates() if on not in leaving_out]
    intervals = [plan.interval(on) for on in dates]
    bookings = []
    if plan.room_id is not None:
        wishes = [RoomWish(plan.room_id, one, plan.people, program.center_id) for one in intervals]
        outcome = hold(session, wishes, label=None, override=override, actor=actor, now=now)
        if isinstance(outcome, Blocked):
            return SeriesBlocked(tuple(_judge(session, program, plan, dates)))
        bookings = outcome
    topics = _topics(session, program, len(dates))
    sessions = list(
        session.scalars(
            insert(ScheduledSession).returning(ScheduledSession, sort_by_parameter_order=True),
            [
                {
                    "program_id": program.id,
                    "center_id": program.center_id,
                    "starts_at": one.start,
                    "ends_at": one.end,
                    "topic": topic,
                }
                for one, topic in zip(intervals, topics, strict=True)
            ],
        )
    )
    if bookings:
        session.execute(
            insert(SessionRoom),
            [
                {"session_id": made.id, "booking_id": booking.id}
                for made, booking in zip(sessions, bookings, strict=True)
            ],
        )
    record(
        session,
        actor,
        "series.scheduled",
        ("program", program.id),
        at=now,
        facts={"dates": len(dates), "override": override},
    )
    publish_sessions(session, [made.id for made in sessions], now=now)
    return sessions


def named(session: Session, found: Iterable[tuple[Conflict, ...]]) -> list[tuple[Conflict, ...]]:
    """Return the conflicts with the title of the program wherever a session holds the room."""
    conflicts = [tuple(reasons) for reasons in found]
    ids = {
        reason.with_.booking_id
        for reasons in conflicts
        for reason in reasons
        if isinstance(reason, Overlap)
    }
    if not ids:
        return conflicts
    rows = session.execute(
        select(SessionRoom.booking_id, Program.title)
        .join(SessionRoom.session)
        .join(ScheduledSession.program)
        .where(SessionRoom.booking_id.in_(ids))
    )
    titles = {row.booking_id: row.title for row in rows}
    return [
        tuple(
            Overlap(replace(reason.with_, title=titles[reason.with_.booking_id]))
            if isinstance(reason, Overlap) and reason.with_.booking_id in titles
            else reason
            for reason in reasons
        )
        for reasons in conflicts
    ]


def _judge(
    session: Session, program: Program, plan: SeriesPlan, dates: Sequence[date]
) -> list[PlannedDate]:
    if not dates:
        return []
    intervals = [plan.interval(on) for on in dates]
    found: list[tuple[Conflict, ...]] = [()] * len(dates)
    if plan.room_id is not None:
        wishes = [RoomWish(plan.room_id, one, plan.people, program.center_id) for one in intervals]
        found = named(session, find_conflicts(session, wishes))
    hours = load_hours(session, program.center_id, dates[0], dates[-1])
    return [
        PlannedDate(on, interval, hours.kind(on), hours.day_name(on), conflicts)
        for on, interval, conflicts in zip(dates, intervals, found, strict=True)
    ]


def _topics(session: Session, program: Program, count: int) -> list[str]:
    lines = [line.strip() for line in program.syllabus.splitlines() if line.strip()]
    made = len(
        session.scalars(
            select(ScheduledSession.id).where(ScheduledSession.program_id == program.id)
        ).all()
    )
    rest = lines[made : made + count]
    return [topic[:100] for topic in rest] + [""] * (count - len(rest))
