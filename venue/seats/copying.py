"""Giving the copy of a program the seats of the earlier one, all of them free."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.programs.models import Program
from venue.programs.rules import same_distance
from venue.seats.models import SeatPool


def copy_pools(
    session: Session,
    program: Program,
    draft: Program,
    first_days: tuple[date, date] | None,
    *,
    now: datetime,
) -> None:
    """Open for a draft the general pool and the quotas of a program, with as many seats.

    Seats are kept for the counter again, until as long before the new first day as before the old
    one (`first_days`, old and new); where that is past or unknown, none are kept.
    """
    pools = session.scalars(select(SeatPool).where(SeatPool.program_id == program.id)).all()
    for pool in pools:
        until = same_distance(pool.kept_until, *first_days, now) if first_days else None
        session.add(
            SeatPool(
                program_id=draft.id,
                quota=pool.quota,
                capacity=pool.capacity,
                kept=pool.kept if until is not None else 0,
                kept_until=until,
            )
        )
    session.flush()
