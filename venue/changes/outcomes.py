"""What the verbs that reach far answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """The session has its new time and room; so many people were told."""

    people: int


@dataclass(frozen=True, slots=True)
class Rescheduled:
    """So many dates of the series changed, were added, or were cancelled; people were told once."""

    changed: int
    added: int
    cancelled: int
    people: int


@dataclass(frozen=True, slots=True)
class NothingToChange:
    """No date of the series that is still to come would change."""


@dataclass(frozen=True, slots=True)
class CancelledFor:
    """It does not take place; so many people were told."""

    people: int


@dataclass(frozen=True, slots=True)
class AlreadyOver:
    """It has begun already: the past is not changed."""


@dataclass(frozen=True, slots=True)
class AlreadyCancelled:
    """It was cancelled before, and is not told a second time."""
