"""Finding people for the desk of a center: those whom it knows, and by a whole number any other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from venue.accounts.models import User
from venue.accounts.rules import phone_number
from venue.people.models import Person, PersonKey
from venue.people.search_keys import rarity, spans_of
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
    # The keys of the rarest word are walked, the others asked of each person who has one.
    typed = sorted(text.split()[:MOST_WORDS], key=rarity, reverse=True)
    words = [spans_of(word) for word in typed]
    if not words or not all(words):
        return FoundPeople((), more=False, strangers=())
    bounds = {
        f"{end}_{word}_{span}": bound
        for word, spans in enumerate(words)
        for span, ends in enumerate(spans)
        for end, bound in zip(("low", "high"), ends, strict=True)
    }
    search = _search(tuple(map(len, words)))
    found = _acquaintances(session.execute(search, {"center_id": center.id, **bounds}))
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
    alive = Person.merged_into_id.is_(None)
    return _people(session, [_has_number(phone), ~_knows(center.id), reachable, alive])


def look_alikes(
    session: Session, center_id: int, full_name: str, birth_year: int
) -> list[Acquaintance]:
    """Return whom the center knows by the same name and year of birth: perhaps the same person."""
    same = (Person.full_name == full_name, Person.birth_year == birth_year)
    return _people(session, [_knows(center_id), *same])


@cache
def _search(spans: tuple[int, ...]) -> Select[Person, str]:
    """Select whom a center knows and every word fits; a word has one span of keys, or several.

    A statement for each number of words and spans is made once: making it takes as long as running
    it.
    """
    asked = [
        exists().where(key.person_id == PersonKey.person_id, _within(key, word, count))
        for word, count in enumerate(spans)
        if word > 0
        for key in [aliased(PersonKey)]
    ]
    known = exists().where(
        Patron.center_id == bindparam("center_id"), Patron.person_id == PersonKey.person_id
    )
    keyed = (
        select(PersonKey.person_id)
        .where(_within(PersonKey, 0, spans[0]), known, *asked)
        .order_by(PersonKey.key, PersonKey.person_id)
        .limit((MOST_FOUND + 1) * KEYS_PER_PERSON)
    )
    return _with_accounts([Person.id.in_(keyed)])


def _within(keys: type[PersonKey], word: int, spans: int) -> ColumnElement[bool]:
    low, high = (
        [bindparam(f"{end}_{word}_{span}", type_=PersonKey.key.type) for span in range(spans)]
        for end in ("low", "high")
    )
    return or_(
        *(and_(keys.key >= begin, keys.key <= end) for begin, end in zip(low, high, strict=True))
    )


def _people(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[Acquaintance]:
    return _acquaintances(session.execute(_with_accounts(conditions)))


def _with_accounts(conditions: Sequence[ColumnElement[bool]]) -> Select[Person, str]:
    return (
        select(Person, User.phone)
        .outerjoin(User, User.person_id == Person.id)
        .where(*conditions)
        .options(joinedload(Person.neighborhood))
        .order_by(Person.full_name, Person.birth_year, Person.id)
        .limit(MOST_FOUND + 1)
    )


def _acquaintances(rows: Iterable[Row[Person, str]]) -> list[Acquaintance]:
    return [Acquaintance(person, phone) for person, phone in rows]


def _knows(center_id: int) -> ColumnElement[bool]:
    return exists(
        select(Patron.person_id).where(Patron.center_id == center_id, Patron.person_id == Person.id)
    )


def _has_number(phone: str) -> ColumnElement[bool]:
    return or_(Person.phone == phone, User.phone == phone)
