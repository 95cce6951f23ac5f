"""Guardians hear once that their child still waits; nobody hears it of a child that has left."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from venue import clock as venue_clock
from venue.childcare import releasing
from venue.childcare.alerting import tell_of_late
from venue.childcare.arriving import take_arrival_back
from venue.notifications.models import Message
from venue.programs.models import ScheduledSession

LATE = "collected_late"


@pytest.fixture
def late(door):
    """小禾 is there, her sister has not come."""
    door.come()
    return door


def tell(door, minutes):
    door.clock.set(door.day.ends_at + timedelta(minutes=minutes))
    told = tell_of_late(door.session, now=venue_clock.now())
    door.session.commit()
    return told


def test_guardians_are_told_once_and_only_of_a_child_that_waits(late, town):
    assert tell(late, 14) == []
    assert tell(late, 15) == [town.xiao_he.id]
    assert tell(late, 16) == []
    assert late.told().count(LATE) == 1
    assert LATE not in late.told(town.xiao_mai)
    newest = late.session.query(Message).order_by(Message.id.desc()).first()
    assert newest.parameters["phone"] == town.wutongli.phone
    assert newest.parameters["ends_at"] == late.day.ends_at.isoformat()


def test_both_children_of_a_family_are_told_of_in_one_go(late, town):
    late.come(town.xiao_mai)
    assert tell(late, 20) == [town.xiao_he.id, town.xiao_mai.id]


def test_nobody_is_told_of_a_child_that_left(late, town):
    late.out(releasing.release_to_guardian, town.chen_min.id)
    assert tell(late, 30) == []


def test_a_refused_try_is_no_departure_and_a_release_taken_back_none_either(late, town):
    late.code("9999")
    late.out(releasing.release_to_guardian, town.chen_min.id)
    late.out(releasing.undo_release)
    assert tell(late, 15) == [town.xiao_he.id]


def test_an_arrival_that_was_taken_back_waits_for_nobody(late, town):
    late.out(take_arrival_back)
    assert tell(late, 30) == []


def test_a_day_that_was_called_off_or_is_long_over_is_no_news(late):
    assert tell(late, 60 * 26) == []
    late.session.execute(update(ScheduledSession).values(cancelled_at=late.day.starts_at))
    assert tell(late, 15) == []
