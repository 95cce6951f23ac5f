"""Another number, another password."""

from __future__ import annotations

import pytest

from tests import town as make
from venue import clock as venue_clock
from venue.accounts.changing import Changed, change_password, change_phone
from venue.accounts.registering import PhoneTaken
from venue.audit.rules import Actor, Channel

NEW = "+8613900001234"


@pytest.fixture
def user(db_session, town):
    return make.user_of(db_session, town.lin_xiao)


def actor(user) -> Actor:
    return Actor(user.person_id, Channel.ONLINE)


def test_a_person_is_called_where_they_sign_in(db_session, user, audited) -> None:
    outcome = change_phone(db_session, user, NEW, actor=actor(user), now=venue_clock.now())
    assert outcome == Changed()
    assert (user.phone, user.person.phone) == (NEW, NEW)
    assert [action for action, _, _ in audited()] == ["account.phone_changed"]


def test_a_number_of_their_own_to_be_called_at_stays(db_session, user) -> None:
    user.person.phone = "+862166660099"
    change_phone(db_session, user, NEW, actor=actor(user), now=venue_clock.now())
    assert user.person.phone == "+862166660099"


def test_the_number_of_another_account_is_refused_and_nothing_changes(
    db_session, user, town
) -> None:
    before = user.phone
    taken = town.chen_min.phone
    outcome = change_phone(db_session, user, taken, actor=actor(user), now=venue_clock.now())
    assert outcome == PhoneTaken()
    assert (user.phone, user.person.phone) == (before, before)


def test_the_same_number_is_no_change(db_session, user, audited) -> None:
    same = user.phone
    outcome = change_phone(db_session, user, same, actor=actor(user), now=venue_clock.now())
    assert outcome == Changed()
    assert audited() == []


def test_a_new_password_is_noted_without_being_told(db_session, user, audited) -> None:
    change_password(
        db_session, user, "new hash", token="t", actor=actor(user), now=venue_clock.now()
    )
    assert user.password_hash == "new hash"
    assert audited() == [("account.password_changed", "user_account", {"how": "own"})]
