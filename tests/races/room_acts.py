"""What the processes do to rooms: holding, scheduling and moving at random, and naive ways."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError, OperationalError

from venue import clock
from venue.audit.rules import SYSTEM
from venue.changes.cancelling import cancel_program, cancel_session
from venue.changes.moving import move_session
from venue.changes.replanning import SeriesChange
from venue.changes.rescheduling import By, reschedule_series
from venue.db import WRITES, db, write_transaction
from venue.places.booking import Blocked, Label, RoomWish, find_conflicts, hold
from venue.places.models import RoomBooking
from venue.places.rules import BookingStatus, Category
from venue.programs.scheduling import SeriesPlan, schedule_series
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start

MEETING = Label(Category.MEETING, "会议")


def book_at_random(seed: int, rooms: list[int], on: date, tries: int) -> list[RoomWish]:
    """Hold rooms on a day at random; return the wishes that were refused."""
    refused = []
    for wish in _wishes(seed, rooms, on, tries):
        with write_transaction() as session:
            outcome = hold(
                session, [wish], label=MEETING, override=None, actor=SYSTEM, now=clock.now()
            )
        if isinstance(outcome, Blocked):
            refused.append(wish)
    return refused


def book_naively(seed: int, rooms: list[int], on: date, tries: int) -> int:
    """Ask whether a room is free, then book it; return how often the database said no."""
    refused = 0
    for wish in _wishes(seed, rooms, on, tries):
        free = not any(find_conflicts(db.session(), [wish]))
        db.session.rollback()
        if not free:
            continue
        time.sleep(0.01)  # whatever a program does between asking and acting
        try:
            _insert([wish], pause=0.01)
        except (IntegrityError, OperationalError):
            refused += 1
    return refused


def hold_all(rooms: list[int], span: Interval) -> str:
    """Hold several rooms in one act, named in this order."""
    wishes = [RoomWish(room_id, span) for room_id in rooms]
    with write_transaction() as session:
        outcome = hold(session, wishes, label=MEETING, override=None, actor=SYSTEM, now=clock.now())
    return type(outcome).__name__


def insert_one_by_one(rooms: list[int], span: Interval) -> None:
    """Book several rooms in one transaction, row after row, without locking the rooms."""
    _insert([RoomWish(room_id, span) for room_id in rooms], pause=0.2)


def schedule(program_id: int, plan: SeriesPlan) -> bool:
    with write_transaction() as session:
        outcome = schedule_series(
            session,
            program_id,
            plan,
            override=None,
            actor=SYSTEM,
            now=clock.now(),
        )
    return isinstance(outcome, list)


def change_room(pattern_id: int, change: SeriesChange) -> str:
    """Change a whole series; return what was said."""
    with write_transaction() as session:
        by = By(SYSTEM, clock.now())
        outcome = reschedule_series(session, pattern_id, change, wanted=None, reason="", by=by)
    return type(outcome).__name__


def call_off(program_id: int) -> str:
    """Cancel a program; return what was said."""
    with write_transaction() as session:
        outcome = cancel_program(session, program_id, reason="停电", actor=SYSTEM, now=clock.now())
    return type(outcome).__name__


def move_about(seed: int, sessions: list[int], rooms: list[int], on: date, tries: int) -> list[str]:
    """Move sessions to other rooms and times of a day, and cancel some; return what was said."""
    dice = random.Random(seed)  # noqa: S311  (a storm that can be repeated)
    said = []
    for wish in _wishes(seed, rooms, on, tries):
        session_id = dice.choice(sessions)
        with write_transaction() as session:
            facts: dict[str, Any] = {"actor": SYSTEM, "now": clock.now()}
            if dice.random() < 0.1:
                outcome: Any = cancel_session(session, session_id, reason="停电", **facts)
            else:
                outcome = move_session(
                    session,
                    session_id,
                    interval=wish.interval,
                    room_id=wish.room_id,
                    override=None,
                    **facts,
                )
        said.append(type(outcome).__name__)
    return said


def _wishes(seed: int, rooms: list[int], on: date, tries: int) -> Iterator[RoomWish]:
    """Yield wishes of one to three hours, beginning at a quarter between 08:30 and 18:00."""
    dice = random.Random(seed)  # noqa: S311
    for _ in range(tries):
        starts_at = day_start(on) + timedelta(minutes=510 + 15 * dice.randrange(39))
        lasts = timedelta(hours=dice.randint(1, 3))
        yield RoomWish(dice.choice(rooms), Interval(starts_at, starts_at + lasts))


def _insert(wishes: list[RoomWish], pause: float) -> None:
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        for wish in wishes:
            connection.execute(
                insert(RoomBooking).values(
                    room_id=wish.room_id,
                    status=BookingStatus.HELD,
                    starts_at=wish.interval.start,
                    ends_at=wish.interval.end,
                    purpose="会议",
                )
            )
            time.sleep(pause)
        connection.commit()
