"""The blueprint of rooms."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("rooms", __name__)
