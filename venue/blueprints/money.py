"""The money of seats as pages show it: how each stands, and the receipts that count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from venue.payments.models import Receipt
from venue.payments.reading import receipts_of
from venue.settlements.reading import Settlement, settlements_of


@dataclass(frozen=True, slots=True)
class Money:
    """How the money of one enrollment stands, and everything in the book about it, in order."""

    account: Settlement
    receipts: tuple[Receipt, ...]

    @property
    def payments(self) -> list[Receipt]:
        """What was taken and not reversed."""
        return [one for one in self._counting() if one.amount_fen > 0]

    @property
    def refunds(self) -> list[Receipt]:
        """What was handed out and not reversed."""
        return [one for one in self._counting() if one.amount_fen < 0]

    def counts(self, one: Receipt) -> bool:
        """Tell whether an entry was not reversed, nor is a reversal itself."""
        return one in self._counting()

    def _counting(self) -> list[Receipt]:
        reversed_ids = {one.reverses_id for one in self.receipts}
        return [
            one for one in self.receipts if one.reverses_id is None and one.id not in reversed_ids
        ]


def money_of(session: Session, enrollment_ids: Iterable[int]) -> dict[int, Money]:
    """Return the money by enrollment, for those that have any, in at most three queries."""
    accounts = settlements_of(session, enrollment_ids)
    charges = [one.charge_id for one in accounts.values() if one.charge_id is not None]
    receipts = receipts_of(session, charges)
    return {
        enrollment_id: Money(one, tuple(receipts.get(one.charge_id or 0, ())))
        for enrollment_id, one in accounts.items()
    }
