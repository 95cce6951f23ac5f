"""A place that gets another name has it in the calendars too, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select

from tests import town as make
from tests.town import FIRST_LESSON
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.changes.relabeling import relabel_center, relabel_room
from venue.places.booking import Label, RoomWish, hold
from venue.places.editing_centers import CenterFacts, NameTaken
from venue.places.editing_rooms import RoomDescription
from venue.places.rules import Category
from venue.programs.calendar import publish_sessions
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def town(session):
    made = make.build(session)
    ids = [one.id for one in made.painting.sessions]
    publish_sessions(session, ids, now=venue_clock.now())
    session.commit()
    return made


def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


def described(room):
    names = RoomDescription.__dataclass_fields__
    return RoomDescription(**{name: getattr(room, name) for name in names})


def entries(session):
    session.expire_all()
    return session.scalars(select(CalendarEntry).order_by(CalendarEntry.id)).all()


def test_a_room_with_another_name_changes_the_place_of_its_sessions(session, town):
    wanted = replace(described(town.studio), name="丹青室")
    relabel_room(session, town.studio.id, wanted, [], [], **acts())
    session.commit()
    assert all("丹青室" in one.place for one in entries(session))
    assert {one.sequence for one in entries(session)} == {1}


def test_a_room_that_becomes_private_shows_the_public_only_that_it_is_in_use(session, town):
    wanted = replace(described(town.studio), private=True)
    relabel_room(session, town.studio.id, wanted, [], [], **acts())
    session.commit()
    assert not any("零基础国画" in one.public_vevent for one in entries(session))
    assert all("零基础国画" in one.vevent for one in entries(session))


def test_a_center_with_another_name_changes_the_place_of_its_sessions(session, town):
    center = town.wutongli
    facts = CenterFacts("梧桐里邻里中心", center.address, center.phone, center.about)
    relabel_center(session, center.id, facts, [], [], **acts())
    session.commit()
    assert all(one.place.startswith("梧桐里邻里中心") for one in entries(session))


def test_what_people_have_booked_learns_the_new_names_too(session, town):
    use = Interval(instant(FIRST_LESSON, time(9)), instant(FIRST_LESSON, time(10)))
    wish = RoomWish(town.classroom.id, use)
    label = Label(Category.HIRE, "书友会")
    (held,) = hold(session, [wish], label=label, override=None, **acts())
    center = town.wutongli
    facts = CenterFacts("梧桐里邻里中心", center.address, center.phone, center.about)

    relabel_center(session, center.id, facts, [], [], **acts())
    wanted = replace(described(town.classroom), name="大教室")
    relabel_room(session, town.classroom.id, wanted, [], [], **acts())

    entry = next(one for one in entries(session) if one.key == f"booking-{held.id}")
    assert entry.place == "梧桐里邻里中心，大教室"


def test_what_calendars_do_not_show_leaves_them_alone(session, town):
    wanted = replace(described(town.studio), capacity=30, about="朝南。")
    relabel_room(session, town.studio.id, wanted, [], ["水槽"], **acts())
    refused = relabel_room(
        session, town.studio.id, replace(wanted, name="多功能教室"), [], [], **acts()
    )
    session.commit()
    assert refused == NameTaken("多功能教室")
    assert {(one.sequence, one.revision) for one in entries(session)} == {(0, 1)}
