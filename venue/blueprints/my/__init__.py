"""我的: one's enrollments and those of the family, offers to answer, and the inbox."""

from __future__ import annotations

from venue.blueprints.my import answering, inbox, showing
from venue.blueprints.my.addresses import blueprint

__all__ = ["answering", "blueprint", "inbox", "showing"]
