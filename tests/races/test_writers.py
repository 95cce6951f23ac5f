"""The writers of one SQLite file queue, and none of them is turned away."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from tests import town as make
from tests.races.acts import add_seats, add_seats_out_of_turn
from tests.races.crew import Crashed
from venue.db import db, write_transaction
from venue.people.models import Neighborhood

pytestmark = [
    pytest.mark.race,
    pytest.mark.xdist_group("races"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

WRITERS, TIMES = 32, 10


@pytest.fixture
def impatient(settings):
    """Settings under which SQLite's own lock is not waited for at all."""
    return replace(settings, busy_timeout_ms=0)


def test_32_writers_in_turn_are_all_served_though_none_waits_for_the_lock(
    db_session, impatient, crew, town
):
    pool = make.pool_of(db_session, town.painting)

    answers = crew.rush(impatient, [(add_seats, pool.id, TIMES)] * WRITERS)

    assert answers == [None] * WRITERS
    db_session.rollback()
    db_session.refresh(pool)
    assert pool.capacity == 25 + WRITERS * TIMES


def test_out_of_turn_some_find_the_database_locked(db_session, impatient, crew, town):
    """The control: SQLite's own lock has no queue."""
    pool = make.pool_of(db_session, town.painting)

    answers = crew.rush(impatient, [(add_seats_out_of_turn, pool.id, TIMES)] * WRITERS)

    crashes = [answer for answer in answers if isinstance(answer, Crashed)]
    assert any("database is locked" in crash.error for crash in crashes)


# ---- Writers that know nothing of the queue ----------------------------------------------------


@pytest.fixture
def outsider(db_session, town) -> Iterator[sqlite3.Connection]:
    """Open the file as a migration does, or somebody who mends it by hand: out of turn."""
    connection = sqlite3.connect(db.engine.url.database, isolation_level=None, timeout=0)
    yield connection
    connection.close()


INSERT = "INSERT INTO neighborhood (name) VALUES ('东湖社区')"
COUNT = select(func.count()).select_from(Neighborhood)


def test_nobody_writes_between_what_a_verb_reads_and_what_it_writes(outsider):
    with write_transaction() as session:
        before = session.scalar(COUNT)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            outsider.execute(INSERT)
        session.add(Neighborhood(name="西湖社区"))
    with write_transaction() as session:
        assert session.scalar(COUNT) == before + 1


def test_a_read_that_turns_into_a_write_fails_when_somebody_wrote_meanwhile(outsider):
    """The control: without BEGIN IMMEDIATE whoever reads first has no claim on writing."""
    with db.engine.connect() as connection:
        connection.scalar(COUNT)
        outsider.execute(INSERT)
        with pytest.raises(OperationalError, match="locked"):
            connection.exec_driver_sql("INSERT INTO neighborhood (name) VALUES ('西湖社区')")


def test_what_was_read_before_the_turn_came_is_read_again(db_session, outsider):
    """The viewer of a request is loaded first, and others write while it queues."""
    before = db_session.scalar(COUNT)
    outsider.execute(INSERT)
    with write_transaction() as session:
        assert session.scalar(COUNT) == before + 1
