"""Care of children as families meet it: a calendar to choose from, and the days they have."""

from __future__ import annotations

from venue.blueprints.care import bill, booking, calendar, days, grades  # noqa: F401  (views)
from venue.blueprints.care.addresses import blueprint

__all__ = ["blueprint"]
