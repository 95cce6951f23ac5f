"""Codes of a session: good ones, and all that somebody might try instead."""

from __future__ import annotations

from datetime import date, timedelta

from venue import clock as venue_clock
from venue.attendance.checking_in import (
    CheckedIn,
    CheckInOver,
    WrongCode,
    check_in,
    session_with_code,
)
from venue.attendance.codes import check_in_key, is_code, is_token, screen_code, sheet_code
from venue.attendance.models import Attendance
from venue.attendance.outcomes import NoSeat
from venue.attendance.rules import NotYet, Way
from venue.timeline.local_time import local_date

KEY = check_in_key("the secret of an installation")
FIVE = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def screen(lesson, ago=timedelta()):
    return screen_code(KEY, lesson.id, FIVE, venue_clock.now() - ago)


def use(roll, number, token, *people):
    return roll.do(check_in, number, [one.id for one in people], token, key=KEY)


def test_people_with_a_seat_mark_themselves_on_either_code(roll):
    lesson = roll.at(0, -30 * MINUTE)
    sheet = sheet_code(KEY, lesson.id, local_date(lesson.starts_at))

    assert use(roll, 0, screen(lesson).token, roll.town.lin_xiao) == CheckedIn(
        (roll.town.lin_xiao.id,)
    )
    assert use(roll, 0, sheet.token, roll.town.lin_xiao, roll.town.chen_min) == CheckedIn(
        (roll.town.lin_xiao.id, roll.town.chen_min.id)
    )
    assert {one.way for one in roll.session.query(Attendance)} == {Way.CODE}
    assert roll.session.query(Attendance).count() == 2


def test_a_code_works_while_it_is_shown_and_once_as_long_again(roll):
    lesson = roll.at(0)
    shown = screen(lesson)
    roll.clock.set(shown.until - timedelta(seconds=1))
    assert is_token(KEY, lesson.id, shown.token, lifetime=FIVE, now=venue_clock.now())
    assert is_code(KEY, lesson.id, shown.digits, lifetime=FIVE, now=venue_clock.now())
    roll.clock.set(shown.until)
    assert not is_token(KEY, lesson.id, shown.token, lifetime=FIVE, now=venue_clock.now())


def attempts(lesson, other):
    """Return what somebody might try instead of a good code, by what it is."""
    elsewhere = screen_code(check_in_key("another secret"), lesson.id, FIVE, venue_clock.now())
    return {
        "expired": screen(lesson, 3 * FIVE).token,
        "of another session": screen(other).token,
        "short, in an address": screen(lesson).digits,
        "yesterday's sheet": sheet_code(KEY, lesson.id, date(2026, 9, 21)).token,
        "of another key": elsewhere.token,
        "nothing": "",
        "zeros": "0" * 20,
        "no ASCII": "码" * 20,
    }


def test_nothing_else_marks_anybody(roll):
    lesson = roll.at(0)
    tried = attempts(lesson, roll.lessons[1])
    outcomes = {what: use(roll, 0, token, roll.town.lin_xiao) for what, token in tried.items()}
    assert outcomes == dict.fromkeys(tried, WrongCode())
    assert roll.session.query(Attendance).count() == 0


def test_a_code_marks_everybody_or_nobody(roll):
    lesson = roll.at(0)
    family = (roll.town.lin_xiao, roll.town.he_jing)
    assert use(roll, 0, screen(lesson).token, *family) == NoSeat()
    assert roll.session.query(Attendance).count() == 0


def test_a_code_opens_nothing_before_the_doors_do_and_after_the_end(roll):
    lesson = roll.at(0, -31 * MINUTE)
    assert isinstance(use(roll, 0, screen(lesson).token, roll.town.lin_xiao), NotYet)
    roll.clock.set(lesson.ends_at)
    assert isinstance(use(roll, 0, screen(lesson).token, roll.town.lin_xiao), CheckInOver)


def test_the_short_code_finds_its_session_while_it_is_on(roll):
    lesson = roll.at(0)
    digits = screen(lesson).digits

    def found():
        return session_with_code(roll.session, digits, key=KEY, now=venue_clock.now())

    assert found() is lesson
    roll.clock.advance(2 * FIVE)
    assert found() is None
