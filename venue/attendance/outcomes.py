"""What the verbs of attendance answer, beside the refusals of the rules."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marked:
    """The person is marked as there; whoever marks them again gets the same."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Unmarked:
    """The person is not marked, or not any more."""

    person_id: int


@dataclass(frozen=True, slots=True)
class Counted:
    """So many people came without a name."""

    walk_ins: int


@dataclass(frozen=True, slots=True)
class NoSeat:
    """The person has no seat in the session; a walk-in is marked as such."""


@dataclass(frozen=True, slots=True)
class HasSeat:
    """The person has a seat in the session itself: being there makes up for no other."""


@dataclass(frozen=True, slots=True)
class NotToMakeUp:
    """Not a lesson that the person missed, that is still open, and that this one may make up."""


@dataclass(frozen=True, slots=True)
class RollClosed:
    """The roll is closed; so many missed the session, and so many of them are paused for it."""

    missed: int
    paused: int


@dataclass(frozen=True, slots=True)
class NeverTaken:
    """Nobody opened this roll: a session at which nobody was marked makes nobody a no-show."""


@dataclass(frozen=True, slots=True)
class Reopened:
    """The roll is open; nobody is missing from it, and so many pauses were taken back."""

    taken_back: int
