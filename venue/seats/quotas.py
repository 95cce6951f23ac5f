"""Publishing the quotas of a program: whom they help is known before anybody enrolls.

The office changes them by these verbs; what a pool does when it is opened, resized and closed is in
`opening`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.programs.models import Program
from venue.seats.locking import lock_lines
from venue.seats.models import SeatPool
from venue.seats.opening import (
    BelowTaken,
    NoLimitGroup,
    NotBySeries,
    QuotaOpenAlready,
    close_quota_pool,
    open_quota_pool,
    resize_pool,
)
from venue.seats.rules import Quota


@dataclass(frozen=True, slots=True)
class QuotasSettled:
    """Enrollment is open since then: quotas stay as they were published, or grow."""

    opened_at: datetime


def quotas_settled(program: Program, now: datetime) -> QuotasSettled | None:
    """Return since when the quotas of a program stand as published; None while they may change."""
    if program.published_at is None:
        return None
    opened_at = max(program.published_at, program.enroll_opens_at or program.published_at)
    return QuotasSettled(opened_at) if opened_at <= now else None


def publish_quota(
    session: Session, program_id: int, quota: Quota, capacity: int, *, actor: Actor, now: datetime
) -> SeatPool | QuotasSettled | QuotaOpenAlready | NotBySeries | NoLimitGroup:
    """Give a priority group seats of its own, as long as the window has not opened.

    Raises NoResultFound for an unknown program.
    """
    lock_lines(
        session, session.scalars(select(SeatPool.id).where(SeatPool.program_id == program_id))
    )
    settled = _settled(session, program_id, now)
    if settled is not None:
        return settled
    return open_quota_pool(session, program_id, quota, capacity, actor=actor, now=now)


def resize_quota(
    session: Session, pool_id: int, capacity: int, *, actor: Actor, now: datetime
) -> SeatPool | BelowTaken | QuotasSettled:
    """Change how many seats a priority group has; once the window has opened only upwards."""
    pool = lock_lines(session, [pool_id]).pools[pool_id]
    settled = _settled(session, pool.program_id, now) if capacity < pool.capacity else None
    if settled is not None:
        return settled
    return resize_pool(session, pool_id, capacity, actor=actor, now=now)


def retract_quota(
    session: Session, pool_id: int, *, actor: Actor, now: datetime
) -> BelowTaken | QuotasSettled | None:
    """Take the seats of a priority group back, as long as the window has not opened."""
    pool = lock_lines(session, [pool_id]).pools[pool_id]
    settled = _settled(session, pool.program_id, now)
    if settled is not None:
        return settled
    return close_quota_pool(session, pool_id, actor=actor, now=now)


def _settled(session: Session, program_id: int | None, now: datetime) -> QuotasSettled | None:
    """Judge by the program as it is now; who publishes it locks its pools first, too."""
    program = session.get_one(Program, program_id, populate_existing=True)
    return quotas_settled(program, now)
