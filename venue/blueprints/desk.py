"""The counter: find a person, enroll or withdraw for them, issue a code."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
