"""The enums of reservations, and the pure rules of who may have a room, when and how often."""

from __future__ import annotations

from enum import StrEnum


class ReservationEnding(StrEnum):
    """How a reservation came to its end before or instead of its time."""

    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    """By the center: a closure, a repair."""
    NO_SHOW = "no_show"
