"""What time it is: the only reader of the system's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from venue.timeline.local_time import local_date

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731  (replaced by `reading`)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _read()


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
