"""For which courses of a draw people may wish, and why not: asked of the seats' one function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.blueprints.draws.offers import Offer
from venue.draws.applying import WINDOW
from venue.draws.models import DrawProgram
from venue.people.models import Person
from venue.seats.models import SeatPool
from venue.seats.rules import AlreadyEnrolled, ConsentAsked, ConsentMissing, NoSeat, Refusal
from venue.seats.standing import STEP_OF, Standing, standings

NOT_ASKED = (*WINDOW, ConsentMissing, *NoSeat.__args__)
"""What hinders nobody here: the window is the draw's, seats are drawn, consents are given below."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A course of a draw, and who of a family could not have a seat in it."""

    offer: Offer
    group_limit: int
    consent: ConsentAsked | None
    hindered: tuple[tuple[Person, tuple[Refusal, ...]], ...]
    unconsented: frozenset[int]
    """Who has not agreed to its text, by id."""

    @property
    def program_id(self) -> int:
        """The course."""
        return self.offer.program.id


def chances(
    session: Session,
    draw_id: int,
    offers: Sequence[Offer],
    people: Sequence[Person],
    *,
    desk: bool = False,
    now: datetime,
) -> list[Chance]:
    """Return the chances of a family at the courses of a draw, in their order."""
    pools = dict(
        session.execute(
            select(SeatPool.program_id, SeatPool.id)
            .join(DrawProgram, DrawProgram.program_id == SeatPool.program_id)
            .where(DrawProgram.draw_id == draw_id, SeatPool.quota.is_(None))
        ).all()
    )
    found = standings(session, people, list(pools.values()), desk=desk, now=now)
    made = []
    for offer in offers:
        pool = found[pools[offer.program.id]]
        against = [(one.person, _reasons(one)) for one in pool.people if one.person is not None]
        made.append(
            Chance(
                offer,
                pool.fact.group_limit,
                pool.fact.consent,
                tuple((person, reasons) for person, reasons in against if reasons),
                frozenset(one.person.id for one in pool.people if one.person and one.consent),
            )
        )
    return made


def _reasons(standing: Standing) -> tuple[Refusal, ...]:
    if standing.enrollment_id is not None:
        status = next(status for status, step in STEP_OF.items() if step is standing.step)
        return (AlreadyEnrolled(standing.enrollment_id, status),)
    return tuple(one for one in standing.reasons if not isinstance(one, NOT_ASKED))
