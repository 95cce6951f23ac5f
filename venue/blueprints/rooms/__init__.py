"""The week of every room, their list, the page of one with its photo, and finding a free one."""

from __future__ import annotations

from venue.blueprints.rooms import listing, photo, room, search, week
from venue.blueprints.rooms.addresses import blueprint

__all__ = ["blueprint", "listing", "photo", "room", "search", "week"]
