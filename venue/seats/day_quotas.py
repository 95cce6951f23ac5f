"""Priority seats of a program that is booked by day: the same number on each of its days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import execute_core, table
from venue.programs.models import Program, ScheduledSession
from venue.seats.locking import Lines, lock_lines
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import move_line
from venue.seats.opening import BelowTaken, day_quotas
from venue.seats.quotas import QuotasSettled, quotas_settled
from venue.seats.rules import Quota

DAY_QUOTAS = (Quota.RESIDENTS, Quota.IN_NEED)
"""The groups that days can have seats for; who comes to many days is no first-timer for long."""


@dataclass(frozen=True, slots=True)
class DayQuotasSet:
    """So many days ahead have these seats now."""

    days: int


def set_day_quotas(
    session: Session,
    program_id: int,
    wanted: Mapping[Quota, int],
    *,
    actor: Actor,
    now: datetime,
) -> DayQuotasSet | QuotasSettled | BelowTaken:
    """Give priority groups so many seats on each day that lies ahead, beside those for everybody.

    Once the window has opened they can only grow: whom the seats help was published. Who waits and
    belongs to a group is offered added seats at once. Raises NoResultFound for an unknown program.
    """
    ahead = (
        select(SeatPool.id)
        .join(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .where(ScheduledSession.program_id == program_id, ScheduledSession.starts_at > now)
    )
    lines = lock_lines(session, session.scalars(ahead))
    program = session.get_one(Program, program_id, populate_existing=True)
    before = day_quotas(session, program_id)
    changed = {quota: n for quota, n in wanted.items() if n != before.get(quota, 0)}
    settled = quotas_settled(program, now)
    if settled is not None and any(
        n < before.get(quota, 0) or not before.get(quota) for quota, n in changed.items()
    ):
        return settled
    taken = {quota: _most_taken(lines, quota) for quota in changed}
    short = [taken[quota] for quota, n in changed.items() if n < taken[quota]]
    if short:
        return BelowTaken(max(short))
    for quota, capacity in changed.items():
        _set(session, lines, quota, capacity)
        facts = {"quota": quota, "capacity": capacity}
        record(session, actor, "day_quota.set", ("program", program_id), at=now, facts=facts)
    if changed:
        fresh = lock_lines(session, list(lines.pools))
        for line in fresh.each():
            move_line(session, line, actor=actor, now=now)
    return DayQuotasSet(len(lines.each()))


def _most_taken(lines: Lines, quota: Quota) -> int:
    return max((one.taken for one in lines.pools.values() if one.quota is quota), default=0)


def _set(session: Session, lines: Lines, quota: Quota, capacity: int) -> None:
    """Open, resize or close the pools of one group on all days; none of them is taken beyond."""
    general = {one.session_id: one for one in lines.pools.values() if one.quota is None}
    own = {one.session_id: one for one in lines.pools.values() if one.quota is quota}
    if not capacity:
        for session_id, pool in own.items():
            session.execute(
                update(Enrollment)
                .where(Enrollment.pool_id == pool.id)
                .values(pool_id=general[session_id].id)
            )
        session.execute(delete(SeatPool).where(SeatPool.id.in_([one.id for one in own.values()])))
        return
    for pool in own.values():
        pool.capacity, pool.kept_for_group = capacity, 0
    session.flush()
    rows = [
        {
            "session_id": session_id,
            "quota": quota,
            "capacity": capacity,
            "taken": 0,
            "kept": 0,
            "counter_taken": 0,
            "kept_for_group": 0,
            "closed_at": pool.closed_at,
        }
        for session_id, pool in general.items()
        if session_id not in own
    ]
    if rows:
        execute_core(session, insert(table(SeatPool)).inline(), rows)
