"""Registering: one number, one account, and always a new person."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from venue import clock as venue_clock
from venue.accounts.models import User
from venue.accounts.registering import PhoneTaken, Registered, register
from venue.people.models import Person
from venue.people.rules import Language

PHONE = "+8613900001234"


def register_sun(session, phone=PHONE):
    return register(
        session,
        full_name="孙悦",
        birth_on=date(1995, 1, 31),
        phone=phone,
        password_hash="hash",
        language=Language.ENGLISH,
        now=venue_clock.now(),
    )


def test_registering_makes_a_person_and_an_account(db_session, town, audited) -> None:
    outcome = register_sun(db_session)
    assert isinstance(outcome, Registered)
    person = db_session.get_one(Person, outcome.person_id)
    assert (person.full_name, person.birth_year) == ("孙悦", 1995)
    assert (person.birth_on, person.phone) == (date(1995, 1, 31), PHONE)
    assert person.language is Language.ENGLISH
    assert db_session.get_one(User, outcome.user_id).phone == PHONE
    assert [action for action, _, _ in audited()] == ["person.created", "account.registered"]


def test_a_person_whom_the_center_knows_is_never_taken_over(db_session, town) -> None:
    known = Person(full_name="孙悦", birth_year=1995, phone=PHONE, created_at=venue_clock.now())
    db_session.add(known)
    db_session.flush()
    outcome = register_sun(db_session)
    assert outcome.person_id != known.id


def test_a_number_with_an_account_registers_nobody(db_session, town) -> None:
    people = select(func.count()).select_from(Person)
    before = db_session.scalar(people)
    assert register_sun(db_session, phone=town.lin_xiao.phone) == PhoneTaken()
    assert db_session.scalar(people) == before
