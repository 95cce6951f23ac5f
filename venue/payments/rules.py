"""What is owed and what goes back: pure functions of amounts and dates. Amounts are in fen."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

NUMBER_LENGTH = 40
"""Characters of a receipt number that the column holds."""
REASON_LENGTH = 200


class Ending(StrEnum):
    """How something that was paid for came to its end."""

    LEFT = "left"
    """The person gave it up."""
    CALLED_OFF = "called_off"
    """The center did."""


@dataclass(frozen=True, slots=True)
class LessonFact:
    """One date of what was paid for; `cancelled_at` is when the center called it off."""

    starts_at: datetime
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountFact:
    """What is known of one thing that a person has or had.

    `since_at` is when it became theirs: lessons that had begun by then, or had been called off,
    were never part of it. `closed` means that the last refund was handed out.
    """

    price_fen: int
    since_at: datetime
    lessons: tuple[LessonFact, ...]
    reduced_fen: int = 0
    paid_fen: int = 0
    ended: Ending | None = None
    ended_at: datetime | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed in all, what was paid, and what of it is open or goes back."""

    owed_fen: int
    paid_fen: int
    open_fen: int
    refund_fen: int


def balance(fact: AccountFact) -> Balance:
    """Return how an account stands.

    Nobody is asked for money after leaving: what was not paid by then is not collected (own).
    """
    net = max(0, fact.price_fen - fact.reduced_fen)
    owed = net - refundable(net, fact)
    has_it = fact.ended is None
    return Balance(
        owed_fen=owed,
        paid_fen=fact.paid_fen,
        open_fen=max(0, owed - fact.paid_fen) if has_it else 0,
        refund_fen=0 if fact.closed else max(0, fact.paid_fen - owed),
    )


def refund_if_left(fact: AccountFact, now: datetime) -> int:
    """Return what would go back to a person who gave it up now."""
    return balance(replace(fact, ended=Ending.LEFT, ended_at=now)).refund_fen


def refundable(net_fen: int, fact: AccountFact) -> int:
    """Return how much of a price is not owed: the share of the lessons that are not paid for.

    Who leaves before the first lesson starts pays nothing; before the second starts, only for the
    first; later, for all of them (domain.md). A lesson that the center calls off is never paid for,
    and of a program that it calls off only what was held (own). A lesson that is made up is moved,
    not called off. Parts of a fen count for the person (own).
    """
    at = fact.ended_at
    lessons = [one for one in fact.lessons if _was_part(one, fact.since_at)]
    called_off = [one for one in lessons if _called_off_by(one, at)]
    begun = [] if at is None else [one for one in lessons if _held_by(one, at)]
    if fact.ended is None or (fact.ended is Ending.LEFT and len(begun) > 1):
        free = len(called_off)
    else:
        free = len(lessons) - len(begun)
    if not lessons:
        return 0 if fact.ended is None else net_fen
    return -(-net_fen * free // len(lessons))


def _was_part(one: LessonFact, since_at: datetime) -> bool:
    return one.starts_at > since_at and (one.cancelled_at is None or one.cancelled_at >= since_at)


def _called_off_by(one: LessonFact, at: datetime | None) -> bool:
    return one.cancelled_at is not None and (at is None or one.cancelled_at <= at)


def _held_by(one: LessonFact, at: datetime) -> bool:
    return one.starts_at <= at and one.cancelled_at is None


def clean_number(text: str) -> str:
    """Return a receipt number in the one form in which it is stored, however it was typed.

    NFKC, so that the wide digits of a Chinese keyboard are digits; capitals; no spaces.
    """
    return "".join(unicodedata.normalize("NFKC", text).upper().split())
