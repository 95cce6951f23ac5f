"""The call list, on both databases: who stands on it, and how a call ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town as make
from venue.accounts.delegating import end_delegation, let_act
from venue.audit.models import AuditEntry
from venue.audit.rules import Actor, Channel
from venue.notifications.rules import CallResult, MessageKind
from venue.notifications.telling import mark_read, tell
from venue.places.calling import Noted, NothingToSay, Tried, call_list, note_call

TITLE = {"title": "书法", "program_id": 1}


@pytest.fixture
def wu(session, town):
    """Return somebody of 72 without telephone, account or relatives."""
    return make.person(session, "吴桂兰", 1954, known_to=[town.wutongli])


@pytest.fixture
def say(session, town, clock):
    """Tell somebody something that is the matter of 梧桐里."""

    def telling(person, kind=MessageKind.PROGRAM_CANCELLED, center_id=town.wutongli.id, **more):
        told = {**TITLE, "reason": "停电", **more}
        tell(session, [person.id], kind, told, center_id=center_id, now=clock.now())

    return telling


@pytest.fixture
def names(session, town, clock):
    def listed(center=None):
        tasks = call_list(session, (center or town.wutongli).id, now=clock.now())
        return [task.person.full_name for task in tasks]

    return listed


def call(session, town, clock, person, up_to_id, result, **more):
    by_desk = Actor(town.he_jing.id, Channel.TELEPHONE)
    tried = Tried(up_to_id, result, **more)
    return note_call(session, town.wutongli.id, person.id, tried, actor=by_desk, now=clock.now())


def test_who_has_no_account_is_called_and_who_has_one_reads(town, wu, say, names):
    say(wu)
    say(town.lin_xiao)
    assert names() == ["吴桂兰"]
    assert names(town.elsewhere) == []


def test_nobody_is_called_about_what_they_did_themselves(wu, say, names):
    for kind in (MessageKind.ENROLLED, MessageKind.WITHDRAWN, MessageKind.PAYMENT_TAKEN):
        say(wu, kind)
    assert names() == []


def test_what_is_of_no_center_is_said_by_one_that_knows_them(town, wu, say, names):
    say(wu, center_id=None)
    assert names() == ["吴桂兰"]
    assert names(town.elsewhere) == []


def test_the_most_pressing_comes_first(session, town, clock, wu, say, names):
    other = make.person(session, "钱阿婆", 1944, known_to=[town.wutongli])
    say(wu, MessageKind.SESSION_CANCELLED, at=(clock.now() + timedelta(days=3)).isoformat())
    say(other, MessageKind.SESSION_CANCELLED, at=(clock.now() + timedelta(hours=3)).isoformat())
    assert names() == ["钱阿婆", "吴桂兰"]


def test_a_relative_has_half_a_day_to_read_and_is_offered_after_it(
    session, town, clock, wu, say, names
):
    let_act(session, town.lin_xiao.id, wu.id, actor=Actor(None, Channel.COUNTER), now=clock.now())
    say(wu)
    assert names() == []
    clock.advance(timedelta(hours=13))
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    assert [one.full_name for one in task.relatives] == ["林晓"]
    mark_read(session, wu.id, task.up_to_id, now=clock.now())
    assert names() == []


def test_a_message_comes_onto_the_list_when_the_relative_is_gone(
    session, town, clock, wu, say, names
):
    by_desk = Actor(None, Channel.COUNTER)
    made = let_act(session, town.lin_xiao.id, wu.id, actor=by_desk, now=clock.now())
    say(wu)
    end_delegation(session, made.delegation_id, actor=by_desk, now=clock.now())
    assert names() == ["吴桂兰"]


def test_what_a_parent_reads_is_not_called(town, say, names, clock):
    say(town.xiao_he)
    clock.advance(timedelta(days=2))
    assert names() == []


def test_who_opens_an_account_reads_the_rest_there(session, town, wu, say, names):
    say(wu)
    make.account(session, wu, "+8613900137777")
    session.expire_all()
    assert names() == []


def test_not_reached_rests_an_hour_and_is_reached_on_the_second_call(
    session, town, clock, wu, say, names
):
    say(wu)
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    first = call(session, town, clock, wu, task.up_to_id, CallResult.NOT_REACHED)
    assert first == Noted(0)
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    assert task.rests(clock.now())
    clock.advance(timedelta(hours=1))
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    assert not task.rests(clock.now())
    assert call(session, town, clock, wu, task.up_to_id, CallResult.REACHED) == Noted(1)
    assert names() == []
    entries = session.query(AuditEntry).filter_by(action="person.called", subject_id=wu.id)
    assert [one.facts["result"] for one in entries.order_by(AuditEntry.id)] == [
        "not_reached",
        "reached",
    ]


def test_what_comes_while_they_talk_stays_on_the_list(session, town, clock, wu, say, names):
    say(wu)
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    say(wu)
    assert call(session, town, clock, wu, task.up_to_id, CallResult.REACHED) == Noted(1)
    assert names() == ["吴桂兰"]


def test_two_who_call_the_same_person_are_told_so(session, town, clock, wu, say):
    say(wu)
    (task,) = call_list(session, town.wutongli.id, now=clock.now())
    call(session, town, clock, wu, task.up_to_id, CallResult.REACHED)
    again = call(session, town, clock, wu, task.up_to_id, CallResult.NOT_REACHED)
    assert again == NothingToSay()


def test_another_center_can_say_nothing(session, town, clock, wu, say):
    say(wu, center_id=town.elsewhere.id)
    assert call(session, town, clock, wu, 10**6, CallResult.REACHED) == NothingToSay()


def test_a_list_takes_three_queries_however_long(session, town, clock, wu, say, count_queries):
    for number in range(5):
        say(make.person(session, f"老人{'一二三四五'[number]}", 1940, known_to=[town.wutongli]))
    session.commit()
    session.expire_all()
    with count_queries() as sent:
        call_list(session, town.wutongli.id, now=clock.now())
    assert len(sent) <= 4
