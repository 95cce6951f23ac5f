"""Finding people for the desk of a center: those whom it knows, and by a whole number any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from venue.accounts.models import User
from venue.accounts.rules import phone_number
from venue.people.models import Person, PersonKey
from venue.people.search_keys import spans_of
from venue.places.models import Center, Patron

MOST_FOUND = 30
"""People in one answer; whoever finds more adds a word (own)."""
MOST_WORDS = 5
KEYS_PER_PERSON = 6
"""Keys of one person that begin with the same letters, at most, in all but odd cases: the keys
looked at are as many as people are asked for, times this."""


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

    @property
    def only(self) -> Person | None:
        """The one person found, when there is no doubt who is meant."""
        return self.known[0].person if len(self.known) == 1 and not self.strangers else None


def find_people(session: Session, center: Center, text: str) -> FoundPeople:
    """Return the people that fit every word, each the beginning of one of their search keys.

    A text that is one whole number finds strangers as well: whoever says it at the counter is
    likely to be its owner. In at most two queries; an empty text finds nobody.
    """
    if whole := phone_number(text):
        mine = _people(session, [_knows(center.id), _has_number(whole)])
        return FoundPeople(mine, more=False, strangers=strangers_with(session, center, whole))
    words = text.split()[:MOST_WORDS]
    if not words:
        return FoundPeople((), more=False, strangers=())
    found = _people(session, [Person.id.in_(_keyed(center.id, words))])
    return FoundPeople(found[:MOST_FOUND], len(found) > MOST_FOUND, ())


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
    return _people(session, [_has_number(phone), ~_knows(center.id), reachable])


def look_alikes(
    session: Session, center_id: int, full_name: str, birth_year: int
) -> list[Acquaintance]:
    """Return whom the center knows by the same name and year of birth: perhaps the same person."""
    same = (Person.full_name == full_name, Person.birth_year == birth_year)
    return _people(session, [_knows(center_id), *same])


def _keyed(center_id: int, words: Sequence[str]) -> Select[int]:
    """Select whom a center knows and every word fits, in the order of the keys of the longest.

    The longest word is likely the rarest: its keys are walked, and the other words asked of each
    person that has one.
    """
    first, *others = sorted(words, key=len, reverse=True)
    asked = [
        exists().where(key.person_id == PersonKey.person_id, _within(key, word))
        for word in others
        for key in [aliased(PersonKey)]
    ]
    known = exists().where(Patron.center_id == center_id, Patron.person_id == PersonKey.person_id)
    return (
        select(PersonKey.person_id)
        .where(_within(PersonKey, first), known, *asked)
        .order_by(PersonKey.key, PersonKey.person_id)
        .limit((MOST_FOUND + 1) * KEYS_PER_PERSON)
    )


def _within(keys: type[PersonKey], word: str) -> ColumnElement[bool]:
    spans = [and_(keys.key >= low, keys.key <= high) for low, high in spans_of(word)]
    return or_(false(), *spans)


def _people(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Acquaintance]:
    rows = session.execute(
        select(Person, User.phone)
        .outerjoin(User, User.person_id == Person.id)
        .where(*conditions)
        .options(joinedload(Person.neighborhood))
        .order_by(Person.full_name, Person.birth_year, Person.id)
        .limit(MOST_FOUND + 1)
    )
    return [Acquaintance(row[0], row[1]) for row in rows]


def _knows(center_id: int) -> ColumnElement[bool]:
    return exists(
        select(Patron.person_id).where(Patron.center_id == center_id, Patron.person_id == Person.id)
    )


def _has_number(phone: str) -> ColumnElement[bool]:
    return or_(Person.phone == phone, User.phone == phone)
