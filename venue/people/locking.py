"""Locking people: what one person has or asks for is decided one act after the other."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from venue.people.models import Person

_PEOPLE = (
    select(Person)
    .where(Person.id.in_(bindparam("person_ids", expanding=True)))
    .order_by(Person.id)
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def lock_people(session: Session, person_ids: Iterable[int]) -> dict[int, Person]:
    """Lock people in id order, first of all that an act locks; return them fresh, by id."""
    people = session.scalars(_PEOPLE, {"person_ids": sorted(set(person_ids))})
    return {person.id: person for person in people}
