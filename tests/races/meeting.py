"""Two acts that meet: the second begins when the first has written and has not yet committed.

A rush hopes that two of many meet at the wrong moment; here they always do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from sqlalchemy.orm import Session

from venue.db import db, write_transaction

PATIENCE_SECONDS = 30
IN_THE_QUEUE_SECONDS = 0.05
"""On SQLite: after so long without an answer, somebody waits for the writers' turn."""

Act = Callable[[Session], Any]

WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)

meeting = pytest.mark.parametrize(
    ("database", "row_locks"),
    [
        ("sqlite", "kept"),
        ("postgresql", "kept"),
        pytest.param(
            "postgresql",
            "dropped",
            marks=pytest.mark.xfail(
                reason="the control: without row locks this goes wrong",
                raises=(AssertionError, SQLAlchemyError, SAWarning),
            ),
        ),
    ],
    indirect=True,
)
"""Mark of a test that holds on both databases, and on PostgreSQL because of a row lock."""


def act(verb: Callable[..., Any], *arguments: Any, **facts: Any) -> Act:
    """Return what calls a verb with these arguments in the transaction that it is given."""
    return lambda session: verb(session, *arguments, **facts)


@dataclass(frozen=True)
class Meeting:
    """Carries out acts that meet, each in a transaction of its own."""

    app: Flask

    def __call__(self, first: Act, second: Act) -> tuple[Any, Any]:
        """Begin the second before the first commits; return what both answered."""
        with ThreadPoolExecutor(1) as thread:
            with write_transaction() as session:
                answer = first(session)
                session.flush()
                other = thread.submit(self._carry_out, second)
                self._let_it_run(other)
            return answer, other.result(PATIENCE_SECONDS)

    def _carry_out(self, act: Act) -> Any:
        with self.app.app_context(), write_transaction() as session:
            return act(session)

    def _let_it_run(self, other: Future[Any]) -> None:
        """Return when the other act is done or waits for the first."""
        if db.engine.dialect.name == "sqlite":
            wait([other], IN_THE_QUEUE_SECONDS)
            return
        patience_ends = time.monotonic() + PATIENCE_SECONDS
        with db.engine.connect() as watcher:
            watcher.execution_options(isolation_level="AUTOCOMMIT")
            while not other.done() and not watcher.scalar(WAITING):
                assert time.monotonic() < patience_ends, "the second act neither ends nor waits"
                time.sleep(0.002)


@contextmanager
def row_locks_dropped() -> Iterator[None]:
    """Send no statement of this engine's with a row lock for a while; other tests share it."""

    def unlocked(_connection, _cursor, statement, parameters, _context, _many):
        for lock in (" FOR NO KEY UPDATE", " FOR UPDATE", " FOR SHARE"):
            statement = statement.replace(lock, "")
        return statement, parameters

    event.listen(db.engine, "before_cursor_execute", unlocked, retval=True)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", unlocked)
