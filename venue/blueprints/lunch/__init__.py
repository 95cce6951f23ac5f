"""Lunch as residents meet it: the menu of the week, ordering and cancelling."""

from __future__ import annotations

from venue.blueprints.lunch import menu, ordering  # noqa: F401  (views)
from venue.blueprints.lunch.addresses import blueprint

__all__ = ["blueprint"]
