"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 16, 2, 0, tzinfo=UTC)
"""Wednesday 16 September 2026, 10:00 in Shanghai: an ordinary workday before the holidays."""


class FrozenClock:
    """What `venue.clock` reads in tests."""

    def __init__(self) -> None:
        self._at = START

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Move to `at`, which must be aware."""
        if at.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {at!r}")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._at += by
