"""What the processes of the races do: verbs in a transaction of their own, and naive ways."""

from __future__ import annotations

import time
from typing import Any
from unittest.mock import patch

from sqlalchemy import func, select

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.db import WRITES, db, write_transaction
from venue.people.models import Person
from venue.seats import enrolling
from venue.seats.enrolling import enroll
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import SEATED, EnrollmentStatus


def as_themselves(person_id: int) -> Actor:
    return Actor(person_id, Channel.ONLINE)


def take_seat(pool_id: int, person_id: int) -> Any:
    with write_transaction() as session:
        return enroll(session, pool_id, person_id, actor=as_themselves(person_id), now=clock.now())


def count_and_take_seat(pool_id: int, person_id: int) -> bool:
    """The naive way: count the seats that are taken, then take one if one seems to be left."""
    with db.engine.connect() as connection:
        capacity, program_id = connection.execute(
            select(SeatPool.capacity, SeatPool.program_id).where(SeatPool.id == pool_id)
        ).one()
        taken = connection.scalar(
            select(func.count()).where(Enrollment.pool_id == pool_id, Enrollment.status.in_(SEATED))
        )
    if taken >= capacity:
        return False
    time.sleep(0.05)  # whatever a program does between asking and acting
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(
            Enrollment.__table__.insert().values(
                pool_id=pool_id,
                person_id=person_id,
                program_id=program_id,
                status=EnrollmentStatus.CONFIRMED,
                channel=Channel.ONLINE,
                created_at=clock.now(),
                changed_at=clock.now(),
            )
        )
        connection.commit()
    return True


def take_seat_unlocked(pool_id: int, person_id: int) -> Any:
    """Enroll as the product does, but without locking the person."""
    with patch.object(enrolling, "lock_person", lambda session, id_: session.get(Person, id_)):
        return take_seat(pool_id, person_id)
