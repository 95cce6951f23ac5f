"""One look at a pool: in a rush it answers almost everybody, and costs a single query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists
from sqlalchemy.orm import Session

from venue.db import execute_core
from venue.people.models import Person
from venue.seats.eligibility import seat_refusals, window_refusals
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ACTIVE, PoolFact
from venue.seats.seating import SEATINGS, Seating
from venue.seats.standing import PoolStanding, Standing, Step


@dataclass(frozen=True, slots=True)
class Glance:
    """How full a pool is, and whether a certain person has a claim there.

    The fact lacks what only some answers need: the times, the neighborhoods, who is waiting, the
    seats of quotas.
    """

    seating: Seating
    fact: PoolFact
    claimed: bool

    def promising(self, now: datetime) -> bool:
        """Tell whether it is time to ask the verb: there are seats, or the person has a claim."""
        return self.claimed or not (seat_refusals(self.fact) or window_refusals(self.fact, now))

    def too_late(self, person: Person, now: datetime) -> PoolStanding | None:
        """Return how a person stands to whom there is nothing to say but that it is full.

        None when there is more to ask: whether they may at all, is asked of those who wait.
        """
        full = tuple(seat_refusals(self.fact))
        more_to_ask = self.seating.has_quotas or self.fact.consent is not None
        if self.claimed or not full or more_to_ask or window_refusals(self.fact, now):
            return None
        anybody, them = (Standing(who, Step.WAIT, full) for who in (None, person))
        return PoolStanding(self.seating.pool_id, self.fact, anybody, (them,))


_claimed = (
    exists()
    .where(
        Enrollment.pool_id == SeatPool.id,
        Enrollment.person_id == bindparam("person_id"),
        Enrollment.status.in_(ACTIVE),
    )
    .correlate(SeatPool)
)
_GLANCE = SEATINGS.add_columns(_claimed.label("claimed")).where(SeatPool.id == bindparam("pool_id"))
"""Built once: putting it together takes longer than the databases take to answer it."""


def glance(session: Session, pool_id: int, person_id: int) -> Glance | None:
    """Return what one query tells of a pool, None when there is none with this id."""
    ids = {"pool_id": pool_id, "person_id": person_id}
    row = execute_core(session, _GLANCE, ids).one_or_none()
    if row is None:
        return None
    seating = Seating(*tuple(row)[:-1])
    return Glance(seating, seating.fact(), row.claimed)
