"""The screen in the hall: what is on, what begins next, which rooms are free, and nobody's name."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests import town as make
from tests.pages import text_of
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is decided above the database needs to be seen on one."""
WALL = "/centers/wutongli/wall"
WEDNESDAY = date(2026, 9, 16)
"""The day on which the clock of the tests stands still, at 10:00."""


def lesson(session, town, title, starts, room, **more):
    program = make.course(session, town.wutongli, title, lessons=0, **more)
    made = make.lesson(session, program, WEDNESDAY, starts, 90, room=room)
    session.commit()
    return made


def parts(page) -> dict[str, str]:
    return {text_of(one.find("h2")): text_of(one) for one in page.root.iter("section")}


def test_a_screen_says_what_is_on_what_is_next_and_which_rooms_are_free(browse, town, db_session):
    lesson(db_session, town, "早操", time(9, 30), town.classroom)
    lesson(db_session, town, "读报", time(14), town.studio)
    page = browse.get(WALL)
    found = parts(page)
    assert "09:30–11:00 早操" in found["正在进行"]
    assert "14:00–15:30 读报" in found["今天接下来"]
    assert "读报" not in found["正在进行"]
    assert town.classroom.name not in found["现在空着的功能室"]
    assert town.studio.name in found["现在空着的功能室"]
    assert town.mediation.name not in page.words, "private rooms are nobody's business"
    assert "现在开放" in page.words
    assert "10:00 9月16日 周三" in page.words


def test_a_screen_names_nobody_and_tells_of_no_draft(browse, town, db_session):
    lesson(db_session, town, "还没公布的课", time(14), town.studio, published_at=None)
    make.booking(
        db_session,
        town.mediation,
        instant(WEDNESDAY, time(9)),
        instant(WEDNESDAY, time(12)),
        "一家人的纠纷",
    )
    db_session.commit()
    words = browse.get(WALL).words
    for secret in ("还没公布的课", "一家人的纠纷", "林晓"):
        assert secret not in words


def test_a_screen_renews_its_part_alone(browse, town):
    page = browse.get(WALL)
    part = browse.get(WALL, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.by_id("wall") is not None
    assert "<html" not in part.text
    assert page.by_id("wall").get("hx-get") == WALL


def test_a_house_that_is_closed_offers_no_room(browse, town, clock):
    clock.set(instant(WEDNESDAY, time(23, 30)))
    page = browse.get(WALL)
    assert "现在没有空着的。" in page.words
    assert "现在不开放" in page.words


def test_a_screen_takes_as_many_queries_for_many_lessons(browse, town, db_session, count_queries):
    def count():
        with count_queries() as sent:
            browse.get(WALL)
        return len(sent)

    lesson(db_session, town, "读报", time(14), town.studio)
    few = count()
    for hour in (16, 18, 20):
        lesson(db_session, town, f"课 {hour}", time(hour), town.studio)
    assert count() == few
