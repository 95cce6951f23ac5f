"""Pure rules of how many carers children need, and how the present ones stand to that.

Sources: Shenzhen decree 323 (at most 25 children with two carers, one more for each further 20) and
the practice of Hangzhou (no more than ten children a carer before somebody is called).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FIRST_CHILDREN, FIRST_CARERS = 25, 2
"""So many children need so many carers, however few they are (Shenzhen decree 323)."""
MORE_CHILDREN = 20
"""Each further so many need one carer more (Shenzhen decree 323)."""
STRETCHED_FROM = 10
"""More children than this for a carer are a warning (Hangzhou)."""


class Staffing(StrEnum):
    """How the carers who are there stand to the children who are there."""

    ENOUGH = "enough"
    STRETCHED = "stretched"
    """The law is kept, but each carer has more than ten."""
    SHORT = "short"
    """Fewer than the law asks."""


def staff_needed(children: int) -> int:
    """Return how many carers so many children need at least; none for none."""
    if children <= 0:
        return 0
    further = max(0, children - FIRST_CHILDREN)
    return FIRST_CARERS + -(-further // MORE_CHILDREN)


def staffing(children: int, carers: int) -> Staffing:
    """Return how `carers`, those alone who may count, stand to `children`."""
    if carers < staff_needed(children):
        return Staffing.SHORT
    return Staffing.STRETCHED if children > carers * STRETCHED_FROM else Staffing.ENOUGH


@dataclass(frozen=True, slots=True)
class Ratio:
    """Children and the carers who count for them, as they are now."""

    children: int
    carers: int

    @property
    def needed(self) -> int:
        """Carers that the law asks for."""
        return staff_needed(self.children)

    @property
    def staffing(self) -> Staffing:
        """How the one stands to the other."""
        return staffing(self.children, self.carers)
