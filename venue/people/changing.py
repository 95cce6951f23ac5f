"""Changing what the desk knows of a person: the number to call, where they live, their need."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.people.models import Person
from venue.people.rules import Contact, school_year
from venue.timeline.local_time import local_date


def change_contact(
    session: Session,
    person_id: int,
    contact: Contact,
    *,
    in_need_until: date | None,
    actor: Actor,
    now: datetime,
) -> Person:
    """Set how somebody is reached, and until when the family is in need.

    The number to sign in with stays. The audit keeps which of them changed and not the values.
    Raises NoResultFound for an unknown person.
    """
    return _change(
        session,
        person_id,
        {
            "phone": contact.phone,
            "neighborhood_id": contact.neighborhood_id,
            "building": contact.building,
            "in_need_until": in_need_until,
        },
        actor=actor,
        now=now,
    )


def set_grade(
    session: Session, person_id: int, grade: int, *, actor: Actor, now: datetime
) -> Person:
    """Set the school grade of a child in the school year of `now`; the audit keeps no value.

    Raises NoResultFound for an unknown person.
    """
    return _change(
        session,
        person_id,
        {"grade": grade, "grade_year": school_year(local_date(now))},
        actor=actor,
        now=now,
    )


def _change(
    session: Session, person_id: int, values: dict[str, Any], *, actor: Actor, now: datetime
) -> Person:
    person = session.execute(
        select(Person)
        .where(Person.id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    fields = change(person, values)
    if fields:
        session.flush()
        subject = ("person", person.id)
        record(session, actor, "person.changed", subject, at=now, facts={"fields": fields})
    return person
