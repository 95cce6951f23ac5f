"""The teacher's pages, and the roll for desk and office: sessions, taps, codes, certificates."""

from __future__ import annotations

from venue.blueprints.teaching import certificates, closing, codes, lists, roll, taps
from venue.blueprints.teaching.addresses import blueprint

__all__ = ["blueprint", "certificates", "closing", "codes", "lists", "roll", "taps"]
