"""Appealing against a pause, answering, waiving and taking back, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.people.locking import lock_people
from venue.seats.models import Pause
from venue.seats.pausing import (
    AlreadyAppealed,
    Appealed,
    Kept,
    Missed,
    NothingToAnswer,
    PauseOver,
    Waived,
    answer_appeal,
    appeal,
    pause,
    pauses_at,
    pauses_of,
    take_back,
    waive,
)


@pytest.fixture
def made(session, town) -> Pause:
    """林晓 may enroll in nothing at 梧桐里 for 30 days."""
    lock_people(session, [town.lin_xiao.id])
    missed = [Missed(one.id, "国画", one.starts_at) for one in town.painting.sessions[:3]]
    length = timedelta(days=30)
    acts = make.acts()
    return pause(session, town.lin_xiao.id, town.wutongli.id, missed, length=length, **acts)


def do(session, verb, made, *words):
    return verb(session, made.id, *words, **make.acts())


def told(session, town):
    session.flush()
    rows = select(Message).where(Message.person_id == town.lin_xiao.id).order_by(Message.id)
    return [(one.kind, one.parameters) for one in session.scalars(rows)]


def current(session, town):
    return pauses_of(session, [town.lin_xiao.id], now=venue_clock.now())


def test_a_pause_says_what_led_to_it(session, town, made):
    ((kind, parameters),) = told(session, town)
    assert kind is MessageKind.PAUSED
    assert parameters["center"] == town.wutongli.name
    assert [one["title"] for one in parameters["missed"]] == ["国画"] * 3


def test_an_appeal_is_heard_once_and_answered_once(session, town, made):
    assert do(session, answer_appeal, made, "没有申诉") == NothingToAnswer()
    assert do(session, appeal, made, "我住院了") == Appealed(made.id)
    assert do(session, appeal, made, "我住院了") == Appealed(made.id)
    assert do(session, appeal, made, "别的理由") == AlreadyAppealed()
    assert do(session, answer_appeal, made, "请带上证明") == Kept(made.id)
    assert do(session, answer_appeal, made, "请带上证明") == Kept(made.id)
    assert do(session, answer_appeal, made, "又想了想") == NothingToAnswer()
    assert [kind for kind, _ in told(session, town)] == [
        MessageKind.PAUSED,
        MessageKind.PAUSE_KEPT,
    ]


def test_a_waiver_ends_the_pause_and_answers_the_appeal(session, town, made):
    do(session, appeal, made, "我住院了")
    assert do(session, waive, made, "看过证明") == Waived(made.id)
    assert do(session, waive, made, "看过证明") == Waived(made.id)
    assert made.answered_at is not None
    assert do(session, appeal, made, "我住院了") == PauseOver()
    assert do(session, answer_appeal, made, "晚了") == PauseOver()
    assert told(session, town)[-1][1]["reason"] == "看过证明"
    assert [one.id for one in current(session, town)] == [made.id], "the answer stays to be read"
    assert pauses_at(session, town.wutongli.id, now=venue_clock.now()) == []


def test_a_pause_ends_by_itself(session, town, made, clock):
    clock.advance(timedelta(days=30))
    assert do(session, appeal, made, "我住院了") == PauseOver()
    assert do(session, waive, made, "看过证明") == PauseOver()
    assert current(session, town) == []


def test_a_pause_that_was_taken_back_is_nowhere(session, town, made):
    pause_id = made.id
    take_back(session, made, **make.acts())
    assert appeal(session, pause_id, "我在的", **make.acts()) == PauseOver()
    assert current(session, town) == []
    assert told(session, town)[-1][0] is MessageKind.PAUSE_TAKEN_BACK


def test_what_waits_for_an_answer_comes_first(session, town, made):
    lock_people(session, [town.chen_min.id])
    length = timedelta(days=3)
    other = pause(session, town.chen_min.id, town.wutongli.id, [], length=length, **make.acts())
    do(session, appeal, made, "我住院了")
    listed = pauses_at(session, town.wutongli.id, now=venue_clock.now())
    assert [one.id for one in listed] == [made.id, other.id]
