"""Making an account: always for a new person, because a known one needs a code from the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.accounts.models import User
from venue.audit.recording import record
from venue.audit.rules import Actor, Channel
from venue.people.creating import create_person
from venue.people.models import Person
from venue.people.rules import Contact, Language


@dataclass(frozen=True, slots=True)
class Registered:
    """A new person with a new account."""

    person_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class PhoneTaken:
    """Another account signs in with this number; nothing was written."""


def register(
    session: Session,
    *,
    full_name: str,
    birth_on: date,
    phone: str,
    password_hash: str,
    language: Language,
    now: datetime,
) -> Registered | PhoneTaken:
    """Make a person and their account; `phone` is a mobile number in E.164."""
    if phone_taken(session, phone):
        return PhoneTaken()
    try:
        with session.begin_nested():
            person = create_person(
                session,
                full_name,
                birth_on,
                contact=Contact(phone),
                language=language,
                actor=Actor(None, Channel.ONLINE),
                now=now,
            )
            user = open_account(session, person, phone, password_hash, now=now)
    except IntegrityError:
        if phone_taken(session, phone):  # somebody else was a moment faster
            return PhoneTaken()
        raise
    actor = Actor(person.id, Channel.ONLINE)
    record(session, actor, "account.registered", ("user_account", user.id), at=now)
    return Registered(person.id, user.id)


def open_account(
    session: Session, person: Person, phone: str, password_hash: str, *, now: datetime
) -> User:
    """Give a person an account; raises IntegrityError when the number or the person has one."""
    user = User(person_id=person.id, phone=phone, password_hash=password_hash, created_at=now)
    session.add(user)
    session.flush()
    return user


def phone_taken(session: Session, phone: str) -> bool:
    """Tell whether an account signs in with this number."""
    return session.scalar(select(User.id).where(User.phone == phone)) is not None
