"""The manager's forms, one module each: center, rooms, hours, duty, programs, sessions."""

from __future__ import annotations

from venue.blueprints.office import (
    bookings,
    center,
    closures,
    districts,
    duty,
    hours,
    overview,
    photos,
    programs,
    rooms,
    series,
    sessions,
    terms,
)
from venue.blueprints.office.base import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "center",
    "closures",
    "districts",
    "duty",
    "hours",
    "overview",
    "photos",
    "programs",
    "rooms",
    "series",
    "sessions",
    "terms",
]
