"""The enum of opinions, and the pure rule: who may say what they thought, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OPENS_BEFORE_END = timedelta(minutes=15)
"""From so long before the end on: people who must leave early are asked at the door (own)."""
CLOSES_AFTER_END = timedelta(days=14)
"""Nobody remembers a talk for longer than that (own)."""


class Face(StrEnum):
    """One of three."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class NotAsked:
    """It does not take place, or nobody is asked about it."""


@dataclass(frozen=True, slots=True)
class NotOver:
    """It is too early: there is nothing to think of it yet."""

    opens_at: datetime


@dataclass(frozen=True, slots=True)
class TooLongAgo:
    """Opinions are counted by now."""

    closed_at: datetime


@dataclass(frozen=True, slots=True)
class WasNotThere:
    """The person neither came nor had a seat."""


Refusal = NotAsked | NotOver | TooLongAgo | WasNotThere


def opinion_refusal(
    *, asked: bool, was_there: bool, ends_at: datetime, now: datetime
) -> Refusal | None:
    """Return why an opinion is not taken now, or None."""
    if not asked:
        return NotAsked()
    if now < ends_at - OPENS_BEFORE_END:
        return NotOver(ends_at - OPENS_BEFORE_END)
    if now > ends_at + CLOSES_AFTER_END:
        return TooLongAgo(ends_at + CLOSES_AFTER_END)
    return None if was_there else WasNotThere()
