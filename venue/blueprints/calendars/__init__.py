"""Calendar feeds, the page that lists the public ones, and the private links of a person."""

from __future__ import annotations

from venue.blueprints.calendars import feeds, links, listing
from venue.blueprints.calendars.addresses import blueprint

__all__ = ["blueprint", "feeds", "links", "listing"]
