"""What the processes do around a closure: close rooms in which others book, and close naively."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta

from venue import clock
from venue.audit.rules import SYSTEM
from venue.changes.closing import CancelHit, ClosurePlan, NotClosed, close_and_resolve
from venue.changes.hits import hits
from venue.db import db, write_transaction
from venue.places.editing_hours import close
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start


def close_in_turn(seed: int, center_id: int, rooms: list[int], on: date) -> int:
    """Close each room for an hour or two, cancelling what that hits; return how often it asked."""
    asked = 0
    for room_id, interval in _closures(seed, rooms, on):
        plan = ClosurePlan(room_id, interval, "检修")
        decisions: dict[str, CancelHit] = {}
        while True:
            with write_transaction() as session:
                outcome = close_and_resolve(
                    session, center_id, plan, decisions, actor=SYSTEM, now=clock.now()
                )
            if not isinstance(outcome, NotClosed):
                break
            asked += 1
            decisions = {hit.key: CancelHit("检修") for hit in outcome.hits}
    return asked


def close_naively(seed: int, center_id: int, rooms: list[int], on: date) -> None:
    """Look whether a closure hits anything, and enter it when it does not."""
    for room_id, interval in _closures(seed, rooms, on):
        free = not hits(db.session(), center_id, room_id, interval)
        db.session.rollback()
        time.sleep(0.02)  # whatever a program does between asking and acting
        if free:
            with write_transaction() as session:
                close(session, center_id, room_id, interval, "检修", actor=SYSTEM, now=clock.now())


def _closures(seed: int, rooms: list[int], on: date) -> list[tuple[int, Interval]]:
    dice = random.Random(seed)  # noqa: S311  (no secret)
    found = []
    for _ in range(6):
        start = day_start(on) + timedelta(hours=dice.randrange(9, 19))
        found.append((dice.choice(rooms), Interval(start, start + timedelta(hours=1))))
    return found
