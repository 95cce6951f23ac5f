"""Which delegations are in force: the one place where queries learn it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_

from venue.people.models import Delegation

CONFIRMED = and_(Delegation.confirmed_at.is_not(None), Delegation.ended_at.is_(None))
"""Confirmed and not ended; all there is to ask of guardians, whose delegations have no last day."""


def in_force(today: ColumnElement[date] | date) -> ColumnElement[bool]:
    """Choose the delegations by which somebody acts on the local day `today`; see `may_act_for`."""
    return and_(CONFIRMED, or_(Delegation.until_on.is_(None), Delegation.until_on >= today))
