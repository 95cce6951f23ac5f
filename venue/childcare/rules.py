"""What the rules of care speak of: grades, ways of leaving, reasons for keeping a child.

Sources of the figures: Shenzhen decree 323 and the practice of Hangzhou for the ratio, the Law on
the Protection of Minors for who leaves how, and the design of this house where it says own.
"""

from __future__ import annotations

from enum import StrEnum

FIRST_GRADE, LAST_GRADE = 1, 6
"""After-school care is for primary school; pre-school children stay with their kindergarten."""
PERMITS = 3
"""Adults who may collect a child on any day, besides one-day passes (own)."""
CODE_LENGTH = 4
"""Digits of a collector's code: short enough to be said at a door (own)."""
LEAVES_ALONE_FROM = 8
"""Years: under eight nobody leaves alone (Law on the Protection of Minors, art. 21)."""


class ReleaseWay(StrEnum):
    """How a child left, or was to leave."""

    CODE = "code"
    """A permitted adult said their own code."""
    IDENTIFIED = "identified"
    """The carer identified a permitted adult, by face or by document."""
    ALONE = "alone"
    """The child went home by itself, as a guardian has allowed."""


class ReleaseRefusal(StrEnum):
    """Why a child was not released."""

    NOT_LISTED = "not_listed"
    """Whoever came is none of the permitted adults."""
    REVOKED = "revoked"
    """The permit was taken back."""
    OTHER_DAY = "other_day"
    """The pass is for another day."""
    WRONG_CODE = "wrong_code"
    LOCKED = "locked"
    """Too many wrong codes: only identifying helps until a guardian sets them anew."""
    TOO_YOUNG = "too_young"
    """Under eight nobody leaves alone."""
    NOT_ALLOWED_ALONE = "not_allowed_alone"
    NOT_ARRIVED = "not_arrived"
    GONE = "gone"
    """The child was released before."""
