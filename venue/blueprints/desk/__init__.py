"""The counter: find a person, enroll, withdraw and book rooms for them, issue a code."""

from __future__ import annotations

from venue.blueprints.desk import (
    about,
    arrivals,
    calls,
    consents,
    draws,
    expected,
    finding,
    heads,
    lunch,
    merging,
    opinions,
    pauses,
    person_page,
    reserving,
    rolls,
    seats,
    slips,
    till,
    writing_down,
)
from venue.blueprints.desk.base import blueprint

__all__ = [
    "about",
    "arrivals",
    "blueprint",
    "calls",
    "consents",
    "draws",
    "expected",
    "finding",
    "heads",
    "lunch",
    "merging",
    "opinions",
    "pauses",
    "person_page",
    "reserving",
    "rolls",
    "seats",
    "slips",
    "till",
    "writing_down",
]
