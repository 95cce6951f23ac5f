"""Changing, calling off and completing a whole series: rooms, entries and one message each."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.changes.adding import add_dates
from venue.changes.ending import cancel_rest
from venue.changes.moving import move_session
from venue.changes.outcomes import CancelledFor, NothingToChange, Rescheduled
from venue.changes.replanning import SeriesChange
from venue.changes.rescheduling import By, reschedule_series
from venue.notifications.models import Message
from venue.places.models import CalendarDay, RoomBooking
from venue.places.rules import BookingStatus, DayKind
from venue.programs.entering import SeriesBlocked
from venue.programs.models import ScheduledSession, SeriesPattern, SkippedDate
from venue.programs.rules import Books, DaysFollowed, Slot
from venue.programs.scheduling import Choices, SeriesPlan, schedule_series
from venue.seats.models import SeatPool
from venue.seats.opening import open_session_pools
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local, local_date
from venue.timeline.recurrence import WeeklyPattern

FIRST = date(2026, 9, 22)
TUESDAYS = [FIRST + timedelta(weeks=week) for week in range(8)]
EVENING = (time(18, 30), time(20))


@pytest.fixture
def town(db_session):
    return make.build(db_session)


def scheduled(session, town, choices=None, **facts):
    """Schedule a course on eight Tuesdays in the classroom; 林晓 has a seat in it."""
    program = make.program(session, town.wutongli, "书法", **facts)
    plan = SeriesPlan(
        WeeklyPattern(FIRST, frozenset({2}), count=8),
        *EVENING,
        town.classroom.id,
        follows=DaysFollowed.ORDINARY,
    )
    made = schedule_series(
        session,
        program.id,
        plan,
        choices=choices or Choices(),
        override=None,
        actor=SYSTEM,
        now=venue_clock.now(),
    )
    assert isinstance(made, list)
    if facts.get("books") is Books.SESSION:
        open_session_pools(session, made, 10)
    else:
        make.enrollment(session, make.seats(session, program, 10), town.lin_xiao)
    session.commit()
    return program


@pytest.fixture
def course(db_session, town):
    return scheduled(db_session, town)


def pattern_of(session, program):
    return session.scalars(
        select(SeriesPattern)
        .where(SeriesPattern.program_id == program.id)
        .order_by(SeriesPattern.id)
    ).all()


def sessions_of(session, program):
    session.expire_all()
    return session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.program_id == program.id)
        .order_by(ScheduledSession.starts_at)
    ).all()


def change(session, program, from_on, *, wanted=None, reason="", **facts):
    kept = pattern_of(session, program)[-1]
    as_it_is = {
        "shift_days": 0,
        "starts_time": kept.starts_time,
        "ends_time": kept.ends_time,
        "room_id": kept.room_id,
    }
    by = By(SYSTEM, venue_clock.now())
    wish = SeriesChange(from_on=from_on, **{**as_it_is, **facts})
    return reschedule_series(session, kept.id, wish, wanted=wanted, reason=reason, by=by)


def told(session, person):
    return session.scalars(select(Message).where(Message.person_id == person.id)).all()


def test_this_and_later_move_to_another_day_and_room_with_one_message(db_session, town, course):
    uids = dict(db_session.execute(select(CalendarEntry.key, CalendarEntry.sequence)).all())
    room = make.room(db_session, town.wutongli, "书法室", 12)

    outcome = change(
        db_session,
        course,
        TUESDAYS[3],
        shift_days=1,
        starts_time=time(19),
        ends_time=time(21),
        room_id=room.id,
    )

    assert outcome == Rescheduled(5, 0, 0, 1)
    sessions = sessions_of(db_session, course)
    assert [local_date(one.starts_at) for one in sessions] == [
        *TUESDAYS[:3],
        *(on + timedelta(days=1) for on in TUESDAYS[3:]),
    ]
    for one in sessions[3:]:
        (link,) = one.rooms
        assert (link.booking.room_id, link.booking.use) == (
            room.id,
            Interval(one.starts_at, one.ends_at),
        )
        assert local(one.starts_at).time() == time(19)
    first, second = pattern_of(db_session, course)
    assert (first.until_on, first.count) == (TUESDAYS[3] - timedelta(days=1), None)
    assert (second.starts_on, second.weekdays) == (TUESDAYS[3] + timedelta(days=1), "3")
    assert [one.pattern_id for one in sessions] == [first.id] * 3 + [second.id] * 5
    assert [one.pattern_on for one in sessions] == [local_date(one.starts_at) for one in sessions]
    after = dict(db_session.execute(select(CalendarEntry.key, CalendarEntry.sequence)).all())
    assert after.keys() == uids.keys()
    grown = [after[f"session-{one.id}"] - uids[f"session-{one.id}"] for one in sessions]
    assert grown == [0] * 3 + [1] * 5
    (message,) = told(db_session, town.lin_xiao)
    assert message.parameters["changed"] == 5
    assert message.parameters["place"] == "书法室"


def test_a_series_may_shift_onto_its_own_dates(db_session, course):
    outcome = change(db_session, course, FIRST, shift_days=1, starts_time=time(17))
    assert isinstance(outcome, Rescheduled)
    again = change(
        db_session,
        course,
        FIRST + timedelta(days=1),
        starts_time=time(18),
        ends_time=time(19, 30),
    )
    assert isinstance(again, Rescheduled)
    (kept,) = pattern_of(db_session, course)
    assert (kept.weekdays, kept.starts_time) == ("3", time(18))
    assert {one.moved_from_at for one in sessions_of(db_session, course)} == {
        instant(on, EVENING[0]) for on in TUESDAYS
    }


def test_nothing_past_changes(db_session, course, clock):
    clock.set(instant(TUESDAYS[2], time(19)))

    outcome = change(db_session, course, FIRST, starts_time=time(18))

    assert outcome == Rescheduled(5, 0, 0, 1)
    starts = [local(one.starts_at).time() for one in sessions_of(db_session, course)]
    assert starts == [time(18, 30)] * 3 + [time(18)] * 5


def test_no_date_moves_into_the_past(db_session, course, clock):
    clock.set(instant(FIRST, time(18)))
    outcome = change(db_session, course, FIRST, starts_time=time(9), ends_time=time(10))
    assert outcome == SeriesBlocked((FIRST,))


def test_a_clash_on_one_date_changes_none_unless_it_stays_as_it_is(db_session, town, course):
    busy = TUESDAYS[4] + timedelta(days=1)
    make.lesson(
        db_session, make.program(db_session, town.wutongli, "合唱"), busy, room=town.classroom
    )
    db_session.commit()

    outcome = change(db_session, course, FIRST, shift_days=1)

    assert outcome == SeriesBlocked((busy,))
    assert [local_date(one.starts_at) for one in sessions_of(db_session, course)] == TUESDAYS
    wanted = frozenset(on + timedelta(days=1) for on in TUESDAYS) - {busy}
    assert change(db_session, course, FIRST, shift_days=1, wanted=wanted).changed == 7
    days = [local_date(one.starts_at) for one in sessions_of(db_session, course)]
    assert TUESDAYS[4] in days
    assert busy not in days


def test_a_clash_leaves_the_sessions_behind_a_new_end_alone(db_session, town, course):
    busy = TUESDAYS[4] + timedelta(days=1)
    other = make.program(db_session, town.wutongli, "合唱")
    make.lesson(db_session, other, busy, room=town.classroom)
    db_session.commit()
    shorter = {"shift_days": 1, "until_on": TUESDAYS[6], "reason": "老师休假"}
    assert change(db_session, course, FIRST, **shorter) == SeriesBlocked((busy,))
    assert all(one.cancelled_at is None for one in sessions_of(db_session, course))
    assert told(db_session, town.lin_xiao) == []


def test_a_session_that_was_moved_by_itself_stays_where_it_is(db_session, town, course):
    alone = sessions_of(db_session, course)[1]
    own = Interval(instant(date(2026, 10, 1), time(9)), instant(date(2026, 10, 1), time(10)))
    move_session(
        db_session,
        alone.id,
        interval=own,
        room_id=town.classroom.id,
        override=None,
        actor=SYSTEM,
        now=venue_clock.now(),
    )

    assert change(db_session, course, FIRST, shift_days=1).changed == 7

    db_session.expire_all()
    assert Interval(alone.starts_at, alone.ends_at) == own


def test_a_new_end_cancels_or_adds_and_keeps_one_series(db_session, town, course):
    outcome = change(db_session, course, FIRST, until_on=TUESDAYS[5], reason="老师休假")
    assert outcome == Rescheduled(0, 0, 2, 1)
    outcome = change(db_session, course, TUESDAYS[1], count=8)
    assert (outcome.added, outcome.people) == (1, 1)
    (kept,) = pattern_of(db_session, course)
    assert kept.until_on == TUESDAYS[7] + timedelta(weeks=1)
    sessions = sessions_of(db_session, course)
    assert [one.cancelled_at is not None for one in sessions] == [False] * 6 + [True] * 2 + [False]
    assert [len(told(db_session, town.lin_xiao))] == [2]
    first, second = told(db_session, town.lin_xiao)
    assert (first.parameters["cancelled"], first.parameters["reason"]) == (2, "老师休假")
    assert second.parameters["added"] == 1


def test_an_extension_follows_the_days_that_the_series_follows(db_session, course):
    after = [TUESDAYS[7] + timedelta(weeks=week) for week in (1, 2, 3)]
    db_session.add(CalendarDay(day_on=after[1], kind=DayKind.HOLIDAY, name="元旦"))
    db_session.commit()
    assert change(db_session, course, FIRST, count=10).added == 2
    days = [local_date(one.starts_at) for one in sessions_of(db_session, course)]
    assert days == [*TUESDAYS, after[0], after[2]]


def test_new_dates_have_the_seats_of_the_others(db_session, town):
    club = scheduled(db_session, town, books=Books.SESSION)
    assert change(db_session, club, FIRST, count=10).added == 2
    capacities = db_session.scalars(
        select(SeatPool.capacity)
        .join(SeatPool.session)
        .where(ScheduledSession.program_id == club.id)
    ).all()
    assert capacities == [10] * 10


def test_who_booked_single_dates_hears_of_those_alone(db_session, town):
    club = scheduled(db_session, town, books=Books.SESSION)
    sessions = sessions_of(db_session, club)
    pools = [
        db_session.scalars(select(SeatPool).where(SeatPool.session_id == one.id)).one()
        for one in sessions
    ]
    for pool in pools[2:4]:
        make.enrollment(db_session, pool, town.lin_xiao)
    make.enrollment(db_session, pools[0], town.chen_min)
    db_session.commit()

    assert change(db_session, club, TUESDAYS[1], starts_time=time(18)).people == 1

    (message,) = told(db_session, town.lin_xiao)
    assert message.parameters["changed"] == 2
    assert message.parameters["from_at"] == instant(TUESDAYS[2], EVENING[0]).isoformat()
    assert told(db_session, town.chen_min) == []


def test_a_teacher_who_also_booked_a_date_gets_one_message(db_session, town):
    club = scheduled(db_session, town, books=Books.SESSION, teacher=town.teacher_gu)
    pool = db_session.scalars(
        select(SeatPool).where(SeatPool.session_id == sessions_of(db_session, club)[2].id)
    ).one()
    make.enrollment(db_session, pool, town.teacher_gu)
    db_session.commit()
    assert change(db_session, club, FIRST, starts_time=time(18)).people == 1
    (message,) = told(db_session, town.teacher_gu)
    assert message.parameters["changed"] == 8


def test_a_series_of_two_weekdays_may_shift_from_one_onto_the_other(db_session, town):
    program = make.program(db_session, town.wutongli, "双周双日")
    plan = SeriesPlan(WeeklyPattern(FIRST, frozenset({2, 4}), count=6), *EVENING, town.classroom.id)
    schedule_series(
        db_session, program.id, plan, override=None, actor=SYSTEM, now=venue_clock.now()
    )
    db_session.commit()
    before = [one.pattern_on for one in sessions_of(db_session, program)]
    for shift in (2, -2):
        from_on = sessions_of(db_session, program)[0].pattern_on
        assert change(db_session, program, from_on, shift_days=shift).changed == 6
        days = [local_date(one.starts_at) for one in sessions_of(db_session, program)]
        assert [one.pattern_on for one in sessions_of(db_session, program)] == days
        (kept,) = pattern_of(db_session, program)
        assert kept.weekdays == ("46" if shift == 2 else "24")
    assert days == before


def test_the_rest_is_cancelled_with_one_message(db_session, town, course):
    kept = pattern_of(db_session, course)[0]
    by = By(SYSTEM, venue_clock.now())

    assert cancel_rest(db_session, kept.id, TUESDAYS[6], reason="停电", by=by) == CancelledFor(1)

    sessions = sessions_of(db_session, course)
    assert [one.cancel_reason for one in sessions] == [None] * 6 + ["停电"] * 2
    held = db_session.scalar(
        select(func.count())
        .select_from(RoomBooking)
        .where(RoomBooking.room_id == town.classroom.id, RoomBooking.status == BookingStatus.HELD)
    )
    assert held == 6
    (message,) = told(db_session, town.lin_xiao)
    assert message.parameters["cancelled"] == 2
    again = cancel_rest(db_session, kept.id, TUESDAYS[6], reason="停电", by=by)
    assert again == NothingToChange()


def test_a_dropped_date_is_kept_with_its_reason_and_added_later(db_session, town):
    choices = Choices(frozenset(TUESDAYS) - {TUESDAYS[2]}, reasons={TUESDAYS[2]: "老师出差"})
    course = scheduled(db_session, town, choices)
    (kept,) = pattern_of(db_session, course)
    assert [(one.day_on, one.reason) for one in kept.skipped] == [(TUESDAYS[2], "老师出差")]
    assert len(sessions_of(db_session, course)) == 7
    elsewhere = Slot(TUESDAYS[2] + timedelta(days=2), time(9), time(10), town.classroom.id)
    wish = Choices(frozenset({TUESDAYS[2]}), moved={TUESDAYS[2]: elsewhere})

    outcome = add_dates(db_session, kept.id, wish, by=By(SYSTEM, venue_clock.now()))

    assert outcome == Rescheduled(0, 1, 0, 1)
    assert db_session.scalars(select(SkippedDate)).all() == []
    added = sessions_of(db_session, course)[2]
    assert (added.pattern_on, added.starts_at) == (TUESDAYS[2], elsewhere.interval.start)


def test_dropped_dates_go_along_when_the_series_is_split(db_session, town):
    choices = Choices(frozenset(TUESDAYS) - {TUESDAYS[5]}, reasons={TUESDAYS[5]: "老师出差"})
    course = scheduled(db_session, town, choices)
    change(db_session, course, TUESDAYS[3], shift_days=1)
    second = pattern_of(db_session, course)[1]
    assert [(one.pattern_id, one.day_on) for one in db_session.scalars(select(SkippedDate))] == [
        (second.id, TUESDAYS[5] + timedelta(days=1))
    ]


def test_a_change_of_seven_dates_takes_as_many_statements_as_one_of_three(
    db_session, town, count_queries
):
    course = scheduled(db_session, town)

    def sent(from_on, starts):
        db_session.expire_all()
        with count_queries() as statements:
            outcome = change(db_session, course, from_on, starts_time=starts)
        return outcome.changed, len(statements)

    three = sent(TUESDAYS[5], time(18))
    db_session.rollback()
    seven = sent(TUESDAYS[1], time(18))
    assert (three[0], seven[0]) == (3, 7)
    assert seven[1] == three[1]
