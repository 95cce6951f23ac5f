"""The counter: find a person, enroll or withdraw for them, issue a code."""

from __future__ import annotations

from venue.blueprints.desk import about, finding, person_page, seats, writing_down
from venue.blueprints.desk.base import blueprint

__all__ = ["about", "blueprint", "finding", "person_page", "seats", "writing_down"]
