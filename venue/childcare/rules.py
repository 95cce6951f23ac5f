"""The figures of care."""

from __future__ import annotations

FIRST_GRADE, LAST_GRADE = 1, 6
"""After-school care is for primary school; pre-school children stay with their kindergarten."""
