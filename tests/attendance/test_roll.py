"""Taking and closing a roll, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.attendance.closing import reopen, rolls_to_close
from venue.attendance.marking import count_walk_ins, undo, walk_in
from venue.attendance.models import Attendance, Roll
from venue.attendance.outcomes import (
    Counted,
    HasSeat,
    Marked,
    NeverTaken,
    NoSeat,
    NotToMakeUp,
    Reopened,
    RollClosed,
    Unmarked,
)
from venue.attendance.rules import AlreadyClosed, NotYet, NoWalkInSeat, StillOn, TooLate
from venue.audit.models import AuditEntry
from venue.notifications.rules import MessageKind
from venue.seats.pausing import missed_of, waive
from venue.seats.waitlist import withdraw

HOURS = timedelta(hours=1)


def audited(session, action):
    session.flush()
    return session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == action))


def test_a_tap_counts_once_and_can_be_undone(roll):
    person = roll.town.lin_xiao
    roll.at(0)

    assert roll.tap(0, person) == roll.tap(0, person) == Marked(person.id)
    assert audited(roll.session, "attendance.arrived") == 1
    assert roll.do(undo, 0, person.id) == roll.do(undo, 0, person.id) == Unmarked(person.id)
    assert audited(roll.session, "attendance.undone") == 1
    assert roll.session.scalar(select(func.count(Attendance.id))) == 0


def test_nobody_is_marked_a_week_early_nor_without_a_seat(roll):
    roll.at(0, timedelta(minutes=-31))
    assert isinstance(roll.tap(0, roll.town.lin_xiao), NotYet)
    roll.at(0)
    assert roll.tap(0, roll.town.he_jing) == NoSeat()


def test_walk_ins_are_marked_by_name_or_counted_without(roll):
    roll.at(0)
    assert roll.do(walk_in, 0, roll.town.he_jing.id) == Marked(roll.town.he_jing.id)
    assert roll.do(walk_in, 0, roll.town.lin_xiao.id) == Marked(roll.town.lin_xiao.id)
    assert roll.do(count_walk_ins, 0, 1) == Counted(1)
    assert roll.do(count_walk_ins, 0, 1) == Counted(2)
    assert roll.do(count_walk_ins, 0, -5) == Counted(0)
    rows = roll.session.execute(select(Attendance.person_id, Attendance.enrollment_id))
    seats = {row[0]: row[1] for row in rows}
    assert seats[roll.town.he_jing.id] is None
    assert seats[roll.town.lin_xiao.id] is not None


def test_closing_finds_who_missed_tells_them_and_answers_the_same_again(roll):
    roll.at(0)
    roll.tap(0, roll.town.lin_xiao)
    assert isinstance(roll.close(0), StillOn)
    roll.at(0, 2 * HOURS)

    assert roll.close(0) == roll.close(0) == RollClosed(missed=2, paused=0)
    assert roll.missing(0) == {"陈敏", "周文"}
    assert roll.told(roll.town.chen_min) == [MessageKind.MISSED]
    assert roll.told(roll.town.lin_xiao) == []
    assert isinstance(roll.tap(0, roll.town.chen_min), AlreadyClosed)
    assert audited(roll.session, "roll.closed") == 1


def test_a_roll_on_which_nobody_was_marked_makes_nobody_a_no_show(roll):
    roll.at(0, 2 * HOURS)
    assert roll.close(0) == NeverTaken()
    roll.tap(0, roll.town.lin_xiao)
    roll.do(undo, 0, roll.town.lin_xiao.id)
    assert roll.close(0) == NeverTaken()
    roll.clock.advance(30 * HOURS)
    assert rolls_to_close(roll.session, now=venue_clock.now()) == []


def test_who_withdrew_before_the_start_or_joined_after_it_missed_nothing(roll, db_session):
    town = roll.town
    pool = make.pool_of(db_session, town.painting)
    seat_of = {one.person_id: one.id for one in roll.session.scalars(select(make.Enrollment))}
    roll.at(0, -HOURS)
    withdraw(roll.session, seat_of[town.chen_min.id], **make.acts())
    roll.at(0, HOURS / 2)
    withdraw(roll.session, seat_of[town.zhou_wen.id], **make.acts())
    make.enrollment(db_session, pool, town.he_jing)
    roll.at(0, HOURS)
    roll.tap(0, town.lin_xiao)
    roll.at(0, 2 * HOURS)

    roll.close(0)

    assert roll.missing(0) == {"周文"}, "who gives a seat back in the lesson has left it empty"


def test_the_third_empty_seat_pauses_once_and_says_for_what(roll):
    town = roll.town
    assert roll.hold(0, town.lin_xiao).paused == 0
    assert roll.hold(1, town.lin_xiao, town.zhou_wen).paused == 0
    assert roll.hold(2, town.lin_xiao, town.zhou_wen) == RollClosed(missed=1, paused=1)

    (pause,) = roll.pauses()
    assert (pause.person_id, pause.center_id) == (town.chen_min.id, town.wutongli.id)
    assert pause.ends_at - pause.starts_at == timedelta(days=30)
    assert [one.session_id for one in missed_of(pause)] == [one.id for one in roll.lessons[:3]]
    assert roll.told(town.chen_min)[-1] is MessageKind.PAUSED

    assert roll.hold(3, town.lin_xiao).paused == 0, "what has led to a pause is spent"
    assert roll.hold(4, town.lin_xiao).paused == 1, "周文 for lessons 1, 4 and 5"
    assert {one.person_id for one in roll.pauses()} == {town.chen_min.id, town.zhou_wen.id}


def test_reopening_takes_back_the_pause_and_the_correction_counts(roll):
    town = roll.town
    for number in range(3):
        roll.hold(number, town.lin_xiao, town.zhou_wen)
    assert len(roll.pauses()) == 1
    roll.clock.advance(3 * HOURS)

    assert roll.do(reopen, 2, actor=roll.office) == Reopened(taken_back=1)
    assert roll.do(reopen, 2, actor=roll.office) == Reopened(taken_back=0)
    assert roll.pauses() == []
    assert roll.missing(2) == set()
    assert roll.told(town.chen_min)[-1] is MessageKind.PAUSE_TAKEN_BACK

    roll.tap(2, town.chen_min)
    assert roll.close(2) == RollClosed(missed=0, paused=0)
    assert roll.hold(3, town.lin_xiao, town.zhou_wen).paused == 1, "the third one after all"


def test_reopening_leaves_a_pause_that_was_waived_as_it_is(roll):
    town = roll.town
    for number in range(3):
        roll.hold(number, town.lin_xiao, town.zhou_wen)
    (pause,) = roll.pauses()
    waive(roll.session, pause.id, "看过证明", **make.acts())

    assert roll.do(reopen, 2, actor=roll.office) == Reopened(taken_back=0)
    assert roll.pauses() == [pause]


def test_a_roll_is_opened_again_within_a_day_only(roll):
    roll.hold(0, roll.town.lin_xiao)
    roll.clock.advance(timedelta(hours=25))
    assert isinstance(roll.do(reopen, 0), TooLate)


def test_a_roll_closes_by_itself_a_day_after_the_end_or_after_it_was_opened_again(roll):
    def due():
        return list(rolls_to_close(roll.session, now=venue_clock.now()))

    first = roll.at(0)
    roll.tap(0, roll.town.lin_xiao)
    roll.clock.set(first.ends_at + 24 * HOURS - timedelta(minutes=1))
    assert due() == []
    roll.clock.set(first.ends_at + 24 * HOURS)
    assert due() == [first.id]
    roll.close(0)
    roll.do(reopen, 0)
    roll.clock.advance(23 * HOURS)
    assert due() == []
    roll.clock.advance(HOURS)
    assert due() == [first.id]


def test_a_missed_lesson_is_made_up_once_where_its_teacher_says_so(roll):
    town = roll.town
    other = make.course(roll.session, town.wutongli, "周末国画", teacher=town.teacher_gu, lessons=2)
    strange = make.course(roll.session, town.wutongli, "合唱", lessons=1)
    roll.hold(0, town.lin_xiao)
    missed, here = roll.lessons[0].id, [one.id for one in other.sessions]
    roll.clock.set(other.sessions[1].starts_at)

    def make_up(session_id, person, lesson):
        return walk_in(roll.session, session_id, person.id, makes_up_id=lesson, **make.acts())

    chen = town.chen_min
    assert make_up(strange.sessions[0].id, chen, missed) == NotToMakeUp(), "another teacher's"
    assert make_up(here[0], town.lin_xiao, missed) == NotToMakeUp(), "she was there"
    assert make_up(roll.lessons[1].id, chen, missed) == HasSeat()
    assert make_up(here[0], chen, missed) == Marked(chen.id)
    assert make_up(here[0], chen, missed) == Marked(chen.id)
    assert make_up(here[1], chen, missed) == NotToMakeUp(), "made up already"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_closing_asks_as_much_for_many_as_for_few(roll, db_session, count_queries):
    def sent(number):
        roll.at(number, 2 * HOURS)
        roll.tap(number, roll.town.lin_xiao)
        with count_queries() as statements:
            roll.close(number)
        return len(statements)

    few = sent(0)
    pool = make.pool_of(db_session, roll.town.painting)
    for person in make.crowd(db_session, 20):
        make.enrollment(db_session, pool, person)
    assert sent(1) == few


def test_seats_of_the_door_are_given_to_whoever_comes_until_they_are_gone(roll):
    roll.town.painting.walk_in_seats = 2
    roll.at(0)
    assert roll.do(count_walk_ins, 0, 1) == Counted(1)
    assert roll.do(walk_in, 0, roll.town.he_jing.id) == Marked(roll.town.he_jing.id)
    assert roll.do(count_walk_ins, 0, 1) == NoWalkInSeat(2)
    assert roll.do(walk_in, 0, roll.town.xiao_he.id) == NoWalkInSeat(2)

    assert roll.do(walk_in, 0, roll.town.he_jing.id) == Marked(roll.town.he_jing.id)
    assert roll.tap(0, roll.town.lin_xiao) == Marked(roll.town.lin_xiao.id)
    assert roll.do(count_walk_ins, 0, -1) == Counted(0)
    assert roll.do(count_walk_ins, 0, 1) == Counted(1)


def test_the_database_gives_away_no_seat_of_the_door_twice(roll):
    lesson = roll.at(0)
    roll.town.painting.walk_in_seats = 1
    roll.do(count_walk_ins, 0, 1)
    with pytest.raises(IntegrityError, match="walk_in_seats"):
        roll.session.execute(
            update(Roll).where(Roll.session_id == lesson.id).values(walk_ins=Roll.walk_ins + 1)
        )
