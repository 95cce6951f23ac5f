"""What the verbs of seats answer."""

from __future__ import annotations

from dataclasses import dataclass

from venue.seats.rules import EnrollmentStatus, Refusal


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The person has a seat, and so have all who came along, whose enrollments are `others`."""

    enrollment_id: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Applied:
    """The application is written down; somebody looks whether the criteria are met."""

    enrollment_id: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Waitlisted:
    """The person waits, with all who came along, `position` counted from 1."""

    enrollment_id: int
    position: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The person has no claim any more; who had one before it is asked again gets the same."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed, and these are all the reasons.

    `people` has for each of several, by id, what lies with them; it is empty for one alone.
    """

    reasons: tuple[Refusal, ...]
    people: tuple[tuple[int, tuple[Refusal, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """The application is answered: a stated criterion is not met."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class NoSuchCriterion:
    """An application is refused by what the program states and by nothing else."""


@dataclass(frozen=True, slots=True)
class NotActive:
    """The enrollment is not in the state that this needs: it has ended, or was never offered."""

    status: EnrollmentStatus
