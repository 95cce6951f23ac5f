"""The blueprint of reservations."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("reservations", __name__)
