"""Signing in and out, registering, the code from the desk, change of phone and password."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
