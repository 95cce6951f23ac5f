"""Asking for a room, as residents and partner organizations do."""

from __future__ import annotations

from venue.blueprints.reservations import asking
from venue.blueprints.reservations.addresses import blueprint

__all__ = ["asking", "blueprint"]
