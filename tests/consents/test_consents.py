"""Texts in versions and the consents to them, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.consents.giving import give, withdraw
from venue.consents.models import Consent, ConsentText
from venue.consents.reading import agreed, consents_of, newer_than
from venue.consents.writing import write_text


@pytest.fixture
def by(town):
    """陈敏, online."""
    return {"actor": Actor(town.chen_min.id, Channel.ONLINE), "now": venue_clock.now()}


@pytest.fixture
def text(session, town):
    return write_text(session, "拍照须知", "课上会拍照。", follows=None, **make.acts())


def actions(session, subject="consent"):
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.subject == subject).order_by(AuditEntry.id)
    )
    return [(one.action, one.facts) for one in entries]


def test_a_text_that_says_something_else_is_a_new_version_and_the_old_one_stays(session, text):
    same = write_text(session, "拍照须知", "课上会拍照。", follows=text, **make.acts())
    second = write_text(session, "拍照须知", "课上不拍照。", follows=text, **make.acts())
    assert same is text
    assert (second.version, second.follows_id, text.body) == (2, text.id, "课上会拍照。")
    assert newer_than(session, text) is second
    assert newer_than(session, second) is None
    assert actions(session, "consent_text") == [
        ("consent_text.written", {"version": 1, "follows_id": None}),
        ("consent_text.written", {"version": 2, "follows_id": text.id}),
    ]


def test_two_programs_may_each_change_the_text_that_they_shared(session, text):
    second = write_text(session, "拍照须知", "课上不拍照。", follows=text, **make.acts())
    again = write_text(session, "拍照须知", "课上不拍照。", follows=text, **make.acts())
    other = write_text(session, "录像须知", "课上会录像。", follows=text, **make.acts())
    assert again is second
    assert (other.version, other.follows_id) == (1, None)
    assert len(session.scalars(select(ConsentText)).all()) == 3


def test_agreeing_twice_is_agreeing_once(session, town, text, by, count_queries):
    both = [town.xiao_mai.id, town.xiao_he.id]
    give(session, text.id, both[:1], **by)
    with count_queries() as sent:
        give(session, text.id, [*both, both[0]], **by)
    give(session, text.id, [], **by)
    assert len(sent) == 2, "one for the consents, one for the audit"
    kept = consents_of(session, both)
    assert {one.person_id for one in kept} == set(both)
    assert len(kept) == 2
    assert {(one.given_by_id, one.channel, one.given_at) for one in kept} == {
        (town.chen_min.id, Channel.ONLINE, by["now"])
    }
    assert actions(session) == [
        ("consent.given", {"text_id": text.id, "person_id": person_id}) for person_id in both
    ]


def test_a_consent_taken_back_counts_no_more_and_can_be_given_again(session, town, text, by):
    person_id = town.lin_xiao.id
    asked = [person_id, town.xiao_he.id]
    assert agreed(session, text.id, asked) == frozenset()
    give(session, text.id, [person_id], **by)
    other = write_text(session, "拍照须知", "课上不拍照。", follows=text, **make.acts())
    assert agreed(session, text.id, asked) == {person_id}
    assert agreed(session, other.id, asked) == frozenset()
    given = session.scalars(select(Consent)).one()
    assert withdraw(session, given.id, **by) is given
    assert (given.withdrawn_at, given.withdrawn_by_id) == (by["now"], town.chen_min.id)
    assert withdraw(session, given.id, **by) is None
    assert agreed(session, text.id, asked) == frozenset()
    give(session, text.id, [person_id], **by)
    assert agreed(session, text.id, asked) == {person_id}
    assert [one.withdrawn_at is None for one in consents_of(session, asked)] == [True, False]
    facts = {"text_id": text.id, "person_id": person_id}
    assert actions(session) == [
        ("consent.given", facts),
        ("consent.withdrawn", facts),
        ("consent.given", facts),
    ]
