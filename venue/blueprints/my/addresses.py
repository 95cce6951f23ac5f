"""The blueprint of 我的."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("my", __name__)
