"""Two who use, replace or change a key to an account or a calendar meet: it opens once or not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from tests.races.account_acts import THROTTLE
from tests.races.facts import by, count
from tests.races.meeting import act, meeting
from venue import clock as venue_clock
from venue.accounts.changing import Changed, change_password, change_phone
from venue.accounts.desk_codes import NoSuchCode, OtherNumber, code_key, issue_code, use_code
from venue.accounts.models import DeskCode, User
from venue.accounts.signing_in import WrongPassword, begin_sign_in, finish_sign_in
from venue.audit.rules import SYSTEM
from venue.calendars import feed_tokens

pytestmark = [pytest.mark.race, meeting]

DAY = timedelta(hours=24)
NUMBER = "+8613900001001"
KEY = code_key("a secret")


# ---- Codes and passwords -----------------------------------------------------------------------


@pytest.fixture
def code(db_session, town):
    """Give 周建国, who has no account, a code from the desk."""
    issued = issue_code(db_session, town.zhou_jianguo.id, key=KEY, lifetime=DAY, **by(town.he_jing))
    db_session.commit()
    return issued.code


def using(code, phone=NUMBER):
    now = venue_clock.now()
    return act(use_code, code, phone, "not a hash", "192.0.2.7", THROTTLE, key=KEY, now=now)


def test_a_code_opens_nothing_once_the_desk_replaces_it(db_session, town, code, meet):
    replacing = act(issue_code, town.zhou_jianguo.id, key=KEY, lifetime=DAY, **by(town.he_jing))

    _, used = meet(replacing, using(code))

    assert isinstance(used, NoSuchCode)
    assert count(db_session, User, User.person_id == town.zhou_jianguo.id) == 0


def test_two_codes_given_at_once_are_one_code_in_force(db_session, town, meet):
    issuing = act(issue_code, town.zhou_jianguo.id, key=KEY, lifetime=DAY, **by(town.he_jing))

    meet(issuing, issuing)

    assert count(db_session, DeskCode, DeskCode.revoked_at.is_(None)) == 1


def test_a_code_sets_no_password_for_a_number_that_is_just_given_up(db_session, town, meet):
    """Whoever heard that it is done would sign in with the old number, and could not."""
    user = make.user_of(db_session, town.lin_xiao)
    old, user_id = user.phone, user.id
    issued = issue_code(db_session, town.lin_xiao.id, key=KEY, lifetime=DAY, **by(town.he_jing))
    db_session.commit()

    def changing(session):
        return change_phone(session, session.get_one(User, user_id), NUMBER, **by(town.lin_xiao))

    answers = meet(changing, using(issued.code, old))

    assert answers == (Changed(), OtherNumber(tail=NUMBER[-4:]))


def test_a_password_that_is_just_being_changed_opens_no_new_login(db_session, town, meet):
    user = make.user_of(db_session, town.lin_xiao)
    now = venue_clock.now()
    begun = begin_sign_in(db_session, user.phone, "192.0.2.7", THROTTLE, now=now)
    before = user.password_hash
    db_session.commit()

    def changing(session):
        mine = session.get_one(User, user.id)
        return change_password(session, mine, "new hash", token="mine", **by(town.lin_xiao))

    _, signed_in = meet(changing, act(finish_sign_in, begun, before, DAY, now=now))

    assert isinstance(signed_in, WrongPassword)
    db_session.refresh(user)
    assert user.password_hash == "new hash"


# ---- Private calendars -------------------------------------------------------------------------


def issue_link(session, person, label="手机"):
    actor, now = by(person).values()
    return feed_tokens.issue(session, actor, person_id=person.id, label=label, now=now)


def test_nobody_gets_more_links_than_there_may_be(db_session, town, meet):
    for number in range(feed_tokens.MOST_LINKS - 1):
        issue_link(db_session, town.lin_xiao, f"手机{number}")
    db_session.commit()

    first, second = meet(*[act(issue_link, town.lin_xiao)] * 2)

    assert isinstance(first, feed_tokens.Issued)
    assert second == feed_tokens.TooManyLinks(limit=feed_tokens.MOST_LINKS)


def test_a_link_replaced_twice_at_once_is_replaced_once(db_session, town, meet):
    link = issue_link(db_session, town.lin_xiao).feed_token_id
    db_session.commit()
    replacing = act(
        feed_tokens.rotate,
        SYSTEM,
        feed_token_id=link,
        person_id=town.lin_xiao.id,
        now=venue_clock.now(),
    )

    first, second = meet(replacing, replacing)

    assert isinstance(first, feed_tokens.Issued)
    assert second == feed_tokens.NoSuchLink()
