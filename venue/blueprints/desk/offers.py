"""What one person could join at a center: programs, and where the person stands at each pool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.blueprints.courses.cards import Card, cards
from venue.blueprints.courses.search import Wish, find
from venue.people.models import Person
from venue.programs.models import ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import SeatPool
from venue.seats.standing import CLAIMABLE, PoolStanding, standings

PROGRAMS_SHOWN = 8
DATES_SHOWN = 4
"""Single sessions of one program (own); the course page has all of them."""


@dataclass(frozen=True, slots=True)
class Seats:
    """A pool, the session that it seats (None: the whole series), and the person's standing."""

    session: ScheduledSession | None
    pool: PoolStanding


@dataclass(frozen=True, slots=True)
class Offered:
    """A program, and the pools at which the person could claim a seat of it."""

    card: Card
    seats: tuple[Seats, ...]

    @property
    def claimable(self) -> bool:
        """Whether the person may take a seat or join the line at one of the pools."""
        return any(seats.pool.people[0].step in CLAIMABLE for seats in self.seats)


def offered(
    session: Session, center_id: int, person: Person, text: str, *, now: datetime
) -> list[Offered]:
    """Return programs that fit a search: those that the person can join first, then the soonest.

    Programs that nobody enrolls in are left out. In a constant number of queries.
    """
    found = find(session, center_id, Wish(text=text), now=now).ids
    shown = [
        card
        for card in cards(session, center_id, found, [person], now=now, desk=True)
        if card.program.admission is not Admission.DROP_IN and card.program.cancelled_at is None
    ]
    by_session = [card.program.id for card in shown if card.program.books.by_session]
    coming = _coming(session, by_session, now)
    pools = standings(session, [person], [pool_id for _, pool_id in coming], now=now, desk=True)
    offers = [Offered(card, _seats(card, coming, pools)) for card in shown]
    return sorted(offers, key=lambda offer: not offer.claimable)[:PROGRAMS_SHOWN]


def _seats(
    card: Card, coming: Sequence[tuple[ScheduledSession, int]], pools: dict[int, PoolStanding]
) -> tuple[Seats, ...]:
    if card.pool is not None:
        return (Seats(None, card.pool),)
    mine = [(one, pool_id) for one, pool_id in coming if one.program_id == card.program.id]
    return tuple(Seats(one, pools[pool_id]) for one, pool_id in mine)


def _coming(
    session: Session, program_ids: Sequence[int], now: datetime
) -> list[tuple[ScheduledSession, int]]:
    """Return the next sessions of each program with the ids of their pools."""
    if not program_ids:
        return []
    order = func.row_number().over(
        partition_by=ScheduledSession.program_id, order_by=ScheduledSession.starts_at
    )
    nearest = (
        select(ScheduledSession.id, order.label("place"))
        .where(
            ScheduledSession.program_id.in_(program_ids),
            ScheduledSession.starts_at > now,
            ScheduledSession.cancelled_at.is_(None),
        )
        .subquery()
    )
    rows = session.execute(
        select(ScheduledSession, SeatPool.id)
        .join(nearest, nearest.c.id == ScheduledSession.id)
        .join(SeatPool, SeatPool.session_id == ScheduledSession.id)
        .where(nearest.c.place <= DATES_SHOWN)
        .order_by(ScheduledSession.starts_at)
    )
    return [(row[0], row[1]) for row in rows]
