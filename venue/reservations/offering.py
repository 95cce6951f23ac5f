"""Which of the rooms that are free somebody may really have: search and commit ask one rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from venue.places.models import Room
from venue.reservations.rules import Refusal, refusals
from venue.reservations.terms import Booker, load_taken, terms_of_rooms
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date


def why_not(
    session: Session,
    bookers: Sequence[Booker],
    offers: Sequence[tuple[Room, Interval]],
    *,
    now: datetime,
) -> list[tuple[Refusal, ...]]:
    """Return for each room and time why it is not to be had; empty where one of the bookers may.

    What is said is said to the first of them. Without any, because nobody is signed in, it is what
    holds for whoever comes. Four queries, however many offers and bookers.
    """
    if not offers:
        return []
    terms = terms_of_rooms(session, [room for room, _ in offers])
    taken = load_taken(session, bookers, {local_date(use.start) for _, use in offers})

    def against(booker: Booker | None, room: Room, use: Interval) -> tuple[Refusal, ...]:
        fact = None if booker is None else taken.fact(booker, room, local_date(use.start))
        return tuple(refusals(terms[room.id], fact, use, now))

    found: list[tuple[Refusal, ...]] = []
    whoever: Sequence[Booker | None] = bookers or [None]
    for room, use in offers:
        reasons = [against(booker, room, use) for booker in whoever]
        found.append(reasons[0] if all(reasons) else ())
    return found
