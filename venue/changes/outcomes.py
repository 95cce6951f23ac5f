"""What the verbs that reach far answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """The session has its new time and room; so many people were told."""

    people: int


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
