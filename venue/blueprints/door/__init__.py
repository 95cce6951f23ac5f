"""The door of care, on the carer's phone: who is there, who comes, who goes with whom."""

from __future__ import annotations

from venue.blueprints.door import (  # noqa: F401  (views)
    board,
    card,
    carers,
    incidents,
    marks,
    releases,
)
from venue.blueprints.door.addresses import blueprint

__all__ = ["blueprint"]
