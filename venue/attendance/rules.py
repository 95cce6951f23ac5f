"""The enums of attendance, and its pure rules."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How somebody was marked."""

    ROLL = "roll"
    """By the teacher's tap."""
    CODE = "code"
    """By the person, with the code of the session."""
    CLOSING = "closing"
    """Missed, when the roll was closed."""
