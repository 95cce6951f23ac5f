"""What the verbs of payments answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entered:
    """The receipt is in the book, or the charge is reduced: the account stands as was asked."""

    charge_id: int


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The account does not stand as it did when the form was shown.

    Somebody else has taken or handed out money, or the seat has ended; now this is open, and this
    goes back.
    """

    open_fen: int
    refund_fen: int


@dataclass(frozen=True, slots=True)
class TooMuch:
    """It is more than this, which is all that there is."""

    limit_fen: int


@dataclass(frozen=True, slots=True)
class NumberTaken:
    """The number stands in the center's book already, and for whom."""

    number: str
    full_name: str
    amount_fen: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AlreadyReversed:
    """The receipt counts no more; or it is a reversal, which is never reversed itself."""


@dataclass(frozen=True, slots=True)
class LaterFirst:
    """Later receipts of the charge rest on this one: they are reversed first."""
