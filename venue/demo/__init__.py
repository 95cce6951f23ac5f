"""The demo town: an invented district, read from `demo/*.yaml` and written through the verbs."""

from __future__ import annotations

from venue.demo.loading import PASSWORD, HoldsData, demo_logins, load_demo

__all__ = ["PASSWORD", "HoldsData", "demo_logins", "load_demo"]
