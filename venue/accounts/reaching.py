"""Whether anybody reads what a person is told on the site."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from venue.accounts.models import User
from venue.people.acting import in_force
from venue.people.models import Delegation


def has_inbox(person_id: InstrumentedAttribute[int], today: date) -> ColumnElement[bool]:
    """Choose the people with an account, and those for whom somebody acts: who reads both inboxes.

    The others have to be called.
    """
    return or_(
        exists(select(User.id).where(User.person_id == person_id)),
        exists(
            select(Delegation.id).where(
                Delegation.principal_id == person_id,
                in_force(today),
            )
        ),
    )
