"""Scheduling a series in one action: a preview that judges every date, then all or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.booking import RoomWish, find_conflicts
from venue.places.models import Center
from venue.places.opening import load_hours
from venue.places.rules import Conflict, Overlap
from venue.places.school import school_days
from venue.programs.editing import IsCancelled, lock_program
from venue.programs.entering import SeriesBlocked, enter_sessions, hold_rooms
from venue.programs.models import (
    Program,
    ScheduledSession,
    SeriesPattern,
    SessionRoom,
    SkippedDate,
)
from venue.programs.rules import (
    PLANNED_AHEAD,
    Candidate,
    DaysFollowed,
    LeftOut,
    PlannedDate,
    Slot,
    candidates,
    twins,
)
from venue.timeline.recurrence import WeeklyPattern


@dataclass(frozen=True, slots=True)
class SeriesPlan:
    """On which dates, from when to when (wall clock), and in which room, if in any."""

    pattern: WeeklyPattern
    starts_time: time
    ends_time: time
    room_id: int | None
    people: int | None = None
    follows: DaysFollowed = DaysFollowed.ALL

    def slot(self, on: date) -> Slot:
        """Return when and where a date takes place that nobody moved."""
        return Slot(on, self.starts_time, self.ends_time, self.room_id)


@dataclass(frozen=True, slots=True)
class Choices:
    """What was decided of single dates: which are wanted, which of them elsewhere, why not.

    Without `wanted` these are the dates that the plan keeps. `reasons` are for dropped dates.
    """

    wanted: frozenset[date] | None = None
    moved: Mapping[date, Slot] = field(default_factory=lambda: MappingProxyType({}))
    reasons: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))


AS_PLANNED = Choices()


def dates_of(
    session: Session,
    center_id: int,
    pattern: WeeklyPattern,
    follows: DaysFollowed,
    last_on: date | None = None,
) -> list[Candidate]:
    """Return every date of a pattern at a center, left out ones included; constant queries.

    It ends with `last_on`, or where nobody plans any more.
    """
    first = pattern.starts_on
    last = min(first + PLANNED_AHEAD, pattern.until_on or date.max, last_on or date.max)
    kinds = {on: kind for on, (kind, _) in load_hours(session, center_id, first, last).days.items()}
    taught: set[date] = set()
    if follows is DaysFollowed.SCHOOL:
        district_id = session.get_one(Center, center_id).district_id
        taught = school_days(session, district_id, first, last)
    return candidates(pattern, follows, kinds, taught, last)


def preview(
    session: Session,
    program: Program,
    plan: SeriesPlan,
    choices: Choices = AS_PLANNED,
    *,
    now: datetime,
) -> list[PlannedDate]:
    """Return every date of the plan with what stands against it; a constant number of queries.

    Dates that are left out or dropped are judged too: somebody may want them after all.
    """
    found = dates_of(session, program.center_id, plan.pattern, plan.follows)
    return judge(
        session,
        program.center_id,
        {one.on: choices.moved.get(one.on, plan.slot(one.on)) for one in found},
        _wanted(found, choices),
        left_out={one.on: one.left_out for one in found},
        people=plan.people,
        now=now,
    )


def judge(
    session: Session,
    center_id: int,
    slots: Mapping[date, Slot],
    wanted: Collection[date],
    *,
    left_out: Mapping[date, LeftOut | None],
    people: int | None,
    now: datetime,
    ignoring: Iterable[int] = (),
) -> list[PlannedDate]:
    """Return what stands against each slot, in the order of the slots; constant queries.

    Only wanted dates stand in each other's way, and in that of the others. `ignoring` names
    bookings that are about to move away.
    """
    if not slots:
        return []
    # Wishes of one call are held against those before them: the wanted ones come first.
    order = sorted(
        (on for on in slots if slots[on].room_id is not None), key=lambda on: on not in wanted
    )
    wishes = [
        RoomWish(room_id, slots[on].interval, people, center_id)
        for on in order
        if (room_id := slots[on].room_id) is not None
    ]
    found = named(session, find_conflicts(session, wishes, ignoring=ignoring))
    conflicts = dict(zip(order, found, strict=True))
    days = [slot.on for slot in slots.values()]
    hours = load_hours(session, center_id, min(days), max(days))
    same_time = twins(slots, wanted)
    return [
        PlannedDate(
            on=on,
            slot=slot,
            wanted=on in wanted,
            left_out=left_out.get(on),
            kind=hours.kind(slot.on),
            holiday=hours.day_name(slot.on),
            conflicts=tuple(one for one in conflicts.get(on, ()) if not _within_series(one)),
            twin=same_time.get(on),
            over=slot.interval.start <= now,
        )
        for on, slot in slots.items()
    ]


def schedule_series(
    session: Session,
    program_id: int,
    plan: SeriesPlan,
    *,
    choices: Choices = AS_PLANNED,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> list[ScheduledSession] | SeriesBlocked | IsCancelled:
    """Make a session of every wanted date of the plan, each with its room held.

    All or none: with a conflict on any wanted date nothing is made. `override` is as in
    `booking.hold`. The pattern is kept with its dropped dates, so that they can be added later.
    """
    program = lock_program(session, program_id)
    if program.cancelled_at is not None:
        return IsCancelled()
    found = dates_of(session, program.center_id, plan.pattern, plan.follows)
    wanted = _wanted(found, choices)
    known = [one.on for one in found]
    slots = {on: choices.moved.get(on, plan.slot(on)) for on in known if on in wanted}
    unknown_or_twins = [*(wanted - slots.keys()), *twins(slots, slots)]
    if unknown_or_twins:
        return SeriesBlocked(tuple(unknown_or_twins))
    bookings = hold_rooms(
        session,
        program.center_id,
        slots,
        people=plan.people,
        override=override,
        actor=actor,
        now=now,
    )
    if isinstance(bookings, SeriesBlocked):
        return bookings
    pattern_id = keep_pattern(session, program.id, plan, now=now)
    sessions = enter_sessions(session, program, pattern_id, slots, bookings, now=now)
    dropped = [one.on for one in found if one.left_out is None and one.on not in wanted]
    skip(session, pattern_id, {on: choices.reasons.get(on, "") for on in dropped}, actor, now=now)
    record(
        session,
        actor,
        "series.scheduled",
        ("program", program.id),
        at=now,
        facts={"dates": len(sessions), "override": override},
    )
    return sessions


def skip(
    session: Session, pattern_id: int, reasons: Mapping[date, str], actor: Actor, *, now: datetime
) -> None:
    """Write down which dates of a series were dropped, and why."""
    if reasons:
        session.execute(
            insert(SkippedDate),
            [
                {
                    "pattern_id": pattern_id,
                    "day_on": on,
                    "reason": reason[:100],
                    "skipped_at": now,
                    "skipped_by_id": actor.person_id,
                }
                for on, reason in reasons.items()
            ],
        )


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


def _wanted(found: Sequence[Candidate], choices: Choices) -> frozenset[date]:
    if choices.wanted is not None:
        return choices.wanted
    return frozenset(one.on for one in found if one.left_out is None)


def _within_series(conflict: Conflict) -> bool:
    """Tell whether the conflict is with another wish of the same call: `twins` names the date."""
    return isinstance(conflict, Overlap) and conflict.with_.booking_id == 0


def keep_pattern(session: Session, program_id: int, plan: SeriesPlan, *, now: datetime) -> int:
    """Keep the rhythm of a series, so that it can be changed as one; return its id."""
    made = SeriesPattern(program_id=program_id, made_at=now)
    set_rhythm(made, plan)
    session.add(made)
    session.flush()
    return made.id


def set_rhythm(kept: SeriesPattern, plan: SeriesPlan) -> None:
    """Write the rhythm of a plan into the pattern that keeps it."""
    kept.starts_on = plan.pattern.starts_on
    kept.weekdays = "".join(map(str, sorted(plan.pattern.weekdays)))
    kept.every_weeks = plan.pattern.every_weeks
    kept.count, kept.until_on = plan.pattern.count, plan.pattern.until_on
    kept.follows = plan.follows
    kept.starts_time, kept.ends_time = plan.starts_time, plan.ends_time
    kept.room_id = plan.room_id
