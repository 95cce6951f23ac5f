"""The enums of lunch, and the pure rules of who gets a meal, until when and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from venue.timeline.local_time import instant

DISH_LENGTH = 40
SIDES_LENGTH = 80
DIET_LENGTH = 60
ADDRESS_LENGTH = 60
REASON_LENGTH = 100
"""Characters that fit on the lists in large type (own)."""
MOST_PORTIONS = 1000
"""At one sitting, or delivered on one day: more is a slip of the finger (own)."""


class AgeBand(StrEnum):
    """By what a meal is priced: the age on the day on which it is eaten (domain)."""

    FROM_60 = "60-74"
    FROM_75 = "75-89"
    FROM_90 = "90+"
    OTHER = "other"


class OrderEnding(StrEnum):
    """How an order ended before its meal."""

    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    """By the center: closed that day, or the kitchen is out."""


USUAL_PRICES: Mapping[AgeBand, int] = {
    AgeBand.FROM_60: 1000,
    AgeBand.FROM_75: 800,
    AgeBand.FROM_90: 500,
    AgeBand.OTHER: 1500,
}
"""In fen, until a center sets its own (own)."""


def band_of(age: int) -> AgeBand:
    """Return the band of an age."""
    if age >= 90:
        return AgeBand.FROM_90
    if age >= 75:
        return AgeBand.FROM_75
    return AgeBand.FROM_60 if age >= 60 else AgeBand.OTHER


def orders_until(served_on: date, days_before: int, until: time) -> datetime:
    """Return the instant from which a meal can neither be ordered nor cancelled."""
    return instant(served_on - timedelta(days=days_before), until)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where a meal is brought, and whom the driver calls; the number is in E.164."""

    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class MealWish:
    """One meal of somebody: a dish, eaten at a sitting or delivered."""

    dish_id: int
    sitting_id: int | None
    delivery: Delivery | None
    diet: str = ""


@dataclass(frozen=True, slots=True)
class MealFact:
    """What is so of the day, and of the person on it."""

    orders_until_at: datetime
    called_off: str | None
    """Why there is no lunch that day; None: there is."""
    has_meal: bool
    places_left: int | None
    """Of the sitting or the delivery that is wished for; None: no limit."""


@dataclass(frozen=True, slots=True)
class AfterCutoff:
    """The kitchen has its figures."""

    until_at: datetime


@dataclass(frozen=True, slots=True)
class NoLunch:
    """There is none that day."""

    reason: str


@dataclass(frozen=True, slots=True)
class HasMeal:
    """One person, one meal a day."""


@dataclass(frozen=True, slots=True)
class NoWay:
    """Neither a sitting nor a delivery was chosen."""


@dataclass(frozen=True, slots=True)
class AddressMissing:
    """A delivery needs an address and a number to call."""


@dataclass(frozen=True, slots=True)
class SittingFull:
    """No place is left at the sitting."""


@dataclass(frozen=True, slots=True)
class DeliveriesFull:
    """As many are delivered that day as can be."""


Refusal = AfterCutoff | NoLunch | HasMeal | NoWay | AddressMissing | SittingFull | DeliveriesFull


def refusal_of(wish: MealWish, fact: MealFact, now: datetime) -> Refusal | None:
    """Return why a meal cannot be ordered, what can be helped least first; None when it can."""
    if fact.called_off is not None:
        return NoLunch(fact.called_off)
    if now >= fact.orders_until_at:
        return AfterCutoff(fact.orders_until_at)
    if fact.has_meal:
        return HasMeal()
    if (wish.sitting_id is None) == (wish.delivery is None):
        return NoWay()
    if wish.delivery is not None and not (wish.delivery.address and wish.delivery.phone):
        return AddressMissing()
    if fact.places_left is not None and fact.places_left < 1:
        return full(wish)
    return None


def full(wish: MealWish) -> SittingFull | DeliveriesFull:
    """Return the refusal of a wish that came too late for the last place."""
    return SittingFull() if wish.delivery is None else DeliveriesFull()
