"""What races share: the crew of processes, and settings that wait for a busy machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests import town as make
from tests.races.crew import Crew
from tests.races.meeting import Meeting, row_locks_dropped
from venue.config import Settings


@pytest.fixture(scope="session")
def crew() -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.dismiss()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Wait long for a lock: a slow machine is no deadlock, and a deadlock is found anyhow."""
    return replace(settings, lock_timeout_ms=30_000, pool_timeout_seconds=30)


@pytest.fixture
def town(db_session):
    return make.build(db_session)


@pytest.fixture
def without_constraint(db_session, database):
    """Take away what the database itself refuses an overlap of bookings with."""
    if database == "sqlite":
        for event in ("insert", "update"):
            db_session.execute(text(f"DROP TRIGGER room_booking_overlap_on_{event}"))
    else:
        db_session.execute(text("ALTER TABLE room_booking DROP CONSTRAINT ex_room_booking_overlap"))
    db_session.commit()


@pytest.fixture
def row_locks(request, db_session):
    """Let statements lock rows as they do or, when they are `dropped`, not at all."""
    dropped = getattr(request, "param", "kept") == "dropped"
    with row_locks_dropped() if dropped else nullcontext():
        yield


@pytest.fixture
def meet(app, row_locks):
    """Carry out two acts, the second before the first commits; see `Meeting`."""
    return Meeting(app)
