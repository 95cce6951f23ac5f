"""Who comes along with the person at the counter: a party is enrolled by one form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.blueprints.office.fields import one_line
from venue.people.models import Delegation, Person
from venue.places.finding import find_people
from venue.places.models import Center, Patron
from venue.programs.rules import LARGEST_GROUP

LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Party:
    """Those who come along, and who else might; all of them are known to the center."""

    companions: Sequence[Person]
    suggested: Sequence[Person]
    """Those who act for the person, or for whom the person acts."""
    text: str
    """By what somebody was searched."""
    found: Sequence[Person]

    @property
    def size(self) -> int:
        """How many they are, with the person."""
        return 1 + len(self.companions)

    def name_of(self, person_id: int, who: Person) -> str:
        """Return the name of one of the party, of which `who` is the person at the counter."""
        return next(one.full_name for one in (*self.companions, who) if one.id == person_id)

    def ids(self, *, plus: Person | None = None, minus: Person | None = None) -> list[int]:
        """Return the ids of those who come along, with one more or one less."""
        people = [one for one in self.companions if one != minus]
        return [one.id for one in (*people, *([plus] if plus else []))]


def party_of(
    session: Session,
    center: Center,
    who: Person,
    companion_ids: Sequence[int],
    around: Sequence[Delegation],
) -> Party:
    """Return a person's party; `?companion=` searches for more. Answers 404 for unknown people."""
    wanted = [one for one in dict.fromkeys(companion_ids) if one != who.id][: LARGEST_GROUP - 1]
    near = {id_ for one in around for id_ in (one.principal_id, one.delegate_id)} - {who.id}
    known = {
        one.id: one
        for one in session.scalars(
            select(Person)
            .join(Patron, Patron.person_id == Person.id)
            .where(Patron.center_id == center.id, Person.id.in_({*wanted, *near}))
            .order_by(Person.full_name, Person.id)
        )
    }
    if not known.keys() >= set(wanted):
        abort(404)
    text = one_line(request.args.get("companion"))[:LONGEST_SEARCH]
    found = find_people(session, center, text).known
    chosen = {who.id, *wanted}
    return Party(
        companions=[known[one] for one in wanted],
        suggested=[one for id_, one in known.items() if id_ not in chosen],
        text=text,
        found=[one.person for one in found if one.person.id not in chosen],
    )
