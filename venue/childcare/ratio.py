"""Pure: how many carers so many children need, and when there are too few of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

FIRST_GROUP = 25
"""Children whom the first carers look after together: a room of care holds so many.

Decree 323 of Shenzhen on after-school care, and the practice of Hangzhou.
"""
FIRST_CARERS = 2
"""Carers of the first group, be it ever so small: one can go with a child, and one stays.

Decree 323 of Shenzhen, and the practice of Hangzhou.
"""
NEXT_GROUP = 20
"""For so many further children, begun, one more carer (decree 323 of Shenzhen)."""
STRETCHED_ABOVE = 10
"""More children than this for each carer is a warning, allowed as it may be (Hangzhou)."""


def staff_needed(children: int) -> int:
    """Return how many carers the table asks: 25 need 2, 26 to 45 need 3, 46 to 65 need 4."""
    if children <= 0:
        return 0
    further = max(0, children - FIRST_GROUP)
    return FIRST_CARERS + -(-further // NEXT_GROUP)


class Staffing(StrEnum):
    """How the carers who are there stand to the children who are there."""

    ENOUGH = "enough"
    STRETCHED = "stretched"
    """The law is kept, but each carer has more children than is good."""
    SHORT = "short"
    """Fewer than the table asks."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """Children, and those carers who count for them, as they are now."""

    children: int
    carers: int

    @property
    def needed(self) -> int:
        """Carers that the table asks for."""
        return staff_needed(self.children)

    @property
    def staffing(self) -> Staffing:
        """How the one stands to the other."""
        if self.carers < self.needed:
            return Staffing.SHORT
        stretched = self.children > STRETCHED_ABOVE * self.carers
        return Staffing.STRETCHED if stretched else Staffing.ENOUGH


@dataclass(frozen=True, slots=True)
class GroupFact:
    """Children who are looked after together, apart from others, for a time."""

    starts_at: datetime
    ends_at: datetime
    children: int


@dataclass(frozen=True, slots=True)
class CareNeed:
    """How many carers a center needs for its children, from one moment to another."""

    starts_at: datetime
    ends_at: datetime
    children: int
    carers: int


def needs_over_time(groups: Iterable[GroupFact]) -> list[CareNeed]:
    """Return what groups need together, in order; a new stretch begins where a group does or ends.

    Each group is counted by itself: its carers are in its room and cannot help in another.
    """
    present = [one for one in groups if one.children > 0]
    moments = sorted({at for one in present for at in (one.starts_at, one.ends_at)})
    found: list[CareNeed] = []
    for since, until in pairwise(moments):
        there = [one for one in present if one.starts_at <= since and until <= one.ends_at]
        if there:
            children = sum(one.children for one in there)
            carers = sum(staff_needed(one.children) for one in there)
            found.append(CareNeed(since, until, children, carers))
    return found
