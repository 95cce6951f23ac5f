"""The states of a calendar entry, how long it stays in feeds, and the refusals of feed links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REMEMBERED = timedelta(days=30)
"""How long past its end an entry stays in the feeds, cancelled ones too (own): a phone that was
off for a month still learns of a cancellation."""
REFRESH = timedelta(hours=1)
"""How long a calendar program may wait before it asks again (own); most wait longer anyway."""
MOST_LINKS = 10
"""Live private links of one person (own): a few devices and relatives."""


class EntryStatus(StrEnum):
    """STATUS of a VEVENT (RFC 5545, 3.8.1.11), in lower case."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TooManyLinks:
    """The person has `limit` live links already; one of them must be revoked first."""

    limit: int


@dataclass(frozen=True, slots=True)
class NoSuchLink:
    """The person has no live link with this number."""


def remembered_since(now: datetime) -> datetime:
    """Return the instant before which an event has left the feeds."""
    return now - REMEMBERED
