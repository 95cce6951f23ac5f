"""The bill of care: what a family has booked, month by month, and what it owes for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from venue.childcare.reading import BookedDay
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class BillLine:
    """The days of one child in one program in one month; an absence that is owed among them."""

    child_id: int
    program_id: int
    title: str
    days: int
    absent: int
    meals: int
    naps: int
    owed_fen: int


@dataclass(frozen=True, slots=True)
class BillMonth:
    """One month of a bill: `2026-09`."""

    month: str
    lines: tuple[BillLine, ...]

    @property
    def days(self) -> int:
        """How many days of a child."""
        return sum(one.days for one in self.lines)

    @property
    def meals(self) -> int:
        """How many of them with a meal."""
        return sum(one.meals for one in self.lines)

    @property
    def naps(self) -> int:
        """How many of them with a place to nap."""
        return sum(one.naps for one in self.lines)

    @property
    def owed_fen(self) -> int:
        """What is owed for them."""
        return sum(one.owed_fen for one in self.lines)


def bill_by_month(days: Iterable[BookedDay]) -> tuple[BillMonth, ...]:
    """Return what stands on the bill, by the month in which the days fall, the earliest first."""
    months: dict[str, dict[tuple[int, int], list[BookedDay]]] = defaultdict(dict)
    for one in days:
        if one.stands:
            month = months[f"{local_date(one.starts_at):%Y-%m}"]
            month.setdefault((one.child_id, one.program_id), []).append(one)
    return tuple(
        BillMonth(month, tuple(_line(own) for _, own in sorted(lines.items())))
        for month, lines in sorted(months.items())
    )


def _line(own: list[BookedDay]) -> BillLine:
    first = own[0]
    return BillLine(
        child_id=first.child_id,
        program_id=first.program_id,
        title=first.title,
        days=len(own),
        absent=sum(one.absent_at is not None for one in own),
        meals=sum(one.meal for one in own),
        naps=sum(one.nap for one in own),
        owed_fen=sum(one.owed_fen for one in own),
    )
