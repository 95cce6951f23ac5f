"""A child is added at once, by an adult, and only a child."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from venue import clock as venue_clock
from venue.accounts.adding_children import ChildAdded, NotAChild, add_child
from venue.accounts.delegating import AlreadyActing, NotAnAdult, end_delegation
from venue.audit.rules import Actor, Channel
from venue.people.models import Delegation, Person
from venue.people.rules import Basis


@pytest.fixture
def add(db_session, town):
    """Let a person add a child."""

    def add(name="林小苗", born=date(2018, 4, 1), guardian=town.lin_xiao):
        actor = Actor(guardian.id, Channel.ONLINE)
        return add_child(db_session, guardian, name, born, actor=actor, now=venue_clock.now())

    return add


def people(session) -> int:
    return session.scalar(select(func.count()).select_from(Person))


def test_a_guardian_acts_for_a_child_at_once(add, db_session, town, audited) -> None:
    outcome = add()
    assert isinstance(outcome, ChildAdded)
    child = db_session.get_one(Person, outcome.person_id)
    assert (child.full_name, child.birth_on, child.phone) == ("林小苗", date(2018, 4, 1), None)
    made = db_session.scalars(select(Delegation).where(Delegation.principal_id == child.id)).one()
    assert (made.delegate_id, made.basis) == (town.lin_xiao.id, Basis.GUARDIAN)
    assert (made.confirmed_at, made.confirmed_by_id) == (venue_clock.now(), town.lin_xiao.id)
    assert [action for action, _, _ in audited()] == ["person.created", "delegation.confirmed"]


def test_a_child_is_below_eighteen_today(add, db_session) -> None:
    before = people(db_session)
    assert add(born=date(2008, 9, 16)) == NotAChild(age=18)
    assert people(db_session) == before
    assert isinstance(add(born=date(2008, 9, 17)), ChildAdded)


def test_the_same_child_is_added_once(add, db_session, town) -> None:
    first = add()
    before = people(db_session)
    assert add() == AlreadyActing()
    assert people(db_session) == before
    assert isinstance(add(name="林小草"), ChildAdded)
    made = select(Delegation.id).where(Delegation.principal_id == first.person_id)
    actor = Actor(town.lin_xiao.id, Channel.ONLINE)
    end_delegation(db_session, db_session.scalar(made), actor=actor, now=venue_clock.now())
    assert isinstance(add(), ChildAdded)


def test_children_do_not_add_children(add, town) -> None:
    assert add(guardian=town.xiao_he) == NotAnAdult()
