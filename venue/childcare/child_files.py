"""A child's file: opened on first use, confirmed for a new period, whether the child leaves alone.

Whoever changes a file, or decides by it at the door, locks the child first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.childcare.file_models import ChildFile, EmergencyContact
from venue.childcare.rules import LEAVES_ALONE_FROM, old_enough_to_leave_alone
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.timeline.local_time import local_date

CONTACTS = 3
"""People to call when no guardian answers (own)."""


@dataclass(frozen=True, slots=True)
class ContactWish:
    """Somebody to call when no guardian answers; `phone` in E.164."""

    full_name: str
    relation: str
    phone: str


@dataclass(frozen=True, slots=True)
class FileChanged:
    """The file says it now."""


@dataclass(frozen=True, slots=True)
class TooYoungToLeaveAlone:
    """Under `age` no guardian can allow it (Law on the Protection of Minors, art. 21)."""

    age: int = LEAVES_ALONE_FROM


@dataclass(frozen=True, slots=True)
class EnoughContacts:
    """There are `limit` already."""

    limit: int = CONTACTS


def lock_file(session: Session, child_id: int) -> tuple[Person, ChildFile]:
    """Lock a child, and return it with its file, opened when there was none.

    Raises KeyError for somebody unknown.
    """
    child = lock_people(session, [child_id])[child_id]
    file = session.get(ChildFile, child_id, populate_existing=True)
    if file is None:
        file = ChildFile(person_id=child_id, wrong_codes=0)
        session.add(file)
        session.flush()
    return child, file


def allow_alone(
    session: Session, child_id: int, *, allowed: bool, actor: Actor, now: datetime
) -> FileChanged | TooYoungToLeaveAlone:
    """Let a child go home by itself, or no longer; under eight nobody can."""
    child, file = lock_file(session, child_id)
    if allowed == (file.leaves_alone_at is not None):
        return FileChanged()
    if allowed and not old_enough_to_leave_alone(local_date(now), child.birth_year, child.birth_on):
        return TooYoungToLeaveAlone()
    file.leaves_alone_at = now if allowed else None
    file.leaves_alone_by_id = actor.person_id if allowed else None
    changed(session, child_id, "leaves_alone", actor=actor, now=now)
    return FileChanged()


def add_contact(
    session: Session, child_id: int, contact: ContactWish, *, actor: Actor, now: datetime
) -> FileChanged | EnoughContacts:
    """Let somebody be called when no guardian answers."""
    lock_file(session, child_id)
    there = session.scalar(select(func.count()).where(EmergencyContact.child_id == child_id))
    if (there or 0) >= CONTACTS:
        return EnoughContacts()
    session.add(
        EmergencyContact(
            child_id=child_id,
            full_name=contact.full_name,
            relation=contact.relation,
            phone=contact.phone,
        )
    )
    changed(session, child_id, "contacts", actor=actor, now=now)
    return FileChanged()


def remove_contact(
    session: Session, child_id: int, contact_id: int, *, actor: Actor, now: datetime
) -> FileChanged:
    """Call somebody no longer; twice is once."""
    lock_file(session, child_id)
    session.execute(
        delete(EmergencyContact).where(
            EmergencyContact.id == contact_id, EmergencyContact.child_id == child_id
        )
    )
    changed(session, child_id, "contacts", actor=actor, now=now)
    return FileChanged()


def confirm_file(session: Session, child_id: int, *, actor: Actor, now: datetime) -> FileChanged:
    """Note that a guardian has read a file and finds it right, as before a new period."""
    _, file = lock_file(session, child_id)
    file.confirmed_at, file.confirmed_by_id = now, actor.person_id
    changed(session, child_id, "confirmed", actor=actor, now=now)
    return FileChanged()


def changed(session: Session, child_id: int, what: str, *, actor: Actor, now: datetime) -> None:
    """Write down that something of a file was changed, and what, but never what it says."""
    session.flush()
    facts = {"what": what}
    record(session, actor, "child_file.changed", ("person", child_id), at=now, facts=facts)
