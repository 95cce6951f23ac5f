"""Two who take or close the same roll, or close two rolls, meet: everything counts once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.races.meeting import act, meeting
from venue.attendance.closing import close
from venue.attendance.marking import arrive, count_walk_ins
from venue.attendance.models import Attendance, Roll
from venue.attendance.outcomes import Counted, Marked, RollClosed
from venue.attendance.rules import AlreadyClosed, NoWalkInSeat, Way
from venue.audit.rules import SYSTEM
from venue.seats.models import Pause

pytestmark = [pytest.mark.race, meeting]


@pytest.fixture
def lessons(db_session, town):
    """林晓 and 陈敏 have seats in the painting course; 陈敏 came to three lessons so far."""
    pool = make.pool_of(db_session, town.painting)
    for person in (town.lin_xiao, town.chen_min):
        make.enrollment(db_session, pool, person)
    lessons = town.painting.sessions[:3]
    for lesson in lessons:
        db_session.add(Roll(session_id=lesson.id, opened_at=lesson.starts_at))
        mark(db_session(), lesson, town.chen_min)
    db_session.commit()
    return lessons


def acts(lesson, *, over=False):
    return {"actor": SYSTEM, "now": lesson.ends_at if over else lesson.starts_at}


def mark(session, lesson, person):
    return arrive(session, lesson.id, person.id, way=Way.ROLL, **acts(lesson))


def tap(lesson, person):
    return act(arrive, lesson.id, person.id, way=Way.ROLL, **acts(lesson))


def closing(lesson):
    return act(close, lesson.id, **acts(lesson, over=True))


def on_roll(session, lesson):
    session.rollback()
    return session.scalar(select(func.count()).where(Attendance.session_id == lesson.id))


def test_two_who_tap_the_same_row_mark_one_person(db_session, town, lessons, meet):
    answers = meet(tap(lessons[0], town.lin_xiao), tap(lessons[0], town.lin_xiao))

    assert answers == (Marked(town.lin_xiao.id), Marked(town.lin_xiao.id))
    assert on_roll(db_session, lessons[0]) == 2


def test_whoever_is_tapped_while_the_roll_is_closed_is_there_or_missing_never_both(
    db_session, town, lessons, meet
):
    closed, late = meet(closing(lessons[0]), tap(lessons[0], town.lin_xiao))

    assert closed == RollClosed(missed=1, paused=0)
    assert isinstance(late, AlreadyClosed)
    assert on_roll(db_session, lessons[0]) == 2


def test_two_who_close_one_roll_close_it_once(db_session, town, lessons, meet):
    answers = meet(closing(lessons[0]), closing(lessons[0]))

    assert answers == (RollClosed(missed=1, paused=0),) * 2
    assert on_roll(db_session, lessons[0]) == 2


def test_two_rolls_that_are_closed_at_once_add_up_to_a_pause(db_session, town, lessons, meet):
    close(db_session(), lessons[0].id, **acts(lessons[0], over=True))
    db_session.commit()

    meet(closing(lessons[1]), closing(lessons[2]))

    db_session.rollback()
    paused = db_session.scalars(select(Pause.person_id)).all()
    assert paused == [town.lin_xiao.id]


def test_two_who_count_a_walk_in_each_have_counted_two(db_session, town, lessons, meet):
    one_more = act(count_walk_ins, lessons[0].id, 1, **acts(lessons[0]))

    assert meet(one_more, one_more) == (Counted(1), Counted(2))
    db_session.rollback()
    roll = db_session.get_one(Roll, lessons[0].id, populate_existing=True)
    assert roll.walk_ins == 2


def test_the_last_seat_of_the_door_goes_to_one_of_two(db_session, town, lessons, meet):
    town.painting.walk_in_seats = 1
    db_session.commit()
    one_more = act(count_walk_ins, lessons[0].id, 1, **acts(lessons[0]))

    assert meet(one_more, one_more) == (Counted(1), NoWalkInSeat(1))
    db_session.rollback()
    assert db_session.get_one(Roll, lessons[0].id, populate_existing=True).walk_ins == 1
