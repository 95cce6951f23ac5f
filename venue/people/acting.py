"""Which delegations are in force: the one place where queries learn it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from venue.people.models import Delegation, Person

CONFIRMED = and_(Delegation.confirmed_at.is_not(None), Delegation.ended_at.is_(None))
"""Confirmed and not ended; all there is to ask of guardians, whose delegations have no last day."""


def in_force(today: ColumnElement[date] | date) -> ColumnElement[bool]:
    """Choose the delegations by which somebody acts on the local day `today`; see `may_act_for`."""
    return and_(CONFIRMED, or_(Delegation.until_on.is_(None), Delegation.until_on >= today))


def who_act_for(
    session: Session, person_ids: Collection[int], *, today: date
) -> dict[int, list[Person]]:
    """Return by person who acts for them: whom one calls when they do not answer; in one query."""
    found: dict[int, list[Person]] = defaultdict(list)
    for one in session.scalars(
        select(Delegation)
        .join(Delegation.delegate)
        .where(Delegation.principal_id.in_(person_ids), in_force(today))
        .options(contains_eager(Delegation.delegate))
        .order_by(Delegation.id)
    ):
        found[one.principal_id].append(one.delegate)
    return dict(found)
