"""Changing what the desk knows of a person: the number to call, where they live, their need."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.models import Person


def change_contact(
    session: Session,
    person_id: int,
    *,
    phone: str | None,
    neighborhood_id: int | None,
    in_need_until: date | None,
    actor: Actor,
    now: datetime,
) -> Person:
    """Set the number to call (E.164), the neighborhood, and until when the family is in need.

    The number to sign in with stays. The audit keeps which of them changed and not the values.
    Raises NoResultFound for an unknown person.
    """
    person = session.execute(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    fields = change(
        person,
        {"phone": phone, "neighborhood_id": neighborhood_id, "in_need_until": in_need_until},
    )
    if fields:
        session.flush()
        subject = ("person", person.id)
        record(session, actor, "person.changed", subject, at=now, facts={"fields": fields})
    return person
