"""The course list, the course page, enrolling and waiting."""

from __future__ import annotations

from venue.blueprints.courses import enrolling, listing, showing
from venue.blueprints.courses.addresses import blueprint

__all__ = ["blueprint", "enrolling", "listing", "showing"]
