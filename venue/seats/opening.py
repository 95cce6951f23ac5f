"""Opening a pool of seats, and changing how many it has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission, Books
from venue.seats.models import SeatPool
from venue.seats.offering import lock_pools, offer_free_seats


@dataclass(frozen=True, slots=True)
class BelowTaken:
    """The capacity cannot be lowered below the seats that people have."""

    taken: int


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
    if program.books is Books.SESSION and program.admission is not Admission.DROP_IN and capacity:
        open_session_pools(session, added, capacity)


def resize_pool(
    session: Session, pool_id: int, capacity: int, *, actor: Actor, now: datetime
) -> SeatPool | BelowTaken:
    """Change the number of seats; added ones are offered to the people who wait, in order."""
    pool = lock_pools(session, [pool_id])[pool_id]
    if capacity < pool.taken:
        return BelowTaken(pool.taken)
    if capacity != pool.capacity:
        record(
            session,
            actor,
            "pool.resized",
            ("seat_pool", pool.id),
            at=now,
            facts={"from": pool.capacity, "to": capacity},
        )
        pool.capacity = capacity
        session.flush()
        offer_free_seats(session, pool, actor=actor, now=now)
    return pool
