"""Adding up how the money of many seats stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from venue.settlements.reading import Settlement


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums in fen over some seats; `seats` counts those that are held."""

    seats: int
    owed_fen: int
    paid_fen: int
    open_fen: int
    refund_fen: int


@dataclass(frozen=True, slots=True)
class ProgramTotals:
    """The sums of one program."""

    program_id: int
    title: str
    totals: Totals


def totals(settlements: Iterable[Settlement]) -> Totals:
    """Return the sums; what is owed counts for seats that are held."""
    rows = list(settlements)
    held = [one for one in rows if one.fact.ended is None]
    return Totals(
        seats=len(held),
        owed_fen=sum(one.balance.owed_fen for one in held),
        paid_fen=sum(one.balance.paid_fen for one in rows),
        open_fen=sum(one.balance.open_fen for one in rows),
        refund_fen=sum(one.balance.refund_fen for one in rows),
    )


def by_program(settlements: Iterable[Settlement]) -> list[ProgramTotals]:
    """Return the sums of each program, in the order of the first seat of each."""
    rows: dict[tuple[int, str], list[Settlement]] = defaultdict(list)
    for one in settlements:
        rows[one.program_id, one.title].append(one)
    return [
        ProgramTotals(program_id, title, totals(of_it))
        for (program_id, title), of_it in rows.items()
    ]
