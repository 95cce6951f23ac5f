"""The kinds of message."""

from __future__ import annotations

from enum import StrEnum


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
