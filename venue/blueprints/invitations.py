"""Invitations to staff: sending, accepting, removing a role."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("invitations", __name__)
