"""Pure rules of the day board: where each child of a care day is, and who is called about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Place(StrEnum):
    """Where a child of a care day is, in the order in which the board has them."""

    MISSING = "missing"
    """Expected, not there and not excused so long after the start: it is looked for."""
    LATE = "late"
    """Still there so long after the end: somebody is called."""
    EXPECTED = "expected"
    THERE = "there"
    GONE = "gone"
    ABSENT = "absent"
    """Excused by a guardian."""

    @property
    def rank(self) -> int:
        """Return how far down the board it stands: what has to be done is on top."""
        return list(type(self)).index(self)


@dataclass(frozen=True, slots=True)
class ComingFact:
    """What is known of one child on one care day."""

    starts_at: datetime
    ends_at: datetime
    arrived_at: datetime | None = None
    gone_at: datetime | None = None
    absent: bool = False


@dataclass(frozen=True, slots=True)
class BoardTimes:
    """So long after the start a child is missing, and after the end collected late."""

    missing_after: timedelta
    late_after: timedelta


def place_of(fact: ComingFact, times: BoardTimes, now: datetime) -> Place:
    """Return where a child is."""
    if fact.gone_at is not None:
        return Place.GONE
    if fact.arrived_at is not None:
        late = now >= fact.ends_at + times.late_after
        return Place.LATE if late else Place.THERE
    if fact.absent:
        return Place.ABSENT
    return Place.MISSING if now >= fact.starts_at + times.missing_after else Place.EXPECTED
