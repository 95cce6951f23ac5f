"""The writers of one SQLite file queue, and none of them is turned away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import town as make
from tests.races.acts import add_seats, add_seats_out_of_turn
from tests.races.crew import Crashed

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
