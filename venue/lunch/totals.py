"""Counting portions: for the kitchen by dish, diet and sitting; for the month by age band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from venue.lunch.rules import AgeBand


@dataclass(frozen=True, slots=True)
class Portion:
    """One ordered meal, as far as it is counted; `starts_time` None: it is delivered."""

    dish: str
    diet: str
    starts_time: time | None
    band: AgeBand
    price_fen: int


@dataclass(frozen=True, slots=True)
class DishTotal:
    """How many portions of a dish there are, at each sitting, delivered, and with which diets."""

    dish: str
    portions: int
    by_time: dict[time | None, int]
    by_diet: dict[str, int]
    """Only of those who have to say something to the kitchen."""


@dataclass(frozen=True, slots=True)
class BandTotal:
    """The meals of an age band and what they cost together."""

    band: AgeBand
    portions: int
    owed_fen: int


def kitchen_totals(portions: Iterable[Portion]) -> list[DishTotal]:
    """Count the portions of each dish, in the order in which the dishes come first."""
    by_dish: dict[str, list[Portion]] = {}
    for one in portions:
        by_dish.setdefault(one.dish, []).append(one)
    return [
        DishTotal(
            dish,
            len(own),
            dict(Counter(one.starts_time for one in own)),
            dict(Counter(one.diet for one in own if one.diet)),
        )
        for dish, own in by_dish.items()
    ]


def band_totals(portions: Iterable[Portion]) -> list[BandTotal]:
    """Add up meals and prices of every age band, also of one that nobody belongs to."""
    counted: Counter[AgeBand] = Counter()
    owed: Counter[AgeBand] = Counter()
    for one in portions:
        counted[one.band] += 1
        owed[one.band] += one.price_fen
    return [BandTotal(band, counted[band], owed[band]) for band in AgeBand]
