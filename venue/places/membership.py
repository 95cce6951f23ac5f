"""Which people a center knows: its own staff may find them, the staff of others may not."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, literal, true
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import insert_new
from venue.people.creating import create_person
from venue.people.models import Person
from venue.people.rules import Contact
from venue.places.models import Patron

_KNOW = insert_new(Patron)


def know(session: Session, center_id: int, person_id: int, *, now: datetime) -> None:
    """Let a center know a person from now on; one it knows already stays as it is."""
    session.execute(
        _KNOW[session.get_bind().dialect.name],
        {"center_id": center_id, "person_id": person_id, "since_at": now},
    )


def know_selected(session: Session, found: Select[int, int], *, now: datetime) -> None:
    """The same for all centers and people whose ids a query finds, in one statement."""
    since_at = literal(now, Patron.since_at.type)
    of = found.add_columns(since_at).where(true())  # without WHERE, SQLite reads ON as a join's
    know_them = _KNOW[session.get_bind().dialect.name]
    session.execute(know_them.from_select(["center_id", "person_id", "since_at"], of))


def welcome(
    session: Session, center_id: int, person_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let a center know somebody who is known elsewhere, or registered, and came to its desk."""
    know(session, center_id, person_id, now=now)
    facts = {"center_id": center_id}
    record(session, actor, "person.welcomed", ("person", person_id), at=now, facts=facts)


def write_down(
    session: Session,
    center_id: int,
    full_name: str,
    birth_year: int,
    *,
    contact: Contact,
    actor: Actor,
    now: datetime,
) -> Person:
    """Add a person whom the center knows from now on, always a new one; see `create_person`."""
    person = create_person(
        session,
        full_name,
        birth_year,
        contact=contact,
        actor=actor,
        now=now,
    )
    know(session, center_id, person.id, now=now)
    return person
