"""The file of a child, as its guardians keep it."""

from __future__ import annotations

from venue.blueprints.children import health, page, permits  # noqa: F401  (their routes)
from venue.blueprints.children.addresses import blueprint

__all__ = ["blueprint"]
