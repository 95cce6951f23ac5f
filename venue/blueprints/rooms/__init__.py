"""The week of every room, and the page of one."""

from __future__ import annotations

from venue.blueprints.rooms import room, week
from venue.blueprints.rooms.addresses import blueprint

__all__ = ["blueprint", "room", "week"]
