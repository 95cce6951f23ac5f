"""What the verbs of seats answer."""

from __future__ import annotations

from dataclasses import dataclass

from venue.seats.rules import EnrollmentStatus, Refusal


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The person has a seat."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The person waits, `position` counted from 1."""

    enrollment_id: int
    position: int


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The person has no claim any more; who had one before it is asked again gets the same."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed, and these are all the reasons."""

    reasons: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class NotActive:
    """The enrollment is not in the state that this needs: it has ended, or was never offered."""

    status: EnrollmentStatus
