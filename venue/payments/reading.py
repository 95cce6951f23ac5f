"""Reading a center's book: the receipts of charges and of a time, and the sums of months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from venue.payments.models import Charge, Receipt
from venue.timeline.interval import Interval


def receipts_of(session: Session, charge_ids: Iterable[int]) -> dict[int, list[Receipt]]:
    """Return the receipts by charge, in order, with who entered them; in one query."""
    found: dict[int, list[Receipt]] = defaultdict(list)
    ids = set(charge_ids)
    if ids:
        rows = session.scalars(
            select(Receipt)
            .where(Receipt.charge_id.in_(ids))
            .options(joinedload(Receipt.by))
            .order_by(Receipt.id)
            .execution_options(populate_existing=True)
        )
        for one in rows:
            found[one.charge_id].append(one)
    return found


def receipts_in(session: Session, center_id: int, during: Interval) -> Sequence[Receipt]:
    """Return what stands in a center's book for a time, in order, with charge and people."""
    return session.scalars(
        select(Receipt)
        .where(Receipt.center_id == center_id, Receipt.at >= during.start, Receipt.at < during.end)
        .options(joinedload(Receipt.by), joinedload(Receipt.charge).joinedload(Charge.person))
        .order_by(Receipt.at, Receipt.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Sums:
    """What the desk of a center took and gave back in a time, in fen; a reversal undoes its entry.

    A wrongly entered payment and its reversal both count as taken, once plus and once minus.
    """

    taken_fen: int
    given_back_fen: int

    @property
    def kept_fen(self) -> int:
        """What is in the till of it."""
        return self.taken_fen - self.given_back_fen


def sums(session: Session, center_id: int, times: Sequence[Interval]) -> list[Sums]:
    """Return the sums of a center's book for each of the times, in one query."""
    is_payment = (Receipt.amount_fen > 0) == Receipt.reverses_id.is_(None)
    columns = []
    for during in times:
        inside = (Receipt.at >= during.start) & (Receipt.at < during.end)
        for payment in (is_payment, ~is_payment):
            of_kind = case((inside & payment, Receipt.amount_fen), else_=0)
            columns.append(func.coalesce(func.sum(of_kind), 0))
    row = session.execute(
        select(*columns).where(
            Receipt.center_id == center_id,
            Receipt.at >= min(one.start for one in times),
            Receipt.at < max(one.end for one in times),
        )
    ).one()
    figures = [int(one) for one in row]
    return [Sums(figures[n], -figures[n + 1]) for n in range(0, len(figures), 2)]
