"""Locking pools: whoever changes a claim locks the pools of its line first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select, union
from sqlalchemy.orm import Session, aliased

from venue.seats.models import SeatPool


@dataclass(frozen=True, slots=True)
class Lines:
    """Locked pools by id: of each program or session that one of them seats, all there are."""

    pools: dict[int, SeatPool]

    def of(self, pool_id: int) -> list[SeatPool]:
        """Return the pools of one line, the general one first, in the order of their opening."""
        asked = self.pools[pool_id]
        line = [
            pool
            for pool in self.pools.values()
            if (pool.program_id, pool.session_id) == (asked.program_id, asked.session_id)
        ]
        return sorted(line, key=lambda pool: (pool.quota is not None, pool.id))

    def each(self) -> list[list[SeatPool]]:
        """Return every line once."""
        return [self.of(pool.id) for pool in self.pools.values() if pool.quota is None]


_asked, _other = aliased(SeatPool), aliased(SeatPool)
_ASKED = _asked.id.in_(bindparam("pool_ids", expanding=True))
_LINES = (
    select(SeatPool)
    .where(
        # A union, since no index answers an OR of columns and subqueries.
        SeatPool.id.in_(
            union(
                select(_asked.id).where(_ASKED),
                select(_other.id)
                .join(_asked, _other.program_id == _asked.program_id)
                .where(_ASKED),
                select(_other.id)
                .join(_asked, _other.session_id == _asked.session_id)
                .where(_ASKED),
            )
        )
    )
    .order_by(SeatPool.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def lock_lines(session: Session, pool_ids: Iterable[int]) -> Lines:
    """Lock these pools, with all others of what they seat, in id order; return them fresh.

    Their locks cover all their enrollments, and the line that these form.
    """
    pools = session.scalars(_LINES, {"pool_ids": sorted(set(pool_ids))})
    return Lines({pool.id: pool for pool in pools})


def lock_pools(session: Session, pool_ids: Iterable[int]) -> dict[int, SeatPool]:
    """Lock these pools and no others in id order; return them fresh."""
    return {
        pool.id: pool
        for pool in session.scalars(
            select(SeatPool)
            .where(SeatPool.id.in_(sorted(set(pool_ids))))
            .order_by(SeatPool.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
