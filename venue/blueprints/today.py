"""今天: open or not, who is on duty, what is on and next."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("today", __name__)
