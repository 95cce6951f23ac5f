"""Pure: how many carers so many children need, and when there are too few of them."""

from __future__ import annotations

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


def is_stretched(children: int, carers: int) -> bool:
    """Tell whether each carer has more children than is good; it may be enough by the table."""
    return children > STRETCHED_ABOVE * carers


def is_short(children: int, carers: int) -> bool:
    """Tell whether there are fewer carers than the table asks."""
    return carers < staff_needed(children)
