"""What the processes of the races do: verbs in a transaction of their own, and naive ways."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import Context
from typing import Any
from unittest.mock import patch

from flask import current_app
from sqlalchemy import func, select, update

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.db import WRITES, db, write_transaction
from venue.programs.models import ScheduledSession
from venue.seats import enrolling
from venue.seats.enrolling import enroll
from venue.seats.locking import lock_lines
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import SEATED, EnrollmentStatus


def as_themselves(person_id: int) -> Actor:
    return Actor(person_id, Channel.ONLINE)


def take_seat(pool_id: int, person_id: int) -> Any:
    with write_transaction() as session:
        return enroll(
            session, pool_id, [person_id], actor=as_themselves(person_id), now=clock.now()
        )


def take_two(pool_id: int, person_id: int, other_id: int) -> Any:
    with write_transaction() as session:
        actor = as_themselves(person_id)
        return enroll(session, pool_id, [person_id, other_id], actor=actor, now=clock.now())


def count_and_take_seat(pool_id: int, person_id: int) -> bool:
    """The naive way: count the seats that are taken, then take one if one seems to be left."""
    return count_and_take_two(pool_id, person_id)


def count_and_take_two(pool_id: int, *person_ids: int) -> bool:
    """The same for people who come together."""
    with db.engine.connect() as connection:
        capacity, session_id, program_id = connection.execute(
            select(
                SeatPool.capacity,
                SeatPool.session_id,
                func.coalesce(SeatPool.program_id, ScheduledSession.program_id),
            )
            .outerjoin(SeatPool.session)
            .where(SeatPool.id == pool_id)
        ).one()
        taken = connection.scalar(
            select(func.count()).where(Enrollment.pool_id == pool_id, Enrollment.status.in_(SEATED))
        )
    if taken + len(person_ids) > capacity:
        return False
    time.sleep(0.05)  # whatever a program does between asking and acting
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(
            Enrollment.__table__.insert(),
            [
                {
                    "pool_id": pool_id,
                    "person_id": person_id,
                    "program_id": program_id,
                    "session_id": session_id,
                    "status": EnrollmentStatus.CONFIRMED,
                    "channel": Channel.ONLINE,
                    "created_at": clock.now(),
                    "changed_at": clock.now(),
                }
                for person_id in person_ids
            ],
        )
        connection.commit()
    return True


def leave_then_promote(pool_id: int, leaving_id: int) -> bool:
    """The naive way: give a seat back, see afterwards that one is free, offer it to the next."""
    capacity = select(SeatPool.capacity).where(SeatPool.id == pool_id)
    before = _read(capacity)
    _write(_end(leaving_id))
    with db.engine.connect() as connection:
        free = before - connection.scalar(_seated(pool_id))
        first = connection.scalar(
            select(func.min(Enrollment.id)).where(
                Enrollment.pool_id == pool_id, Enrollment.status == EnrollmentStatus.WAITLISTED
            )
        )
    if free < 1:
        return False
    _wait_until(lambda: _read(capacity) != before)  # so long it takes on a busy day
    offered = {"status": EnrollmentStatus.OFFERED}
    _write(update(Enrollment).where(Enrollment.id == first).values(offered))
    return True


def count_and_take_seats_away(pool_id: int, capacity: int) -> bool:
    """The naive way: count the seats that are taken, then leave no more than the others."""
    _wait_until(lambda: _read(_seated(pool_id)) <= capacity)
    _write(update(SeatPool).where(SeatPool.id == pool_id).values(capacity=capacity, taken=0))
    return True


def _wait_until(holds: Callable[[], bool]) -> None:
    """Look again and again, for ten seconds at most."""
    ends_at = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends_at, "the other did not act"
        time.sleep(0.01)


def _read(statement: Any) -> Any:
    with db.engine.connect() as connection:
        return connection.scalar(statement)


def _seated(pool_id: int) -> Any:
    return select(func.count()).where(Enrollment.pool_id == pool_id, Enrollment.status.in_(SEATED))


def _end(enrollment_id: int) -> Any:
    return (
        update(Enrollment)
        .where(Enrollment.id == enrollment_id)
        .values(status=EnrollmentStatus.WITHDRAWN)
    )


def _write(statement: Any) -> None:
    with db.engine.connect().execution_options(**{WRITES: True}) as connection:
        connection.execute(statement)
        connection.commit()


def change_course(pool_id: int, person_id: int) -> Any:
    """Take a seat, in no hurry between the lock of the pools and the seat itself."""
    return _take_seat_after(enrolling.lock_lines, pool_id, person_id)


def change_course_out_of_order(pool_id: int, person_id: int) -> Any:
    """Take a seat as above, but lock only the pools that are left: one's own comes last."""

    def lock_others(session: Any, pool_ids: Any) -> Any:
        return lock_lines(session, set(pool_ids) - {pool_id})

    return _take_seat_after(lock_others, pool_id, person_id)


def _take_seat_after(lock: Callable[..., Any], pool_id: int, person_id: int) -> Any:
    def lock_slowly(*arguments: Any) -> Any:
        locked = lock(*arguments)
        time.sleep(0.2)
        return locked

    with patch.object(enrolling, "lock_lines", lock_slowly):
        return take_seat(pool_id, person_id)


def send_form(path: str, fields: dict[str, list[str]], cookie: str) -> tuple[int, str | None]:
    """Send a form as the browser with this cookie; return the status and where it leads."""
    client = current_app.test_client(use_cookies=False)
    headers = {"Cookie": f"{current_app.config['SESSION_COOKIE_NAME']}={cookie}"}
    answer = Context().run(client.post, path, data=fields, headers=headers)
    return answer.status_code, answer.headers.get("Location")


def add_seats(pool_id: int, times: int) -> None:
    """Write again and again, each time in its turn."""
    for _ in range(times):
        with write_transaction() as session:
            session.execute(_one_more_seat(pool_id))


def add_seats_out_of_turn(pool_id: int, times: int) -> None:
    """The naive way: leave the queue of the writers to SQLite's own lock."""
    for _ in range(times):
        with db.engine.connect().execution_options(**{WRITES: True}) as connection:
            connection.execute(_one_more_seat(pool_id))
            connection.commit()


def _one_more_seat(pool_id: int) -> Any:
    return update(SeatPool).where(SeatPool.id == pool_id).values(capacity=SeatPool.capacity + 1)
