"""Signing in: counted, compared outside of the transaction, and ended on the server."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.accounts.conftest import THROTTLE
from venue import clock as venue_clock
from venue.accounts.models import LoginSession
from venue.accounts.passwords import NOBODYS_HASH, hash_password, matches
from venue.accounts.rules import LockedOut, token_hash
from venue.accounts.signing_in import (
    SignedIn,
    SignIn,
    WrongPassword,
    begin_sign_in,
    finish_sign_in,
    live_logins,
    refuse_sign_in,
    sign_out,
    sign_out_everywhere,
)
from venue.permissions import load_viewer

LIN_XIAO = "+8613900000001"
NOBODY = "+8613900009999"
ADDRESS = "192.0.2.7"
MONTH = timedelta(days=30)


@pytest.fixture
def sign_in(db_session, town):
    """Go through a whole sign-in."""

    def sign_in(password=make.PASSWORD, phone=LIN_XIAO, throttle=THROTTLE, address=ADDRESS):
        now = venue_clock.now()
        begun = begin_sign_in(db_session, phone, address, throttle, now=now)
        db_session.commit()
        if isinstance(begun, LockedOut):
            return begun
        if not matches(begun.password_hash, password):
            outcome = refuse_sign_in(db_session, begun, now=now)
        else:
            outcome = finish_sign_in(db_session, begun, begun.password_hash, MONTH, now=now)
        db_session.commit()
        return outcome

    return sign_in


def test_number_and_password_open_a_login(sign_in, town) -> None:
    outcome = sign_in()
    assert isinstance(outcome, SignedIn)
    assert load_viewer(outcome.token).person.id == town.lin_xiao.id


def test_the_database_knows_only_the_hash_of_a_token(sign_in, db_session) -> None:
    outcome = sign_in()
    row = db_session.scalars(select(LoginSession)).one()
    assert row.token_hash == token_hash(outcome.token) != outcome.token
    assert load_viewer(row.token_hash) is None
    assert outcome.token not in repr(outcome)


def test_a_wrong_password_says_how_many_tries_are_left(sign_in) -> None:
    assert [sign_in("no") for _ in range(4)] == [WrongPassword(left) for left in (4, 3, 2, 1)]
    assert isinstance(sign_in("no"), LockedOut)


def test_an_unknown_number_is_answered_like_a_known_one(sign_in, db_session, town) -> None:
    now = venue_clock.now()
    begun = begin_sign_in(db_session, NOBODY, ADDRESS, THROTTLE, now=now)
    assert isinstance(begun, SignIn)
    assert begun.password_hash == NOBODYS_HASH
    unknown = [type(sign_in("no", phone="+8613900008888")) for _ in range(6)]
    known = [type(sign_in("no")) for _ in range(6)]
    assert unknown == known == [WrongPassword] * 4 + [LockedOut] * 2


def test_once_locked_out_even_the_right_password_waits(sign_in, clock) -> None:
    for _ in range(5):
        locked = sign_in("no")
    assert sign_in() == locked
    clock.set(locked.until)
    assert isinstance(sign_in(), SignedIn)


def test_a_lockout_is_audited_once_and_stays_after_its_refusal(sign_in, audited, town) -> None:
    for _ in range(9):
        sign_in("no")
    until = (venue_clock.now() + THROTTLE.window).isoformat()
    assert audited() == [("account.locked_out", "user_account", {"until": until})]


def test_the_lockout_of_a_number_nobody_has_is_audited_too(sign_in, audited) -> None:
    for _ in range(6):
        sign_in("no", phone=NOBODY)
    assert [(action, subject) for action, subject, _ in audited()] == [
        ("account.locked_out", "login_attempt")
    ]


def test_an_address_is_locked_out_over_all_numbers(sign_in) -> None:
    throttle = replace(THROTTLE, per_address=3)
    for number in range(3):
        sign_in("no", phone=f"+861390000200{number}", throttle=throttle)
    assert isinstance(sign_in(throttle=throttle), LockedOut)
    assert isinstance(sign_in(throttle=throttle, address="192.0.2.8"), SignedIn)


def test_an_address_that_is_locked_out_is_no_account_locked_out(sign_in, audited) -> None:
    sign_in("no", throttle=replace(THROTTLE, per_address=1))
    assert [subject for _, subject, _ in audited()] == ["login_attempt"]


def test_slips_before_the_right_password_are_forgotten(sign_in) -> None:
    for _ in range(3):
        for _ in range(4):
            sign_in("no")
        assert isinstance(sign_in(), SignedIn)


def test_a_password_changed_meanwhile_does_not_sign_in(db_session, town) -> None:
    now = venue_clock.now()
    begun = begin_sign_in(db_session, LIN_XIAO, ADDRESS, THROTTLE, now=now)
    user = make.user_of(db_session, town.lin_xiao)
    user.password_hash = hash_password("another one 8")
    db_session.commit()
    outcome = finish_sign_in(db_session, begun, begun.password_hash, MONTH, now=now)
    assert outcome == WrongPassword(4)
    assert db_session.scalars(select(LoginSession)).all() == []


def test_a_fresh_hash_is_kept(db_session, town) -> None:
    now = venue_clock.now()
    begun = begin_sign_in(db_session, LIN_XIAO, ADDRESS, THROTTLE, now=now)
    fresh = hash_password(make.PASSWORD)
    assert isinstance(finish_sign_in(db_session, begun, fresh, MONTH, now=now), SignedIn)
    assert make.user_of(db_session, town.lin_xiao).password_hash == fresh


def test_a_login_ends_at_its_sign_out_and_no_other_does(sign_in, db_session, town) -> None:
    phone, tablet = sign_in(), sign_in()
    sign_out(db_session, phone.token, now=venue_clock.now())
    assert load_viewer(phone.token) is None
    assert load_viewer(tablet.token) is not None
    user_id = make.user_of(db_session, town.lin_xiao).id
    assert len(live_logins(db_session, user_id, now=venue_clock.now())) == 1


def test_signing_out_everywhere_leaves_other_people_alone(sign_in, db_session, town) -> None:
    mine, kept = sign_in(), sign_in()
    other = sign_in(phone="+8613900000002")
    user_id = make.user_of(db_session, town.lin_xiao).id
    sign_out_everywhere(db_session, user_id, except_token=kept.token, now=venue_clock.now())
    assert load_viewer(mine.token) is None
    assert load_viewer(kept.token) is not None
    assert load_viewer(other.token) is not None
    sign_out_everywhere(db_session, user_id, now=venue_clock.now())
    assert load_viewer(kept.token) is None


def test_a_login_ends_by_itself_after_its_month(sign_in, clock) -> None:
    outcome = sign_in()
    clock.advance(MONTH - timedelta(seconds=1))
    assert load_viewer(outcome.token) is not None
    clock.advance(timedelta(seconds=1))
    assert load_viewer(outcome.token) is None
