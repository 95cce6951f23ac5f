"""What arrives several times at once is done once: forms, codes, numbers, guesses."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from tests import town as make
from tests.races.account_acts import THROTTLE, guess, open_account, redeem
from tests.races.acts import send_form
from tests.races.facts import count
from venue import clock as venue_clock
from venue.accounts.desk_codes import CodeUsed, NoSuchCode, code_key, issue_code
from venue.accounts.models import Submission, User
from venue.accounts.registering import PhoneTaken, Registered
from venue.accounts.rules import LockedOut
from venue.accounts.submitting import First, Repeated, begin, finish, forget
from venue.accounts.throttling import Try
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.notifications.models import Message
from venue.people.models import Person
from venue.seats.models import Enrollment

pytestmark = [pytest.mark.race, pytest.mark.xdist_group("races")]


def test_a_form_sent_from_eight_screens_at_once_is_one_act_and_one_answer(
    db_session, settings, crew, town, browse
):
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    form = browse.get(f"/courses/{town.painting.id}").form("/enrollments")
    cookie = browse.client.get_cookie("venue").value

    answers = crew.rush(settings, [(send_form, form.action, form.fields, cookie)] * 8)

    assert len(set(answers)) == 1
    status, location = answers[0]
    assert status == 303
    assert location.startswith(f"/courses/{town.painting.id}")
    assert count(db_session, Enrollment) == 1
    assert count(db_session, Message) == 1
    assert count(db_session, AuditEntry, AuditEntry.action == "enrollment.confirmed") == 1
    assert count(db_session, Submission) == 1


def sending(then):
    """Return how a form arrives, and what comes of it when it is the first time."""

    def send(session):
        arrived = begin(session, "key", "person-1", now=venue_clock.now())
        if isinstance(arrived, First):
            then(session, arrived)
        return arrived

    return send


def test_a_form_that_arrives_twice_at_once_has_one_answer(meet):
    carried_out = sending(lambda session, first: finish(session, first, "/courses/7"))

    first, second = meet(carried_out, carried_out)

    assert isinstance(first, First)
    assert second == Repeated("/courses/7")


def test_a_form_that_is_just_refused_may_be_sent_again(meet):
    first, second = meet(*[sending(forget)] * 2)

    assert isinstance(first, First)
    assert isinstance(second, First)


def test_a_desk_code_used_by_two_at_once_opens_one_account(db_session, settings, crew, town):
    issued = issue_code(
        db_session,
        town.zhou_jianguo.id,
        key=code_key(settings.secret_key),
        lifetime=timedelta(hours=24),
        actor=Actor(town.he_jing.id, Channel.COUNTER),
        now=venue_clock.now(),
    )
    db_session.commit()
    phones = [f"+861390000{n:04}" for n in range(1001, 1009)]

    answers = crew.rush(settings, [(redeem, issued.code, phone) for phone in phones])

    assert Counter(map(type, answers)) == {CodeUsed: 1, NoSuchCode: 7}
    assert count(db_session, User, User.person_id == town.zhou_jianguo.id) == 1


def test_a_number_registered_eight_times_at_once_is_one_account(db_session, settings, crew, town):
    people = count(db_session, Person)

    answers = crew.rush(settings, [(open_account, "+8613900001001")] * 8)

    assert Counter(map(type, answers)) == {Registered: 1, PhoneTaken: 7}
    assert count(db_session, User, User.phone == "+8613900001001") == 1
    assert count(db_session, Person) == people + 1


def test_guesses_sent_at_once_get_no_further_than_guesses_sent_slowly(settings, crew, town):
    answers = crew.rush(settings, [(guess, "+8613900000001")] * 32)

    tries = THROTTLE.per_phone
    assert Counter(map(type, answers)) == {Try: tries, LockedOut: 32 - tries}
