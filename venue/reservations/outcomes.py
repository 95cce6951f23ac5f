"""What the verbs of reservations answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from venue.places.rules import Conflict
from venue.reservations.rules import Refusal, Standing


@dataclass(frozen=True, slots=True)
class Reserved:
    """The room is theirs."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class Requested:
    """The room is held until the request is answered, or its time is up."""

    booking_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed, and these are all the reasons."""

    reasons: tuple[Refusal | Conflict, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """The request was granted."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The room was given back."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class CalledOff:
    """These reservations do not take place; the others had ended already."""

    booking_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """Somebody came for it."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class Moved:
    """It has its new time and room."""

    booking_id: int


@dataclass(frozen=True, slots=True)
class NotNow:
    """The reservation is not in the state that this needs; perhaps somebody else was quicker."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class AlreadyBegun:
    """It has begun: the past is not changed."""


@dataclass(frozen=True, slots=True)
class TooEarly:
    """This can be done from `at` on."""

    at: datetime


@dataclass(frozen=True, slots=True)
class HasArrived:
    """They are here."""
