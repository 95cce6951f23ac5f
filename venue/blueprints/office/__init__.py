"""The manager's forms, one module each: center, rooms, hours, duty, programs, sessions."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("office", __name__, url_prefix="/office")
