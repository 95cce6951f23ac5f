"""The code from the desk: used once, in time, by whoever has it, and by nobody who guesses."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.accounts.conftest import THROTTLE
from venue import clock as venue_clock
from venue.accounts.desk_codes import (
    CodeUsed,
    NoSuchCode,
    OtherNumber,
    code_key,
    issue_code,
    use_code,
)
from venue.accounts.models import DeskCode, LoginSession, User
from venue.accounts.registering import PhoneTaken
from venue.accounts.rules import LockedOut, token_hash
from venue.accounts.signing_in import SignIn, begin_sign_in
from venue.audit.rules import Actor, Channel

KEY = code_key("a secret")
PHONE = "+8613900001234"
DAY = timedelta(hours=24)


@pytest.fixture
def issue(db_session, town):
    """Let the desk give a person a code."""

    def issue(person) -> str:
        actor = Actor(town.he_jing.id, Channel.COUNTER)
        now = venue_clock.now()
        return issue_code(db_session, person.id, key=KEY, lifetime=DAY, actor=actor, now=now).code

    return issue


@pytest.fixture
def use(db_session):
    """Use a code with a number and a new password."""

    def use(code, phone=PHONE, throttle=THROTTLE, key=KEY, address="192.0.2.7"):
        now = venue_clock.now()
        return use_code(db_session, code, phone, "new hash", address, throttle, key=key, now=now)

    return use


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**8:08}"


def test_a_code_attaches_an_account_to_the_person_whom_the_desk_knows(
    issue, use, db_session, town, audited
) -> None:
    outcome = use(issue(town.zhou_jianguo))
    assert isinstance(outcome, CodeUsed)
    user = db_session.get_one(User, outcome.user_id)
    assert user.person_id == town.zhou_jianguo.id
    assert (user.phone, user.password_hash) == (PHONE, "new hash")
    assert town.zhou_jianguo.phone == PHONE
    assert [action for action, _, _ in audited()] == ["desk_code.issued", "account.attached"]


def test_a_code_sets_the_password_of_an_account_and_ends_its_logins(
    issue, use, db_session, town, audited
) -> None:
    user = make.user_of(db_session, town.lin_xiao)
    now = venue_clock.now()
    login = LoginSession(
        token_hash=token_hash("t"), user_id=user.id, created_at=now, expires_at=now + DAY
    )
    db_session.add(login)
    db_session.flush()
    assert use(issue(town.lin_xiao), phone=user.phone) == CodeUsed(user.id)
    db_session.refresh(login)
    assert (user.password_hash, login.ended_at) == ("new hash", now)
    assert audited()[-1] == ("account.password_changed", "user_account", {"how": "desk_code"})


def test_an_account_keeps_its_number_and_the_code_stays_in_force(issue, use, town) -> None:
    code = issue(town.lin_xiao)
    assert use(code) == OtherNumber(tail="0001")
    assert isinstance(use(code, phone=town.lin_xiao.phone), CodeUsed)


def test_the_number_of_another_account_attaches_nothing(issue, use, db_session, town) -> None:
    code = issue(town.zhou_jianguo)
    assert use(code, phone=town.lin_xiao.phone) == PhoneTaken()
    of_zhou = select(User).where(User.person_id == town.zhou_jianguo.id)
    assert db_session.scalar(of_zhou) is None
    assert isinstance(use(code), CodeUsed)


def test_a_code_is_used_once(issue, use, town) -> None:
    code = issue(town.zhou_jianguo)
    assert isinstance(use(code), CodeUsed)
    assert use(code) == NoSuchCode(left=4)


def test_a_new_code_ends_the_one_before(issue, use, town) -> None:
    first, second = issue(town.zhou_jianguo), issue(town.zhou_jianguo)
    assert isinstance(use(first), NoSuchCode)
    assert isinstance(use(second), CodeUsed)


def test_a_code_ends_after_its_day(issue, use, clock, town) -> None:
    late, in_time = issue(town.zhou_jianguo), issue(town.lin_xiao)
    clock.advance(DAY - timedelta(seconds=1))
    assert isinstance(use(in_time, phone=town.lin_xiao.phone), CodeUsed)
    clock.advance(timedelta(seconds=1))
    assert isinstance(use(late), NoSuchCode)


def test_the_stored_hash_cannot_be_found_by_trying_all_codes(issue, db_session, town) -> None:
    code = issue(town.zhou_jianguo)
    stored = db_session.scalars(select(DeskCode.code_hash)).one()
    assert code not in stored
    assert stored != hashlib.sha256(code.encode()).hexdigest()


def test_another_secret_knows_no_code(issue, use, town) -> None:
    assert isinstance(use(issue(town.zhou_jianguo), key=code_key("other")), NoSuchCode)


def test_wrong_codes_are_counted_by_number(issue, use, town, audited) -> None:
    code = issue(town.zhou_jianguo)
    outcomes = [use(wrong(code)) for _ in range(5)]
    assert outcomes[:4] == [NoSuchCode(left) for left in (4, 3, 2, 1)]
    assert isinstance(outcomes[4], LockedOut)
    assert use(code) == outcomes[4]
    assert [action for action, _, _ in audited()][1:] == ["account.locked_out"]


def test_wrong_codes_are_counted_by_address(issue, use, town) -> None:
    code = issue(town.zhou_jianguo)
    throttle = replace(THROTTLE, per_address=3)
    for number in range(3):
        use(wrong(code), phone=f"+861390000200{number}", throttle=throttle)
    assert isinstance(use(code, throttle=throttle), LockedOut)


def test_wrong_codes_are_counted_over_the_whole_house(issue, use, town) -> None:
    code = issue(town.zhou_jianguo)
    throttle = replace(THROTTLE, codes=3)
    for number in range(3):
        phone, address = f"+861390000200{number}", f"192.0.2.{number}"
        use(wrong(code), phone=phone, throttle=throttle, address=address)
    assert isinstance(use(code, throttle=throttle, address="192.0.2.99"), LockedOut)


def test_the_owner_of_a_code_gets_in_though_somebody_locked_their_number(
    issue, use, db_session, town
) -> None:
    phone = town.lin_xiao.phone
    for _ in range(6):
        begin_sign_in(db_session, phone, "192.0.2.66", THROTTLE, now=venue_clock.now())
    assert isinstance(use(issue(town.lin_xiao), phone=phone), CodeUsed)
    begun = begin_sign_in(db_session, phone, "192.0.2.7", THROTTLE, now=venue_clock.now())
    assert isinstance(begun, SignIn)
