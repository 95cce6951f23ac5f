"""Signing in and out, registering, the code from the desk, change of phone and password."""

from __future__ import annotations

from venue.blueprints.accounts import attaching, login, registering, settings
from venue.blueprints.accounts.entry import blueprint

__all__ = ["attaching", "blueprint", "login", "registering", "settings"]
