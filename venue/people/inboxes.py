"""Whether anybody reads what a person is told on the site."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select

from venue.people.acting import in_force
from venue.people.models import Delegation, Person


def has_inbox(person: type[Person], today: date) -> ColumnElement[bool]:
    """Choose the people with an account, and those for whom somebody acts: who reads both inboxes.

    `person` is the entity of the query, or an alias of it. The others have to be called.
    """
    acted_for = select(Delegation.id).where(Delegation.principal_id == person.id, in_force(today))
    return or_(person.has_account, exists(acted_for))
