"""What the processes do about reservations: asking and answering, and naive ways."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import insert

from tests.races.acts import as_themselves
from venue import clock
from venue.audit.rules import SYSTEM
from venue.db import WRITES, db, write_transaction
from venue.people.models import Person
from venue.places.booking import RoomWish, find_conflicts
from venue.places.models import RoomBooking
from venue.places.rules import BookingStatus
from venue.reservations import answering, requesting
from venue.reservations.models import Reservation
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval

BETWEEN = timedelta(milliseconds=200)
"""Whatever a program does between asking and acting."""


def ask(room_id: int, person_id: int, use: Interval) -> Any:
    request = Request(room_id, use, 5, "排练", "+8613900000001")
    with write_transaction() as session:
        actor = as_themselves(person_id)
        return reserve(session, person_id, request, actor=actor, now=clock.now())


def look_and_take(room_id: int, use: Interval) -> bool:
    """The naive way: look whether the room is free, then write the request."""
    free = not any(find_conflicts(db.session(), [RoomWish(room_id, use)]))
    db.session.rollback()
    if not free:
        return False
    time.sleep(BETWEEN.total_seconds())
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(
            insert(RoomBooking).values(
                room_id=room_id,
                status=BookingStatus.PENDING,
                starts_at=use.start,
                ends_at=use.end,
                purpose="排练",
            )
        )
        connection.commit()
    return True


def ask_unlocked(room_id: int, person_id: int, use: Interval) -> Any:
    """Ask as the product does, but without locking the person, and in no hurry."""
    booker_fact = requesting.booker_fact

    def booker_fact_slowly(*arguments: Any) -> Any:
        fact = booker_fact(*arguments)
        time.sleep(BETWEEN.total_seconds())
        return fact

    def without_lock(session: Any, ids: list[int]) -> dict[int, Person]:
        return {id_: session.get(Person, id_) for id_ in ids}

    with (
        patch.object(requesting, "lock_people", without_lock),
        patch.object(requesting, "booker_fact", booker_fact_slowly),
    ):
        return ask(room_id, person_id, use)


def approve(booking_id: int) -> Any:
    with write_transaction() as session:
        return answering.approve(session, booking_id, actor=SYSTEM, now=clock.now())


def refuse(booking_id: int) -> Any:
    with write_transaction() as session:
        return answering.refuse(session, booking_id, reason="布展", actor=SYSTEM, now=clock.now())


def refuse_unlocked(booking_id: int) -> Any:
    """Answer as the product does, but without locking the request, and in no hurry."""

    def slowly(session: Any, booking_id: int) -> Reservation:
        one = session.get_one(Reservation, booking_id)
        assert one.booking.room.center.name
        time.sleep(BETWEEN.total_seconds())
        return one

    with patch.object(answering, "locked_one", slowly):
        return refuse(booking_id)
