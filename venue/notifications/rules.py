"""The kinds of message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

UNREAD_AFTER = timedelta(hours=12)
"""How long whoever acts for an adult has to read a message before the desk calls (own)."""
AGAIN_AFTER = timedelta(hours=1)
"""When to call again whoever did not answer (own)."""
USUALLY_WITHIN = timedelta(days=1)
"""How long what has no date of its own can wait (own)."""
DEADLINES = ("expires_at", "from_at", "at", "session_at")
"""Parameters that say by when a message must have been heard, the most pressing first."""


class CallResult(StrEnum):
    """How a call of the desk ended."""

    REACHED = "reached"
    """They, or somebody who tells them, know now."""
    NOT_REACHED = "not_reached"
    AGAIN = "again"
    """They asked to be called at another time."""


class MessageKind(StrEnum):
    """What a message tells; each kind has one sentence in the templates, with its parameters."""

    ENROLLED = "enrolled"
    APPLIED = "applied"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_REFUSED = "application_refused"
    APPLICATION_ENDED = "application_ended"
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
    PAYMENT_TAKEN = "payment_taken"
    REFUND_DUE = "refund_due"
    REFUND_PAID = "refund_paid"
    RECEIPT_REVERSED = "receipt_reversed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    DRAW_APPLIED = "draw_applied"
    DRAW_WITHDRAWN = "draw_withdrawn"
    DRAW_CANCELLED = "draw_cancelled"
    DRAW_WON = "draw_won"
    DRAW_WAITING = "draw_waiting"
    MISSED = "missed"
    PAUSED = "paused"
    PAUSE_TAKEN_BACK = "pause_taken_back"
    PAUSE_KEPT = "pause_kept"
    PAUSE_WAIVED = "pause_waived"
    CARE_BOOKED = "care_booked"
    CARE_GIVEN_BACK = "care_given_back"
    MEAL_ORDERED = "meal_ordered"
    MEAL_CANCELLED = "meal_cancelled"
    MEAL_CALLED_OFF = "meal_called_off"
    """By the center: closed that day, or the kitchen is out."""
    DISH_SUBSTITUTED = "dish_substituted"
    CHILD_ARRIVED = "child_arrived"
    ARRIVAL_UNDONE = "arrival_undone"
    """The carer had tapped the wrong child: it is not there."""
    CHILD_COLLECTED = "child_collected"
    CHILD_LEFT_ALONE = "child_left_alone"
    COLLECTION_UNDONE = "collection_undone"
    """The carer had tapped the wrong child: it is still there."""
    COLLECTION_REFUSED = "collection_refused"
    CODES_LOCKED = "codes_locked"
    INCIDENT_REPORTED = "incident_reported"
    COLLECTED_LATE = "collected_late"
    """The day is over, and the child still waits."""

    @property
    def at_door(self) -> bool:
        """Whether it tells of a child's coming and going."""
        return self in _AT_DOOR

    @property
    def is_called(self) -> bool:
        """Whether the desk says it to somebody without an account.

        Not what only confirms one's own act: whoever asked for it at the desk has heard it, and has
        it on a slip. Nor what happens at the door: the carer calls at once, from the board.
        """
        return self not in _CONFIRMS and (not self.at_door or self is MessageKind.INCIDENT_REPORTED)


_CONFIRMS = frozenset(
    {
        MessageKind.ENROLLED,
        MessageKind.APPLIED,
        MessageKind.WAITLISTED,
        MessageKind.WITHDRAWN,
        MessageKind.OFFER_DECLINED,
        MessageKind.DRAW_APPLIED,
        MessageKind.DRAW_WITHDRAWN,
        MessageKind.RESERVATION_HELD,
        MessageKind.RESERVATION_REQUESTED,
        MessageKind.RESERVATION_CANCELLED,
        MessageKind.PAYMENT_TAKEN,
        MessageKind.REFUND_PAID,
        MessageKind.CARE_BOOKED,
        MessageKind.CARE_GIVEN_BACK,
        MessageKind.DELEGATION_CONFIRMED,
        MessageKind.DELEGATION_ENDED,
        MessageKind.MEAL_ORDERED,
        MessageKind.MEAL_CANCELLED,
    }
)

_AT_DOOR = frozenset(
    {
        MessageKind.CHILD_ARRIVED,
        MessageKind.ARRIVAL_UNDONE,
        MessageKind.CHILD_COLLECTED,
        MessageKind.CHILD_LEFT_ALONE,
        MessageKind.COLLECTION_UNDONE,
        MessageKind.COLLECTION_REFUSED,
        MessageKind.CODES_LOCKED,
        MessageKind.INCIDENT_REPORTED,
        MessageKind.COLLECTED_LATE,
    }
)


def due_at(parameters: Mapping[str, Any], created_at: datetime) -> datetime:
    """Return by when somebody must be told: before what the message speaks of, or within a day."""
    for name in DEADLINES:
        if parameters.get(name):
            instant = datetime.fromisoformat(parameters[name])
            if instant > created_at:
                return instant
    return created_at + USUALLY_WITHIN
