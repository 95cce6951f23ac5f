"""Reading whose guardian somebody is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.people.models import Delegation
from venue.people.rules import Basis, may_act_for


def children_of(session: Session, person_id: int, *, now: datetime) -> list[int]:
    """Return the ids of the children whose guardian a person is, in order."""
    facts = [
        delegation.fact()
        for delegation in session.scalars(
            select(Delegation).where(
                Delegation.delegate_id == person_id, Delegation.basis == Basis.GUARDIAN
            )
        )
    ]
    children = sorted({fact.principal_id for fact in facts})
    return [child for child in children if may_act_for(person_id, child, facts, now)]
