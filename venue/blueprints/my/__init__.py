"""我的: the enrollments and reservations of a family, offers to answer, and the inbox."""

from __future__ import annotations

from venue.blueprints.my import answering, appealing, cancelling, inbox, showing, slips, today
from venue.blueprints.my.addresses import blueprint

__all__ = [
    "answering",
    "appealing",
    "blueprint",
    "cancelling",
    "inbox",
    "showing",
    "slips",
    "today",
]
