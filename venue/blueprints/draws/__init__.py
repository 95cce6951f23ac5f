"""Draws for everybody: what is drawn and how, stating wishes, what came of them, checking it."""

from __future__ import annotations

from venue.blueprints.draws import applying, files, showing, verification
from venue.blueprints.draws.addresses import blueprint

__all__ = ["applying", "blueprint", "files", "showing", "verification"]
