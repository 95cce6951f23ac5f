"""Pure rules of applications: why people cannot state wishes in a draw, or not these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from venue.draws.rules import DrawFact, Stage, stage_of
from venue.seats.rules import Cancelled, Closed, NotOpenYet, Refusal, Unpublished


@dataclass(frozen=True, slots=True)
class NobodyNamed:
    """An application needs somebody whom it is for."""


@dataclass(frozen=True, slots=True)
class NoWish:
    """An application needs a wish."""


@dataclass(frozen=True, slots=True)
class TooManyWishes:
    """The draw allows fewer."""

    limit: int


@dataclass(frozen=True, slots=True)
class WishedTwice:
    """The same program was wished for more than once."""

    title: str


@dataclass(frozen=True, slots=True)
class NotInDraw:
    """A program was wished for that this draw does not give out."""

    program_id: int


@dataclass(frozen=True, slots=True)
class OtherApplication:
    """Somebody is in another application of this draw, which has to be withdrawn first."""

    application_id: int
    person_id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The application is for somebody else, too; it is changed or withdrawn for all together."""

    application_id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class Ineligible:
    """Not all of the people can have a seat in one of the programs wished for: all the reasons."""

    program_id: int
    title: str
    together: tuple[Refusal, ...]
    """What holds for all of them."""
    people: tuple[tuple[int, str, tuple[Refusal, ...]], ...]
    """Who else cannot, by id and name, and why."""


Reason = (
    Unpublished
    | Cancelled
    | NotOpenYet
    | Closed
    | NobodyNamed
    | NoWish
    | TooManyWishes
    | WishedTwice
    | NotInDraw
    | OtherApplication
    | LeftOut
    | Ineligible
)


def window_refusals(draw: DrawFact, now: datetime) -> list[Reason]:
    """Return why nobody at all can apply, or change an application, now."""
    match stage_of(draw, now):
        case Stage.PREPARED:
            return [Unpublished()]
        case Stage.CANCELLED:
            return [Cancelled()]
        case Stage.ANNOUNCED:
            return [NotOpenYet(draw.opens_at)]
        case Stage.OPEN:
            return []
    return [Closed(draw.closes_at)]


def wish_refusals(wishes: Sequence[int], titles: Mapping[int, str], most: int) -> list[Reason]:
    """Return what is wrong with wishes: program ids, best first; `titles` are the draw's."""
    found: list[Reason] = []
    if not wishes:
        found.append(NoWish())
    if len(wishes) > most:
        found.append(TooManyWishes(most))
    for program_id, times in Counter(wishes).items():
        if program_id not in titles:
            found.append(NotInDraw(program_id))
        elif times > 1:
            found.append(WishedTwice(titles[program_id]))
    return found
