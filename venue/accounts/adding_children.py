"""Adding a child, for whom the guardian acts at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.accounts.delegating import (
    AlreadyActing,
    NotAnAdult,
    delegate,
    is_minor,
    lock_wishes_of,
)
from venue.audit.rules import Actor
from venue.people.creating import create_person
from venue.people.models import Delegation, Person
from venue.people.rules import ADULT, Basis, age_on
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class ChildAdded:
    """The child is known, and the guardian acts for them."""

    person_id: int


@dataclass(frozen=True, slots=True)
class NotAChild:
    """Born `age` years ago: an adult (from `adult` years) is asked first."""

    age: int
    adult: int = ADULT


def add_child(
    session: Session,
    guardian: Person,
    full_name: str,
    birth_on: date,
    *,
    actor: Actor,
    now: datetime,
) -> ChildAdded | NotAChild | NotAnAdult | AlreadyActing:
    """Let a guardian act at once for a child, who is always a new person.

    `birth_on` is not in the future. Refused as `AlreadyActing` when the guardian acts for a child
    of this name and birth date already.
    """
    today = local_date(now)
    age = age_on(today, birth_on.year, birth_on)
    if age >= ADULT:
        return NotAChild(age)
    if is_minor(guardian, today):
        return NotAnAdult()
    lock_wishes_of(session, guardian.id)
    twin = session.scalar(
        select(Delegation.id)
        .join(Person, Person.id == Delegation.principal_id)
        .where(
            Delegation.delegate_id == guardian.id,
            Delegation.ended_at.is_(None),
            Person.full_name == full_name,
            Person.birth_on == birth_on,
        )
    )
    if twin is not None:
        return AlreadyActing()
    child = create_person(
        session, full_name, birth_on, language=guardian.language, actor=actor, now=now
    )
    delegate(session, guardian.id, child.id, Basis.GUARDIAN, actor=actor, now=now)
    return ChildAdded(child.id)
