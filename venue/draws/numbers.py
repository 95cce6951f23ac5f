"""Pure rules of the public number, which two of the staff type in, and of drawing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from venue.draws.rules import DrawFact, Stage, stage_of
from venue.seats.rules import Cancelled, Unpublished


@dataclass(frozen=True, slots=True)
class NotANumber:
    """What was typed is empty, or too long."""


@dataclass(frozen=True, slots=True)
class NotFrozen:
    """The list is not frozen yet: the number decides nothing before."""

    closes_at: datetime


@dataclass(frozen=True, slots=True)
class NumbersDiffer:
    """Two of the staff typed different numbers: neither counts until two have typed the same."""


@dataclass(frozen=True, slots=True)
class NumberMissing:
    """Two of the staff have to type the number before the draw; so many have."""

    typed_by: int


@dataclass(frozen=True, slots=True)
class AlreadyDrawn:
    """A draw is made once."""

    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class ListAltered:
    """The list is not the one whose digest was published: `line` is the first that is wrong."""

    line: int | None


@dataclass(frozen=True, slots=True)
class SeatsMissing:
    """These programs have fewer seats left than were published; they have to be added again."""

    titles: tuple[str, ...]


NumberRefusal = Unpublished | Cancelled | NotFrozen | AlreadyDrawn
DrawRefusal = NumberRefusal | NumberMissing | NumbersDiffer | ListAltered | SeatsMissing

LONGEST_NUMBER = 100


def clean_number(typed: str) -> str | NotANumber:
    """Return a public number as it is compared, published and hashed.

    Full-width digits become narrow ones (NFKC), white space around it goes, and within it one
    space stays; nothing else is changed.
    """
    number = " ".join(unicodedata.normalize("NFKC", typed).split())
    return number if 0 < len(number) <= LONGEST_NUMBER and number.isprintable() else NotANumber()


def agreed_number(typed: Iterable[str]) -> str | NumberMissing | NumbersDiffer:
    """Return the number that two of the staff typed, given what each of them typed last.

    Who was alone with another number is overruled; two pairs that differ are not.
    """
    times = Counter(typed)
    agreed = [number for number, staff in times.items() if staff > 1]
    if len(agreed) == 1:
        return agreed[0]
    return NumbersDiffer() if len(times) > 1 else NumberMissing(times.total())


def number_refusals(draw: DrawFact, now: datetime) -> list[NumberRefusal]:
    """Return why the number cannot be typed in, and nothing be drawn, at this stage."""
    match stage_of(draw, now):
        case Stage.PREPARED:
            return [Unpublished()]
        case Stage.CANCELLED:
            return [Cancelled()]
        case Stage.DRAWN:
            return [AlreadyDrawn(draw.drawn_at)] if draw.drawn_at is not None else []
        case Stage.FROZEN:
            return []
    return [NotFrozen(draw.closes_at)]
