"""The people of the demo town: logins, staff, residents, families, and the crowd of learners."""

from __future__ import annotations

from datetime import date

from venue.accounts.models import StaffRole, User
from venue.accounts.rules import Role, phone_number
from venue.audit.rules import Actor, Channel
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE
from venue.demo.town import Facts, Town, read
from venue.people.models import Delegation, DelegationRequest, Person
from venue.people.rules import Basis, school_year
from venue.places.membership import know

AGES = {"adults": (20, 34), "seniors": (61, 27), "children": (4, 9)}
"""Youngest of each crowd, and over how many years it spreads."""
STARTS_SCHOOL = 6
"""Who turns seven is in the first grade."""


def build_people(town: Town, password_hash: str) -> None:
    """Write everybody; those under `logins` sign in with the password of the hash."""
    facts = read("people")
    for one in [*facts["logins"], *facts["staff"], *facts["residents"]]:
        person = _person(town, one)
        # Of two people with one name the first is the one whom the stories mean.
        town.people.setdefault(one["name"], person)
        for slug in one.get("known_to", []):
            know(town.session, town.centers[slug].id, person.id, now=town.now)
        if "role" in one:
            town.session.add(_role(town, person, one))
    _crowds(town, facts["crowd"])
    # Learners and parents booked on their phones; seniors came to the desk.
    for person in [*(town.people[one["name"]] for one in facts["logins"]), *town.crowds["adults"]]:
        town.session.add(
            User(
                person_id=person.id,
                phone=person.phone,
                password_hash=password_hash,
                created_at=town.now,
            )
        )
    _families(town, facts)
    town.session.flush()


def _person(town: Town, one: Facts) -> Person:
    born = one["born"] if "born" in one else _birthday(town, one)
    phone = phone_number(one["phone"]) if "phone" in one else None
    if "phone" in one and phone is None:
        raise ValueError(f"nobody can call {one['name']} at {one['phone']}")
    person = Person(
        full_name=one["name"],
        birth_year=born.year if isinstance(born, date) else born,
        birth_on=born if isinstance(born, date) else None,
        phone=phone,
        neighborhood=town.neighborhoods[one["home"]] if "home" in one else None,
        **_grade(town, one.get("turns")),
        created_at=town.now,
    )
    town.session.add(person)
    town.session.flush()
    return person


def _grade(town: Town, turns: int | None) -> dict[str, int]:
    """Return the grade of a child that turns so old this year; none for whoever has none."""
    grade = 0 if turns is None else turns - STARTS_SCHOOL
    if not FIRST_GRADE <= grade <= LAST_GRADE:
        return {}
    return {"grade": grade, "grade_year": school_year(town.today)}


def _birthday(town: Town, one: Facts) -> date:
    return date.fromisoformat(f"{town.today.year - one['turns']}-{one['day']}")


def _role(town: Town, person: Person, one: Facts) -> StaffRole:
    role = Role(one["role"])
    return StaffRole(
        person_id=person.id,
        role=role,
        center_id=town.centers[one["at"]].id if "at" in one else None,
        district_id=town.district.id if role is Role.DISTRICT_OFFICER else None,
        granted_at=town.now,
    )


def _crowds(town: Town, facts: Facts) -> None:
    """Make learners without a story; no two have the same name."""
    family_names: str = facts["family_names"]
    homes = list(town.neighborhoods.values())
    for number, (kind, (youngest, spread)) in enumerate(AGES.items()):
        given = facts["given_names"][number]
        town.crowds[kind] = [
            Person(
                full_name=family_names[n % len(family_names)] + given[n % len(given)],
                birth_year=town.today.year - youngest - n * 7 % spread,
                phone=f"+86199{number + 1:04}{n:04}" if kind != "children" else None,
                neighborhood=homes[n % 2],
                **_grade(town, youngest + n * 7 % spread if kind == "children" else None),
                created_at=town.now,
            )
            for n in range(facts[kind])
        ]
        town.session.add_all(town.crowds[kind])
    town.session.flush()


def _families(town: Town, facts: Facts) -> None:
    """Let people act for their own; the desk acts for unnamed seniors, a parent for each child."""
    desk = town.people["何静"]
    for senior in [*town.crowds["seniors"], town.people["吴秀英"]]:
        town.acting[senior.id] = Actor(desk.id, Channel.COUNTER)
    for parent, child in zip(
        reversed(town.crowds["adults"]), town.crowds["children"], strict=False
    ):
        child.full_name = parent.full_name[0] + child.full_name[1:]
        _let_act(town, parent, child, Basis.GUARDIAN)
    for one in facts["family"]:
        _let_act(town, town.people[one["who"]], town.people[one["acts_for"]], Basis(one["as"]))
    for one in facts["requests"]:
        town.session.add(
            DelegationRequest(
                delegate_id=town.people[one["who"]].id,
                full_name=one["for"],
                phone=phone_number(one["phone"]),
                requested_at=town.now,
            )
        )


def _let_act(town: Town, delegate: Person, principal: Person, basis: Basis) -> None:
    town.session.add(
        Delegation(
            delegate_id=delegate.id,
            principal_id=principal.id,
            basis=basis,
            confirmed_at=town.now,
            confirmed_by_id=delegate.id,
        )
    )
    town.acting[principal.id] = Actor(delegate.id, Channel.ONLINE)
