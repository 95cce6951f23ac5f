"""At which number somebody is called: their own, or that of those who act for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue import clock
from venue.accounts.models import User
from venue.people.acting import in_force
from venue.people.models import Delegation, Person


@dataclass(frozen=True, slots=True)
class Contact:
    """A number (E.164), and whose it is when it is not the person's own."""

    phone: str
    name: str | None = None


def contacts(session: Session, people: Sequence[Person]) -> Mapping[int, list[Contact]]:
    """Return by person the numbers to call, in two queries; none are known for the others.

    Their own number, else that with which they sign in, else those of everybody who acts for them.
    """
    found: dict[int, list[Contact]] = defaultdict(list)
    for one in people:
        if one.phone is not None:
            found[one.id].append(Contact(one.phone))
    silent = {one.id for one in people} - found.keys()
    number = func.coalesce(Person.phone, User.phone)
    own = session.execute(select(User.person_id, User.phone).where(User.person_id.in_(silent)))
    for person_id, phone in own:
        found[person_id].append(Contact(phone))
    others = session.execute(
        select(Delegation.principal_id, number, Person.full_name)
        .join(Delegation.delegate)
        .outerjoin(User, User.person_id == Person.id)
        .where(
            Delegation.principal_id.in_(silent - found.keys()),
            in_force(clock.today()),
            number.is_not(None),
        )
        .order_by(Person.full_name, Person.id)
    )
    for person_id, phone, name in others:
        found[person_id].append(Contact(phone, name))
    return found
