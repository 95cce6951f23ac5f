"""What everybody may know of what is on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from venue.blueprints.schedule import Event, public
from venue.places.rules import Category
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

TIME = Interval(instant(date(2026, 9, 22), time(18, 30)), instant(date(2026, 9, 22), time(20)))
LESSON = Event(
    TIME, ("国画室",), private=False, title="零基础国画", category=Category.COURSE, program_id=5
)
PARTY = Event(TIME, ("国画室",), private=False, title="三号楼聚会", category=Category.HIRE)
TAKEN = Event(TIME, ("国画室",), private=False, title=None, category=None)

CASES = {
    "a published lesson, all of it": (LESSON, LESSON),
    "a cancelled lesson, all of it": (
        replace(LESSON, cancelled=True),
        replace(LESSON, cancelled=True),
    ),
    "a booking, only its category": (PARTY, replace(PARTY, title=None)),
    "a lesson in a private room, only the time": (
        replace(LESSON, private=True, topic="离婚", cancel_reason="病"),
        replace(TAKEN, private=True),
    ),
    "a booking of a private room, only the time": (
        replace(PARTY, private=True),
        replace(TAKEN, private=True),
    ),
    "a cancelled lesson in a private room, nothing": (
        replace(LESSON, private=True, cancelled=True),
        None,
    ),
    "a draft, only that the room is taken": (replace(LESSON, draft=True), TAKEN),
    "a cancelled draft, nothing": (replace(LESSON, draft=True, cancelled=True), None),
}


@pytest.mark.parametrize(("event", "told"), CASES.values(), ids=CASES)
def test_everybody_is_told(event: Event, told: Event | None) -> None:
    assert public(event) == told
