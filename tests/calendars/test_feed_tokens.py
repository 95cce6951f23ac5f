"""A private link opens one person's calendar until it is replaced or taken back."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.calendars.conftest import NOW
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.calendars.feed_tokens import (
    Issued,
    Opened,
    issue,
    live_links,
    opened_by,
    revoke,
    rotate,
)
from venue.calendars.models import FeedToken
from venue.calendars.rules import MOST_LINKS, NoSuchLink, TooManyLinks
from venue.people.models import Person


@pytest.fixture
def owner(house):
    return house.person


@pytest.fixture
def actor(owner):
    return Actor(owner.id, Channel.ONLINE)


def issue_link(house, actor, label="手机"):
    return issue(house.session, actor, person_id=actor.person_id, label=label, now=NOW)


def test_a_link_opens_the_calendar_of_its_owner(house, owner, actor):
    link = issue_link(house, actor)
    assert opened_by(house.session, link.token) == Opened(owner.id, None)
    assert opened_by(house.session, link.token + "x") is None
    assert opened_by(house.session, "") is None


def test_a_token_has_256_bits_and_only_its_digest_is_stored(house, actor):
    link = issue_link(house, actor)
    assert len(link.token) == 43
    stored = house.session.get(FeedToken, link.feed_token_id)
    assert stored.token_hash == hashlib.sha256(link.token.encode()).hexdigest()
    assert link.token not in repr(vars(stored))
    assert issue_link(house, actor).token != link.token


def test_a_link_of_one_child_opens_that_childs_days_also_after_it_was_replaced(house, owner, actor):
    child = Person(full_name="陈小禾", birth_year=2019, created_at=NOW)
    house.session.add(child)
    house.session.flush()
    by = {"person_id": owner.id, "now": NOW}
    old = issue(house.session, actor, label="手机", child_id=child.id, **by)
    new = rotate(house.session, actor, feed_token_id=old.feed_token_id, **by)
    assert opened_by(house.session, old.token) is None
    assert opened_by(house.session, new.token) == Opened(owner.id, child.id)
    facts = house.session.scalars(
        select(AuditEntry.facts).where(AuditEntry.action == "feed_token.issued")
    ).all()
    assert facts == [{"child_id": child.id}] * 2


def test_replacing_a_link_ends_the_old_one_at_once_and_keeps_its_name(house, owner, actor):
    old = issue_link(house, actor, label="妈妈的手机")
    other = issue_link(house, actor)
    new = rotate(house.session, actor, feed_token_id=old.feed_token_id, person_id=owner.id, now=NOW)
    assert isinstance(new, Issued)
    assert opened_by(house.session, old.token) is None
    assert opened_by(house.session, new.token) == Opened(owner.id, None)
    assert opened_by(house.session, other.token) == Opened(owner.id, None)
    assert [link.label for link in live_links(house.session, owner.id)] == ["手机", "妈妈的手机"]


def test_links_are_revoked_one_by_one(house, owner, actor):
    lost, kept = issue_link(house, actor), issue_link(house, actor)
    revoked = revoke(
        house.session, actor, feed_token_id=lost.feed_token_id, person_id=owner.id, now=NOW
    )
    assert revoked.revoked_at == NOW
    assert opened_by(house.session, lost.token) is None
    assert opened_by(house.session, kept.token) == Opened(owner.id, None)
    again = {"feed_token_id": lost.feed_token_id, "person_id": owner.id, "now": NOW}
    assert revoke(house.session, actor, **again) == NoSuchLink()
    assert rotate(house.session, actor, **again) == NoSuchLink()


def test_nobody_ends_the_link_of_another_person(house, owner, actor):
    stranger = Person(full_name="周海", birth_year=1980, created_at=NOW)
    house.session.add(stranger)
    house.session.flush()
    link = issue_link(house, actor)
    foreign = {"feed_token_id": link.feed_token_id, "person_id": stranger.id, "now": NOW}
    other = Actor(stranger.id, Channel.ONLINE)
    assert revoke(house.session, other, **foreign) == NoSuchLink()
    assert rotate(house.session, other, **foreign) == NoSuchLink()
    assert opened_by(house.session, link.token) == Opened(owner.id, None)


def test_one_person_has_a_limited_number_of_live_links(house, owner, actor):
    links = [issue_link(house, actor) for _ in range(MOST_LINKS)]
    assert issue_link(house, actor) == TooManyLinks(limit=MOST_LINKS)
    revoke(
        house.session,
        actor,
        feed_token_id=links[0].feed_token_id,
        person_id=owner.id,
        now=NOW + timedelta(days=1),
    )
    assert isinstance(issue_link(house, actor), Issued)


def test_each_act_is_audited_without_the_token(house, owner, actor):
    link = issue_link(house, actor)
    rotate(house.session, actor, feed_token_id=link.feed_token_id, person_id=owner.id, now=NOW)
    entries = house.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [entry.action for entry in entries] == [
        "feed_token.issued",
        "feed_token.revoked",
        "feed_token.issued",
    ]
    assert [entry.facts for entry in entries] == [{"child_id": None}, {}, {"child_id": None}]
