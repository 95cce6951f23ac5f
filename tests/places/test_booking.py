"""Holding, moving and releasing rooms, on both databases, which themselves refuse an overlap."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.places.booking import (
    Blocked,
    Label,
    Move,
    RoomWish,
    confirm,
    find_conflicts,
    hold,
    move,
    release,
)
from venue.places.models import CalendarDay, Closure, RoomBooking
from venue.places.rules import (
    BookingStatus,
    Category,
    ClosedFor,
    DayKind,
    NotInUse,
    OutsideHours,
    Overlap,
    TooLong,
    TooManyPeople,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

DAY = date(2026, 9, 17)


def span(start: str, end: str, on: date = DAY) -> Interval:
    return Interval(instant(on, time.fromisoformat(start)), instant(on, time.fromisoformat(end)))


@pytest.fixture
def room(db_session):
    center = make.center(db_session, make.district(db_session))
    return make.room(db_session, center, "国画室", 25)


def hold_one(session, room, interval, **facts):
    given = {"label": None, "override": None, "actor": SYSTEM, "now": venue_clock.now(), **facts}
    return hold(session, [RoomWish(room.id, interval, given.pop("people", None))], **given)


def test_a_free_room_is_held_and_the_act_is_recorded(db_session, room):
    label = Label(Category.MEETING, "业委会协商会")

    held = hold_one(db_session, room, span("14:00", "16:00"), label=label)

    assert [(one.status, one.category, one.purpose) for one in held] == [
        (BookingStatus.HELD, Category.MEETING, "业委会协商会")
    ]
    entry = db_session.scalars(select(AuditEntry)).one()
    assert entry.facts == {"room_id": room.id, "override": None}


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("13:00", "14:00", True),
        ("13:00", "14:01", False),
        ("14:30", "15:00", False),
        ("13:00", "17:00", False),
        ("15:59", "17:00", False),
        ("16:00", "17:00", True),
    ],
)
def test_what_overlaps_is_blocked_and_back_to_back_is_not(db_session, room, start, end, free):
    hold_one(db_session, room, span("14:00", "16:00"))

    outcome = hold_one(db_session, room, span(start, end))

    assert isinstance(outcome, Blocked) is not free
    if not free:
        assert isinstance(outcome.conflicts[0][0], Overlap)


def test_a_pending_booking_holds_its_room_and_a_released_one_does_not(db_session, room):
    (booking,) = hold_one(db_session, room, span("14:00", "16:00"))
    booking.status = BookingStatus.PENDING
    db_session.flush()
    assert isinstance(hold_one(db_session, room, span("15:00", "17:00")), Blocked)

    release(db_session, [booking], actor=SYSTEM, now=venue_clock.now())

    assert not isinstance(hold_one(db_session, room, span("15:00", "17:00")), Blocked)


def test_outside_hours_says_when_the_room_is_open(db_session, room):
    outcome = hold_one(db_session, room, span("20:30", "21:30"))

    assert outcome == Blocked(((OutsideHours((span("08:30", "21:00"),)),),))


def test_a_stretch_over_two_layers_that_touch_is_open(db_session, room):
    assert not isinstance(hold_one(db_session, room, span("16:00", "18:00")), Blocked)


def test_a_closure_gives_its_reason(db_session, room):
    closure = span("00:00", "12:00")
    db_session.add(
        Closure(
            center_id=room.center_id,
            starts_at=closure.start,
            ends_at=closure.end,
            reason="停电检修",
        )
    )
    db_session.flush()

    outcome = hold_one(db_session, room, span("11:00", "13:00"))

    assert outcome == Blocked(((ClosedFor("停电检修"),),))


def test_a_holiday_without_duty_hours_is_closed(db_session, room):
    db_session.add(CalendarDay(day_on=DAY, kind=DayKind.HOLIDAY, name="中秋节"))
    db_session.flush()

    assert hold_one(db_session, room, span("10:00", "11:00")) == Blocked(((OutsideHours(()),),))


def test_more_people_than_the_room_holds_are_refused(db_session, room):
    outcome = hold_one(db_session, room, span("10:00", "11:00"), people=26)

    assert outcome == Blocked(((TooManyPeople(25),),))


def test_staff_may_go_beyond_hours_with_a_reason_but_never_over_somebody(db_session, room):
    late = span("20:30", "21:30")
    assert not isinstance(hold_one(db_session, room, late, override="元宵晚会"), Blocked)
    assert isinstance(hold_one(db_session, room, late, override="元宵晚会"), Blocked)


def test_a_series_is_held_whole_or_not_at_all(db_session, room):
    hold_one(db_session, room, span("10:00", "11:00", DAY + timedelta(weeks=2)))
    weeks = [span("10:30", "11:30", DAY + timedelta(weeks=week)) for week in range(4)]

    outcome = hold(
        db_session,
        [RoomWish(room.id, one) for one in weeks],
        label=None,
        override=None,
        actor=SYSTEM,
        now=venue_clock.now(),
    )

    assert [bool(reasons) for reasons in outcome.conflicts] == [False, False, True, False]
    assert len(db_session.scalars(select(RoomBooking)).all()) == 1


def test_wishes_of_one_call_are_held_against_each_other(db_session, room):
    wishes = [RoomWish(room.id, span("10:00", "11:00")), RoomWish(room.id, span("10:30", "11:30"))]

    assert [len(reasons) for reasons in find_conflicts(db_session, wishes)] == [0, 1]


def test_a_series_shifts_onto_its_own_dates(db_session, room):
    wishes = [RoomWish(room.id, span("10:00", "11:00", DAY + timedelta(days=n))) for n in range(3)]
    facts = {"label": None, "override": None, "actor": SYSTEM, "now": venue_clock.now()}
    held = hold(db_session, wishes, **facts)
    later = [
        RoomWish(room.id, span("10:30", "11:30", DAY + timedelta(days=n + 1))) for n in range(3)
    ]

    moves = [Move(one.id, wish) for one, wish in zip(held, later, strict=True)]
    assert move(db_session, moves, override=None) is None

    db_session.expire_all()
    stands = db_session.scalars(select(RoomBooking).order_by(RoomBooking.id)).all()
    assert [one.id for one in stands] == [one.id for one in held]
    assert [one.starts_at for one in stands] == [wish.interval.start for wish in later]
    assert {one.status for one in stands} == {BookingStatus.HELD}


def test_a_move_onto_somebody_changes_nothing(db_session, room):
    (mine,) = hold_one(db_session, room, span("10:00", "11:00"))
    hold_one(db_session, room, span("12:00", "13:00"))

    outcome = move(
        db_session, [Move(mine.id, RoomWish(room.id, span("12:30", "13:30")))], override=None
    )

    assert isinstance(outcome, Blocked)
    db_session.expire_all()
    assert db_session.get_one(RoomBooking, mine.id).starts_at == span("10:00", "11:00").start


@pytest.mark.parametrize("status", [BookingStatus.HELD, BookingStatus.PENDING])
def test_the_database_itself_refuses_an_overlap(db_session, room, status):
    def row(start: datetime, end: datetime) -> RoomBooking:
        return RoomBooking(room_id=room.id, status=status, starts_at=start, ends_at=end)

    one = span("10:00", "11:00")
    db_session.add(row(one.start, one.end))
    db_session.flush()
    db_session.add(row(one.end, one.end + timedelta(hours=1)))
    db_session.flush()
    db_session.add(row(one.start + timedelta(minutes=59), one.end + timedelta(minutes=30)))
    with pytest.raises(IntegrityError, match="ex_room_booking_overlap"):
        db_session.flush()


def test_the_database_itself_refuses_an_update_into_an_overlap(db_session, room):
    (one,) = hold_one(db_session, room, span("10:00", "11:00"))
    (two,) = hold_one(db_session, room, span("11:00", "12:00"))
    two.starts_at = one.starts_at
    with pytest.raises(IntegrityError, match="ex_room_booking_overlap"):
        db_session.flush()


def test_a_room_that_is_closed_for_good_is_not_held_for_any_reason(db_session, room):
    room.retired_at = venue_clock.now()
    db_session.flush()

    assert hold_one(db_session, room, span("10:00", "11:00"), override="必须") == Blocked(
        ((NotInUse(),),)
    )


def test_a_booking_of_its_own_is_in_calendars_as_in_use_and_leaves_them_when_released(
    db_session, room
):
    label = Label(Category.MEETING, "业委会协商会")
    held = hold_one(db_session, room, span("14:00", "16:00"), label=label)

    entry = db_session.scalars(select(CalendarEntry)).one()
    assert (entry.key, entry.room_id) == (f"booking-{held[0].id}", room.id)
    assert "业委会协商会" in entry.vevent
    assert "业委会协商会" not in entry.public_vevent
    assert "已占用" in entry.public_vevent

    release(db_session, held, actor=SYSTEM, now=venue_clock.now())

    db_session.expire_all()
    assert entry.status is EntryStatus.CANCELLED


def test_a_booking_that_a_session_owns_has_no_entry_of_its_own(db_session, room):
    hold_one(db_session, room, span("14:00", "16:00"))

    assert db_session.scalars(select(CalendarEntry)).all() == []


@pytest.fixture
def kitchen(db_session, room):
    """A room that takes a quarter of an hour to set up and half an hour to clean."""
    kitchen = make.room(db_session, room.center, "爱心厨房", 20)
    kitchen.setup_minutes, kitchen.cleanup_minutes = 15, 30
    db_session.flush()
    return kitchen


def test_a_room_is_held_for_setting_up_and_cleaning_up_beside_its_use(db_session, kitchen):
    [held] = hold_one(db_session, kitchen, span("14:00", "16:00"))

    assert Interval(held.starts_at, held.ends_at) == span("13:45", "16:30")
    assert held.use == span("14:00", "16:00")


@pytest.mark.parametrize(
    ("start", "end", "free"),
    [
        ("12:00", "13:15", True),
        ("12:00", "13:16", False),
        ("16:30", "17:00", False),
        ("16:45", "17:30", True),
    ],
)
def test_the_next_use_begins_after_cleaning_up_and_setting_up(
    db_session, kitchen, start, end, free
):
    hold_one(db_session, kitchen, span("14:00", "16:00"))

    [found] = find_conflicts(db_session, [RoomWish(kitchen.id, span(start, end))])

    assert (found == ()) is free


def test_setting_up_lies_inside_the_open_hours(db_session, kitchen):
    too_early, in_time = find_conflicts(
        db_session,
        [
            RoomWish(kitchen.id, span("08:44", "09:00")),
            RoomWish(kitchen.id, span("09:45", "10:00")),
        ],
    )

    assert [type(reason) for reason in too_early] == [OutsideHours]
    assert in_time == ()


def test_a_move_takes_the_preparation_of_its_new_room(db_session, room, kitchen):
    [held] = hold_one(db_session, room, span("14:00", "16:00"))

    move(db_session, [Move(held.id, RoomWish(kitchen.id, span("10:00", "12:00")))], override=None)

    db_session.refresh(held)
    assert held.use == span("10:00", "12:00")
    assert Interval(held.starts_at, held.ends_at) == span("09:45", "12:30")


def test_a_booking_that_waits_for_approval_holds_its_room_also_after_a_move(db_session, room):
    [asked] = hold_one(db_session, room, span("14:00", "16:00"), status=BookingStatus.PENDING)

    move(db_session, [Move(asked.id, RoomWish(room.id, span("10:00", "12:00")))], override=None)

    db_session.refresh(asked)
    assert asked.status is BookingStatus.PENDING
    blocked = hold_one(db_session, room, span("11:00", "12:00"))
    assert isinstance(blocked, Blocked)
    confirm(db_session, [asked])
    db_session.refresh(asked)
    assert asked.status is BookingStatus.HELD


def test_a_week_is_the_longest_booking_and_no_reason_makes_it_longer(db_session, room):
    wanted = Interval(span("09:00", "10:00").start, span("09:01", "10:00").start)
    too_long = Interval(wanted.start, wanted.start + timedelta(days=7, minutes=1))
    week = Interval(wanted.start, wanted.start + timedelta(days=7))

    blocked = hold_one(db_session, room, too_long, override="装修")
    held = hold_one(db_session, room, week, override="装修")

    assert isinstance(blocked, Blocked)
    assert TooLong(timedelta(days=7)) in blocked.conflicts[0]
    assert len(held) == 1
    held[0].ends_at += timedelta(seconds=1)
    with pytest.raises(IntegrityError):
        db_session.flush()
