"""The manager's forms, one module each: center, rooms, hours, duty, programs, sessions."""

from __future__ import annotations

from venue.blueprints.office import (
    bookings,
    center,
    closures,
    day,
    districts,
    duty,
    holidays,
    hours,
    occupancy,
    organizations,
    overview,
    photos,
    programs,
    reservations,
    rooms,
    school,
    series,
    series_change,
    series_page,
    sessions,
    terms,
)
from venue.blueprints.office.base import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "center",
    "closures",
    "day",
    "districts",
    "duty",
    "holidays",
    "hours",
    "occupancy",
    "organizations",
    "overview",
    "photos",
    "programs",
    "reservations",
    "rooms",
    "school",
    "series",
    "series_change",
    "series_page",
    "sessions",
    "terms",
]
