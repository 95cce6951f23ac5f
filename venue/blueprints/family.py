"""Family: the children and adults for whom one acts."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("family", __name__)
