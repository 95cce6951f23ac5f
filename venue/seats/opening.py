"""Opening pools of seats, and changing how many they have and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import SYSTEM, Actor
from venue.config import settings
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.locking import lock_lines
from venue.seats.models import Enrollment, SeatPool
from venue.seats.offering import move_line
from venue.seats.rules import Quota


@dataclass(frozen=True, slots=True)
class BelowTaken:
    """There cannot be fewer seats, or none, than people have."""

    taken: int


@dataclass(frozen=True, slots=True)
class TooManyKept:
    """At most so many can be kept: the others are taken online."""

    most: int


@dataclass(frozen=True, slots=True)
class QuotaOpenAlready:
    """The program has a pool for this group, whose seats can be changed."""


@dataclass(frozen=True, slots=True)
class NotBySeries:
    """Quotas are for programs that are booked as a whole and have their seats."""


@dataclass(frozen=True, slots=True)
class NoLimitGroup:
    """Nobody is new, or not, to a program that belongs to no group."""


def open_program_pool(session: Session, program: Program, capacity: int) -> SeatPool:
    """Give a program whose series is booked as a whole its seats."""
    pool = SeatPool(program_id=program.id, capacity=capacity, taken=0)
    session.add(pool)
    session.flush()
    return pool


def open_session_pools(
    session: Session, sessions: list[ScheduledSession], capacity: int
) -> list[SeatPool]:
    """Give each session of a program that is booked session by session its own seats."""
    pools = [SeatPool(session_id=one.id, capacity=capacity, taken=0) for one in sessions]
    session.add_all(pools)
    session.flush()
    return pools


def open_seats_of(
    session: Session, program: Program, added: list[ScheduledSession], capacity: int | None
) -> None:
    """Give sessions that join a series the seats of the others, where each has its own."""
    if program.books.by_session and program.admission is not Admission.DROP_IN and capacity:
        quotas = day_quotas(session, program.id)
        open_session_pools(session, added, capacity)
        session.add_all(
            SeatPool(session_id=one.id, quota=quota, capacity=seats, taken=0)
            for one in added
            for quota, seats in quotas.items()
        )
        session.flush()


def day_quotas(session: Session, program_id: int) -> dict[Quota, int]:
    """Return how many seats each priority group has on a day of a program, the most of all days."""
    rows = session.execute(
        select(SeatPool.quota, func.max(SeatPool.capacity))
        .join(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .where(ScheduledSession.program_id == program_id, SeatPool.quota.is_not(None))
        .group_by(SeatPool.quota)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def open_quota_pool(
    session: Session, program_id: int, quota: Quota, capacity: int, *, actor: Actor, now: datetime
) -> SeatPool | QuotaOpenAlready | NotBySeries | NoLimitGroup:
    """Give a priority group seats of its own, beside those for everybody.

    Who waits and belongs to it is offered them at once. It holds for later enrollments: who has a
    seat keeps it. Raises NoResultFound for an unknown program.
    """
    program = session.execute(select(Program).where(Program.id == program_id)).scalar_one()
    general = _pool_id(session, program_id, None)
    if general is None:
        return NotBySeries()
    if quota is Quota.FIRST_TIMERS and program.limit_group is None:
        return NoLimitGroup()
    closed_at = lock_lines(session, [general]).pools[general].closed_at
    if _pool_id(session, program_id, quota) is not None:
        return QuotaOpenAlready()
    pool = SeatPool(program_id=program_id, quota=quota, capacity=capacity, closed_at=closed_at)
    session.add(pool)
    session.flush()
    facts = {"program_id": program_id, "quota": quota, "capacity": capacity}
    record(session, actor, "quota.opened", ("seat_pool", pool.id), at=now, facts=facts)
    move_line(session, lock_lines(session, [general]).of(general), actor=actor, now=now)
    return pool


def close_quota_pool(
    session: Session, pool_id: int, *, actor: Actor, now: datetime
) -> BelowTaken | None:
    """Take the seats of a priority group back, unless somebody has one of them.

    Raises KeyError for an unknown pool, and for one that is no quota's.
    """
    lines = lock_lines(session, [pool_id])
    pool = lines.pools[pool_id]
    if pool.quota is None:
        raise KeyError(pool_id)
    if pool.taken:
        return BelowTaken(pool.taken)
    general, *_ = lines.of(pool_id)
    session.execute(
        update(Enrollment).where(Enrollment.pool_id == pool_id).values(pool_id=general.id)
    )
    facts = {"program_id": pool.program_id, "quota": pool.quota}
    session.delete(pool)
    session.flush()
    record(session, actor, "quota.closed", ("seat_pool", pool_id), at=now, facts=facts)
    rest = [one for one in lines.of(general.id) if one is not pool]
    move_line(session, rest, actor=actor, now=now)
    return None


def resize_pool(
    session: Session, pool_id: int, capacity: int, *, actor: Actor, now: datetime
) -> SeatPool | BelowTaken:
    """Change the number of seats; added ones are offered to the people who wait, in order.

    Where the seats that are kept for the counter no longer fit, fewer are kept.
    """
    lines = lock_lines(session, [pool_id])
    pool = lines.pools[pool_id]
    if capacity < pool.taken:
        return BelowTaken(pool.taken)
    if capacity != pool.capacity:
        facts = {"from": pool.capacity, "to": capacity}
        record(session, actor, "pool.resized", ("seat_pool", pool.id), at=now, facts=facts)
        pool.capacity = capacity
        pool.kept_for_group = 0
        pool.kept = min(pool.kept, _keepable(pool))
        session.flush()
        move_line(session, lines.of(pool_id), actor=actor, now=now)
    return pool


def usual_kept(capacity: int) -> int:
    """Return how many of so many seats are usually kept for counter and telephone."""
    return capacity * settings().kept_percent // 100


def usual_kept_until(closes_at: datetime) -> datetime:
    """Return until when, where the window closes at that time."""
    return closes_at - timedelta(hours=settings().kept_until_hours)


def keep_seats(
    session: Session,
    pool_id: int,
    kept: int,
    until: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> SeatPool | TooManyKept:
    """Keep seats for counter and telephone until then, those taken there included.

    Where fewer are kept than before, the others are offered to the people who wait. None are kept
    where lots are drawn.
    """
    lines = lock_lines(session, [pool_id])
    pool = lines.pools[pool_id]
    most = _keepable(pool) - pool.kept_for_group
    if kept > most:
        return TooManyKept(max(0, most))
    if (kept, until) != (pool.kept, pool.kept_until):
        facts = {"from": pool.kept, "to": kept}
        record(session, actor, "pool.kept", ("seat_pool", pool.id), at=now, facts=facts)
        pool.kept, pool.kept_until = kept, until
        session.flush()
        move_line(session, lines.of(pool_id), actor=actor, now=now)
    return pool


def release_kept(session: Session, *, now: datetime) -> int:
    """Give the seats that were kept until now to the people who wait; return from how many pools.

    Until that has happened nobody new gets one of them online: nobody overtakes.
    """
    due = session.scalars(
        select(SeatPool.id).where(SeatPool.kept > 0, SeatPool.kept_until <= now)
    ).all()
    lines = lock_lines(session, due)
    released = [
        pool
        for pool in lines.pools.values()
        if pool.kept and pool.kept_until is not None and pool.kept_until <= now
    ]
    for pool in released:
        seats = max(0, pool.kept - pool.counter_taken)
        facts = {"seats": seats}
        record(session, SYSTEM, "pool.kept_released", ("seat_pool", pool.id), at=now, facts=facts)
        pool.kept = 0
    session.flush()
    for line in lines.each():
        move_line(session, line, actor=SYSTEM, now=now)
    return len(released)


def _pool_id(session: Session, program_id: int, quota: Quota | None) -> int | None:
    return session.scalar(
        select(SeatPool.id).where(
            SeatPool.program_id == program_id, SeatPool.quota.is_not_distinct_from(quota)
        )
    )


def _keepable(pool: SeatPool) -> int:
    """Return how many seats can be kept: all that nobody has who came online.

    None where lots are drawn: there the quickest gains nothing, and the desk applies for people.
    """
    if pool.program is not None and pool.program.admission is Admission.LOTTERY:
        return 0
    return pool.capacity - (pool.taken - pool.counter_taken)
