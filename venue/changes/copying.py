"""Copying a program into another term: a draft with its seats and a series of dates of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.childcare.planning import copy_terms
from venue.programs.copying import DraftFacts, copy_draft
from venue.programs.entering import SeriesBlocked
from venue.programs.models import Program, ScheduledSession, SeriesPattern
from venue.programs.rules import Admission, Books, DaysFollowed
from venue.programs.scheduling import Choices, SeriesPlan, schedule_series
from venue.seats.copying import copy_pools
from venue.seats.opening import open_seats_of
from venue.timeline.local_time import local, local_date


@dataclass(frozen=True, slots=True)
class FormerSeries:
    """The rhythm in which a program took place, as a copy of it may again."""

    first_on: date
    weekdays: frozenset[int]
    every_weeks: int
    count: int
    """Dates, those included that were dropped or cancelled: a typhoon makes no course shorter."""
    follows: DaysFollowed
    starts_time: time
    ends_time: time
    room_id: int | None


@dataclass(frozen=True, slots=True)
class SeriesWish:
    """When a copy takes place: its plan, what was decided of single dates, and seats of each."""

    plan: SeriesPlan
    choices: Choices
    override: str | None
    seats: int | None
    """Of each session, where one books it by itself."""


def former_series(session: Session, program_id: int) -> list[FormerSeries]:
    """Return the rhythms of a program, the one with most dates first; none without sessions.

    Series on the same weekdays are one: a change "from here on" made two of it. The later says how
    it goes on; sessions without a series count as one.
    """
    sessions = session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.program_id == program_id)
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()
    patterns = session.scalars(
        select(SeriesPattern)
        .where(SeriesPattern.program_id == program_id)
        .order_by(SeriesPattern.starts_on, SeriesPattern.id)
    ).all()
    kept = {one.id: one for one in patterns}
    dates: dict[str, list[ScheduledSession]] = defaultdict(list)
    for one in sessions:
        dates[kept[one.pattern_id].weekdays if one.pattern_id is not None else ""].append(one)
    latest = {one.weekdays: one for one in patterns}
    found = [_former(latest.get(weekdays), every) for weekdays, every in dates.items()]
    return sorted(found, key=lambda one: -one.count)


def _former(kept: SeriesPattern | None, sessions: Sequence[ScheduledSession]) -> FormerSeries:
    first = sessions[0]
    if kept is None:
        return FormerSeries(
            first_on=local_date(first.starts_at),
            weekdays=frozenset(local_date(one.starts_at).isoweekday() for one in sessions),
            every_weeks=1,
            count=len(sessions),
            follows=DaysFollowed.ORDINARY,
            starts_time=local(first.starts_at).time(),
            ends_time=local(first.ends_at).time(),
            room_id=None,
        )
    return FormerSeries(
        first_on=first.pattern_on or local_date(first.starts_at),
        weekdays=frozenset(map(int, kept.weekdays)),
        every_weeks=kept.every_weeks,
        count=max(kept.count or 0, len(sessions)),
        follows=kept.follows,
        starts_time=kept.starts_time,
        ends_time=kept.ends_time,
        room_id=kept.room_id,
    )


def copy_program(
    session: Session,
    program_id: int,
    facts: DraftFacts,
    wish: SeriesWish | None,
    first_days: tuple[date, date] | None,
    *,
    actor: Actor,
    now: datetime,
) -> Program | SeriesBlocked:
    """Make a draft after a program, with its seats and the wanted dates: all of it or nothing.

    `first_days` are the first day of the old series and of the new one. Nothing of the people who
    were in it goes with it. Raises NoResultFound for an unknown program.
    """
    program = session.get_one(Program, program_id)
    with session.begin_nested() as savepoint:
        draft = copy_draft(session, program, facts, actor=actor, now=now)
        copy_terms(session, program_id, draft.id, actor=actor, now=now)
        if program.books is Books.SERIES and program.admission is not Admission.DROP_IN:
            copy_pools(session, program, draft, first_days, now=now)
        if wish is not None:
            made = schedule_series(
                session,
                draft.id,
                wish.plan,
                choices=wish.choices,
                override=wish.override,
                actor=actor,
                now=now,
            )
            if isinstance(made, SeriesBlocked):
                savepoint.rollback()
                return made
            if isinstance(made, list):
                open_seats_of(session, draft, made, wish.seats)
    return draft
