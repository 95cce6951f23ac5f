"""Families that book days of care, each in a transaction of its own; and how not to do it."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from tests.races.acts import as_themselves, count_and_take_two
from venue import clock
from venue.childcare import booking_days
from venue.childcare.booking_days import ChildWish, DayWish, WhenFull, book_days
from venue.db import write_transaction
from venue.seats.locking import Lines
from venue.seats.models import SeatPool


def book(
    program_id: int, child_ids: list[int], session_ids: list[int], when_full: str = "refuse"
) -> Any:
    days = tuple(DayWish(id_) for id_ in session_ids)
    with write_transaction() as session:
        return book_days(
            session,
            program_id,
            [ChildWish(id_, days) for id_ in child_ids],
            when_full=WhenFull(when_full),
            agreed=False,
            actor=as_themselves(child_ids[0]),
            now=clock.now(),
        )


def book_out_of_order(program_id: int, child_ids: list[int], session_ids: list[int]) -> Any:
    """Lock the days one by one as the family has named them, in no hurry."""
    order = {id_: number for number, id_ in enumerate(session_ids)}

    def lock_as_named(session: Any, pool_ids: Any) -> Lines:
        found = session.execute(
            select(SeatPool.id, SeatPool.session_id).where(SeatPool.id.in_(list(pool_ids)))
        )
        named = sorted(found, key=lambda row: order[row.session_id])
        pools = {}
        for row in named:
            locked = select(SeatPool).where(SeatPool.id == row.id).with_for_update(key_share=True)
            pools[row.id] = session.scalars(locked).one()
            time.sleep(0.1)
        return Lines(pools)

    with patch.object(booking_days, "lock_lines", lock_as_named):
        return book(program_id, child_ids, session_ids)


def count_and_book(pool_ids: list[int], child_ids: list[int]) -> list[bool]:
    """The naive way, day by day: count the places that are taken, then take some."""
    return [count_and_take_two(pool_id, *child_ids) for pool_id in pool_ids]
