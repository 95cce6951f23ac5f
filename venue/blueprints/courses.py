"""The course list, the course page, enrolling and waiting."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("courses", __name__)
