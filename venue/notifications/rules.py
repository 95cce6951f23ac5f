"""The kinds of message."""

from __future__ import annotations

from enum import StrEnum


class MessageKind(StrEnum):
    """What a message tells; each kind has one sentence in the templates, with its parameters."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"
    SEAT_OFFERED = "seat_offered"
    OFFER_EXPIRED = "offer_expired"
    OFFER_DECLINED = "offer_declined"
    WAITLIST_ENDED = "waitlist_ended"
    SESSION_MOVED = "session_moved"
    SERIES_CHANGED = "series_changed"
    SESSION_CANCELLED = "session_cancelled"
    PROGRAM_CANCELLED = "program_cancelled"
    ANNOUNCEMENT = "announcement"
    """What staff write to the people of a program, in their own words."""
    DELEGATION_CONFIRMED = "delegation_confirmed"
    DELEGATION_ENDED = "delegation_ended"
    RESERVATION_HELD = "reservation_held"
    RESERVATION_REQUESTED = "reservation_requested"
    RESERVATION_APPROVED = "reservation_approved"
    RESERVATION_MOVED = "reservation_moved"
    RESERVATION_REFUSED = "reservation_refused"
    RESERVATION_EXPIRED = "reservation_expired"
    RESERVATION_CANCELLED = "reservation_cancelled"
    RESERVATION_CALLED_OFF = "reservation_called_off"
    RESERVATION_NO_SHOW = "reservation_no_show"
