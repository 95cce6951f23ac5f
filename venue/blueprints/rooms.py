"""The week of every room, and the page of one."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("rooms", __name__)
