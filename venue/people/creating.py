"""Writing down a person whom a center gets to know."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.models import Person
from venue.people.rules import Contact, Language


def create_person(
    session: Session,
    full_name: str,
    born: date | int,
    *,
    contact: Contact | None = None,
    language: Language = Language.CHINESE,
    actor: Actor,
    now: datetime,
) -> Person:
    """Add a person, always a new one: whether two records are one human, people decide.

    `full_name` is cleaned and a name by the rules; `born` is the birth date, or the year alone when
    nobody knows more.
    """
    reached = contact or Contact()
    birth_on = born if isinstance(born, date) else None
    person = Person(
        full_name=full_name,
        birth_year=born.year if isinstance(born, date) else born,
        birth_on=birth_on,
        phone=reached.phone,
        neighborhood_id=reached.neighborhood_id,
        building=reached.building,
        language=language,
        created_at=now,
    )
    session.add(person)
    session.flush()
    record(session, actor, "person.created", ("person", person.id), at=now)
    return person
