"""The teacher: my sessions, and who is coming."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("teaching", __name__)
