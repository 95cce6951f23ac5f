"""The states of a calendar entry (RFC 5545, 3.8.1.11)."""

from __future__ import annotations

from enum import StrEnum


class EntryStatus(StrEnum):
    """STATUS of a VEVENT, in lower case."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
