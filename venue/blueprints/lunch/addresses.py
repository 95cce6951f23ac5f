"""The blueprint of lunch."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("lunch", __name__)
