"""Whether anybody reads what a person is told on the site."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select

from venue.people.models import Delegation, Person


def has_inbox(person: type[Person]) -> ColumnElement[bool]:
    """Choose the people with an account, and those for whom somebody acts: who reads both inboxes.

    `person` is the entity of the query, or an alias of it. The others have to be called.
    """
    acted_for = select(Delegation.id).where(
        Delegation.principal_id == person.id,
        Delegation.confirmed_at.is_not(None),
        Delegation.ended_at.is_(None),
    )
    return or_(person.has_account, exists(acted_for))
