"""Finding people for the desk of a center: those whom it knows, and by a whole number any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from venue.accounts.models import User
from venue.accounts.rules import phone_number
from venue.people.models import Person
from venue.places.models import Center, Patron

MOST_FOUND = 30
"""People in one answer; whoever finds more adds a word (own)."""
MOST_WORDS = 5
SHORTEST_TAIL = 3
"""Digits at the end of a number that are worth looking for: fewer fit half of the town."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody found, and the number with which they sign in, if they do."""

    person: Person
    login_phone: str | None


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """Whom the center knows (`more`: and others), and strangers who have the number asked for."""

    known: Sequence[Acquaintance]
    more: bool
    strangers: Sequence[Acquaintance]


def find_people(session: Session, center: Center, text: str, *, today: date) -> FoundPeople:
    """Return the people that fit every word: parts of a name, ends of a number, a year of birth.

    A text that is one whole number finds strangers as well: whoever says it at the counter is
    likely to be its owner. In at most two queries; an empty text finds nobody.
    """
    whole = phone_number(text)
    words = [] if whole else text.split()[:MOST_WORDS]
    if not whole and not words:
        return FoundPeople((), more=False, strangers=())
    fits = [_has_number(whole)] if whole else [_fits(word, today) for word in words]
    found = _people(session, [_knows(center.id), *fits], MOST_FOUND + 1)
    strangers = strangers_with(session, center, whole) if whole else []
    return FoundPeople(found[:MOST_FOUND], len(found) > MOST_FOUND, strangers)


def strangers_with(session: Session, center: Center, phone: str) -> list[Acquaintance]:
    """Return who has a number (E.164) and is not known here.

    They are of this district, or known nowhere yet: they registered by themselves.
    """
    elsewhere = (
        select(Patron.person_id)
        .join(Center, Center.id == Patron.center_id)
        .where(Patron.person_id == Person.id)
    )
    reachable = or_(
        exists(elsewhere.where(Center.district_id == center.district_id)), ~exists(elsewhere)
    )
    alive = Person.merged_into_id.is_(None)
    return _people(session, [_has_number(phone), ~_knows(center.id), reachable, alive], MOST_FOUND)


def look_alikes(
    session: Session, center_id: int, full_name: str, birth_year: int
) -> list[Acquaintance]:
    """Return whom the center knows by the same name and year of birth: perhaps the same person."""
    same = (Person.full_name == full_name, Person.birth_year == birth_year)
    return _people(session, [_knows(center_id), *same], MOST_FOUND)


def _people(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[Acquaintance]:
    rows = session.execute(
        select(Person, User.phone)
        .outerjoin(User, User.person_id == Person.id)
        .where(*conditions)
        .options(joinedload(Person.neighborhood))
        .order_by(Person.full_name, Person.birth_year, Person.id)
        .limit(limit)
    )
    return [Acquaintance(row[0], row[1]) for row in rows]


def _knows(center_id: int) -> ColumnElement[bool]:
    return exists(
        select(Patron.person_id).where(Patron.center_id == center_id, Patron.person_id == Person.id)
    )


def _has_number(phone: str) -> ColumnElement[bool]:
    return or_(Person.phone == phone, User.phone == phone)


def _fits(word: str, today: date) -> ColumnElement[bool]:
    if not (word.isascii() and word.isdigit()) or len(word) < SHORTEST_TAIL:
        return Person.full_name.contains(word, autoescape=True)
    ends = [column.endswith(word) for column in (Person.phone, User.phone)]
    year = int(word[:9])
    born = [Person.birth_year == year] if 1900 <= year <= today.year else []
    return or_(*ends, *born)
