"""我的: enrollments, offers to answer, the inbox."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("my", __name__)
