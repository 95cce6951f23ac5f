"""Changing a row, and learning which of its columns changed, for its audit entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def change(row: object, values: Mapping[str, Any]) -> list[str]:
    """Set the attributes of a row; return the names of those that were different, sorted."""
    changed = sorted(name for name, value in values.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, values[name])
    return changed
