"""What time it is: the only reader of the clocks of the system and of the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from venue.db import UtcDateTime
from venue.timeline.local_time import local_date


def _system() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _system  # replaced by `reading`


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _read()


_DATABASE_NOW = {
    "sqlite": text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now') AS at"),
    "postgresql": text("SELECT clock_timestamp() AS at"),
}


def database_now(session: Session) -> datetime:
    """Return the present instant by the clock of the database, which all processes share.

    For cut-offs on which two of them could disagree. Whoever lets `now()` ask another source asks
    that here, too.
    """
    if _read is not _system:
        return _read()
    asked = _DATABASE_NOW[session.get_bind().dialect.name]
    at = session.scalar(asked.columns(at=UtcDateTime()))
    assert isinstance(at, datetime)  # noqa: S101  (for mypy: the query has one row)
    return at


def today() -> date:
    """Return the day that the wall calendar of a center shows."""
    return local_date(now())


@contextmanager
def reading(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `now()` ask `source` instead of the system, for the length of the block."""
    global _read  # noqa: PLW0603  (one clock for one process is the point)
    before, _read = _read, source
    try:
        yield
    finally:
        _read = before
