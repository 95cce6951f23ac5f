"""Closing with a decision for everything hit: all or nothing, and everybody concerned is told."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Channel
from venue.calendars.models import CalendarEntry
from venue.changes import closing
from venue.changes.adjusting import NewPlace
from venue.changes.closing import (
    CancelHit,
    ClosedAndResolved,
    ClosurePlan,
    LeaveHit,
    NoRoom,
    NotClosed,
    NotDecided,
    TooManyHits,
    close_and_resolve,
)
from venue.changes.hits import falling_outside, hits, hits_by_key
from venue.changes.outcomes import AlreadyOver
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.booking import Blocked
from venue.places.calendar import publish_bookings
from venue.places.models import Closure, RoomBooking
from venue.places.opening import load_hours
from venue.places.rules import (
    BookingStatus,
    Category,
    ClosedFor,
    Layer,
    OpeningFact,
    OutsideHours,
    Overlap,
)
from venue.reservations.models import Reservation
from venue.reservations.rules import ReservationEnding
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant

TUESDAY = date(2026, 9, 22)
WEDNESDAY = date(2026, 9, 23)


def at(hour: int, on: date = TUESDAY, minute: int = 0):
    return instant(on, time(hour, minute))


def hours(first: int, last: int, on: date = TUESDAY) -> Interval:
    return Interval(at(first, on), at(last, on))


def reservation(session, of: RoomBooking, who, people: int = 6) -> Reservation:
    made = Reservation(
        booking_id=of.id,
        person_id=who.id,
        people=people,
        contact_phone=who.phone,
        channel=Channel.ONLINE,
        requested_at=venue_clock.now(),
        requested_by_id=who.id,
    )
    session.add(made)
    session.flush()
    return made


@pytest.fixture
def town(session):
    """On Tuesday: painting with 林晓 in the studio, 周文's reservation and a meeting next door."""
    made = make.build(session)
    make.enrollment(session, make.pool_of(session, made.painting), made.lin_xiao)
    made.lesson = made.painting.sessions[0]
    made.hire = make.booking(
        session, made.classroom, at(14), at(16), "邻里聚会", category=Category.HIRE
    )
    made.reservation = reservation(session, made.hire, made.zhou_wen)
    made.meeting = make.booking(
        session, made.classroom, at(9), at(10), "网格员例会", category=Category.MEETING
    )
    publish_bookings(session, [made.hire, made.meeting], now=venue_clock.now())
    made.keys = [
        f"booking-{made.meeting.id}",
        f"booking-{made.hire.id}",
        f"session-{made.lesson.id}",
    ]
    session.commit()
    return made


def whole_day(room=None, on: date = TUESDAY) -> ClosurePlan:
    whole = Interval(day_start(on), day_start(on + timedelta(days=1)))
    return ClosurePlan(room.id if room is not None else None, whole, "检修电路")


def close(session, town, decisions, plan=None):
    outcome = close_and_resolve(
        session,
        town.wutongli.id,
        plan or whole_day(),
        decisions,
        actor=SYSTEM,
        now=venue_clock.now(),
    )
    session.commit()
    session.expire_all()
    return outcome


def told(session) -> dict[MessageKind, set[int]]:
    found: dict[MessageKind, set[int]] = {}
    for message in session.scalars(select(Message)):
        found.setdefault(message.kind, set()).add(message.person_id)
    return found


def count(session, kind) -> int:
    return session.scalar(select(func.count()).select_from(kind))


def test_what_a_closure_hits_is_listed_in_order_with_who_it_concerns(session, town):
    found = hits(session, town.wutongli.id, None, whole_day().interval)
    assert [hit.key for hit in found] == town.keys
    assert [(hit.title, hit.by, hit.people, hit.rooms) for hit in found] == [
        ("网格员例会", "", 0, ("多功能教室",)),
        ("邻里聚会", "周文", 1, ("多功能教室",)),
        ("零基础国画", "", 1, ("国画室",)),
    ]
    assert hits_by_key(session, town.wutongli.id, [*town.keys, "booking-x", "nonsense"]) == found
    assert hits_by_key(session, town.elsewhere.id, town.keys) == []
    of_room = hits(session, town.wutongli.id, town.studio.id, whole_day().interval)
    assert [hit.key for hit in of_room] == town.keys[2:]
    assert hits(session, town.wutongli.id, None, hours(10, 14)) == []


def test_a_closure_hits_what_only_sets_up_in_it(session, town):
    town.meeting.setup_minutes = 30
    town.meeting.starts_at = at(8, minute=30)
    session.commit()
    assert len(hits(session, town.wutongli.id, None, Interval(at(8), at(8, minute=45)))) == 1


def test_a_closure_hits_what_began_before_it_even_days_ago(session, town):
    midst = Interval(at(9, minute=15), at(9, minute=30))
    assert [hit.key for hit in hits(session, town.wutongli.id, None, midst)] == town.keys[:1]
    fair = make.booking(
        session, town.mediation, at(8, TUESDAY - timedelta(days=6)), at(8, WEDNESDAY), "展览"
    )
    session.commit()
    found = hits(session, town.wutongli.id, town.mediation.id, midst)
    assert [hit.key for hit in found] == [f"booking-{fair.id}"]


def test_a_session_without_a_room_is_hit_by_a_closure_of_the_center_alone(session, town):
    walk = make.lesson(session, make.program(session, town.wutongli, "健步走"), WEDNESDAY)
    session.commit()
    whole = whole_day(on=WEDNESDAY).interval
    assert [hit.key for hit in hits(session, town.wutongli.id, None, whole)] == [
        f"session-{walk.id}"
    ]
    assert hits(session, town.wutongli.id, town.studio.id, whole) == []


def test_a_neighbors_session_in_a_room_of_the_center_is_hit(session, town):
    theirs = make.program(session, town.elsewhere, "河湾合唱")
    lesson = make.lesson(session, theirs, WEDNESDAY, room=town.classroom)
    elsewhere = make.room(session, town.elsewhere, "舞蹈室")
    away = make.program(session, town.wutongli, "外出排练")
    make.lesson(session, away, WEDNESDAY, room=elsewhere)
    session.commit()
    whole = whole_day(on=WEDNESDAY).interval
    assert [hit.key for hit in hits(session, town.wutongli.id, None, whole)] == [
        f"session-{lesson.id}"
    ]


def test_nothing_is_written_before_everything_is_decided(session, town):
    meeting, hire, lesson = town.keys
    outcome = close(session, town, {meeting: CancelHit("检修电路"), hire: LeaveHit("")})
    assert isinstance(outcome, NotClosed)
    assert [hit.key for hit in outcome.hits] == town.keys
    assert outcome.problems == {hire: NotDecided(), lesson: NotDecided()}
    assert count(session, Closure) == 0
    assert told(session) == {}
    assert town.meeting.status is BookingStatus.HELD


def test_each_thing_hit_is_cancelled_moved_or_left_in_one_act(session, town):
    meeting, hire, lesson = town.keys
    outcome = close(
        session,
        town,
        {
            meeting: LeaveHit("在门厅开，不用电"),
            hire: CancelHit("检修电路"),
            lesson: NewPlace(hours(14, 16, WEDNESDAY), town.classroom.id, None),
        },
    )
    closure = session.scalars(select(Closure)).one()
    assert outcome == ClosedAndResolved(closure.id, 3)
    assert (closure.room_id, closure.reason) == (None, "检修电路")
    assert town.meeting.status is BookingStatus.HELD
    left = session.scalars(select(AuditEntry).where(AuditEntry.action == "closure.left")).one()
    assert left.subject_id == town.meeting.id
    assert left.facts == {"closure_id": closure.id, "reason": "在门厅开，不用电"}
    assert town.hire.status is BookingStatus.RELEASED
    ended = town.reservation
    assert (ended.ending, ended.ending_reason) == (ReservationEnding.CALLED_OFF, "检修电路")
    assert town.lesson.starts_at == at(14, WEDNESDAY)
    assert town.lesson.rooms[0].booking.room_id == town.classroom.id
    assert told(session) == {
        MessageKind.RESERVATION_CALLED_OFF: {town.zhou_wen.id},
        MessageKind.SESSION_MOVED: {town.lin_xiao.id, town.teacher_gu.id},
    }


def test_a_reservation_is_moved_with_the_person_told_and_the_calendar(session, town):
    plan = whole_day(town.classroom)
    meeting, hire, _ = town.keys
    outcome = close(
        session,
        town,
        {
            meeting: CancelHit("检修电路"),
            hire: NewPlace(hours(10, 12, WEDNESDAY), town.studio.id, None),
        },
        plan,
    )
    assert isinstance(outcome, ClosedAndResolved)
    assert (town.hire.room_id, town.hire.use) == (town.studio.id, hours(10, 12, WEDNESDAY))
    assert town.reservation.moved_from_at == at(14)
    assert told(session) == {MessageKind.RESERVATION_MOVED: {town.zhou_wen.id}}
    entry = session.scalars(
        select(CalendarEntry).where(CalendarEntry.key == f"booking-{town.hire.id}")
    ).one()
    assert entry.starts_at == at(10, WEDNESDAY)


def test_a_move_may_take_the_place_of_what_is_cancelled(session, town):
    early = make.booking(session, town.classroom, at(12), at(14), "读书会")
    session.commit()
    outcome = close(
        session,
        town,
        {
            f"booking-{early.id}": NewPlace(hours(15, 17), town.classroom.id, None),
            town.keys[1]: CancelHit("消毒"),
        },
        ClosurePlan(town.classroom.id, hours(13, 15), "消毒"),
    )
    assert isinstance(outcome, ClosedAndResolved)
    assert session.get(RoomBooking, early.id).use == hours(15, 17)


def test_every_move_that_cannot_be_is_named_beside_its_hit(session, town):
    meeting, hire, lesson = town.keys
    taken = make.booking(session, town.mediation, at(10, WEDNESDAY), at(12, WEDNESDAY), "调解")
    session.commit()
    outcome = close(
        session,
        town,
        {
            meeting: NewPlace(hours(10, 11, WEDNESDAY), town.mediation.id, "必须"),
            hire: NewPlace(hours(16, 18), town.studio.id, None),
            lesson: NewPlace(hours(5, 7, WEDNESDAY), town.studio.id, None),
        },
    )
    assert isinstance(outcome, NotClosed)
    (overlap,) = outcome.problems[meeting].conflicts[0]
    assert isinstance(overlap, Overlap)
    assert overlap.with_.booking_id == taken.id
    assert outcome.problems[hire] == Blocked(((ClosedFor("检修电路"),),))
    [[outside]] = outcome.problems[lesson].conflicts
    assert isinstance(outside, OutsideHours)
    assert count(session, Closure) == 0
    assert town.lesson.starts_at == at(18, minute=30)
    assert told(session) == {}


def test_a_reason_moves_something_outside_the_hours(session, town):
    *_, lesson = town.keys
    outcome = close(
        session,
        town,
        {lesson: NewPlace(hours(5, 7, WEDNESDAY), town.studio.id, "晨练")},
        whole_day(town.studio),
    )
    assert isinstance(outcome, ClosedAndResolved)
    assert town.lesson.starts_at == at(5, WEDNESDAY)


def test_a_booking_cannot_lose_its_room(session, town):
    meeting, hire, _ = town.keys
    outcome = close(
        session,
        town,
        {meeting: NewPlace(hours(9, 10, WEDNESDAY), None, None), hire: CancelHit("检修")},
        whole_day(town.classroom),
    )
    assert outcome.problems == {meeting: NoRoom()}
    assert told(session) == {}


def test_a_session_that_has_begun_can_only_be_left(session, town, clock):
    clock.set(at(19))
    *_, lesson = town.keys
    later = NewPlace(hours(14, 16, WEDNESDAY), town.studio.id, None)
    for decision in (CancelHit("漏水"), later):
        assert close(session, town, {lesson: decision}).problems == {lesson: AlreadyOver()}
    assert isinstance(close(session, town, {lesson: LeaveHit("马上下课")}), ClosedAndResolved)


def test_a_booking_that_is_on_can_be_called_off_but_not_moved(session, town, clock):
    clock.set(at(14, minute=30))
    _, hire, lesson = town.keys
    rest = {lesson: CancelHit("漏水")}
    moved = {hire: NewPlace(hours(9, 10, WEDNESDAY), town.studio.id, None), **rest}
    assert close(session, town, moved).problems == {hire: AlreadyOver()}
    called_off = close(session, town, {hire: CancelHit("漏水"), **rest})
    assert isinstance(called_off, ClosedAndResolved)
    assert town.hire.status is BookingStatus.RELEASED


def test_a_meeting_of_the_staff_is_moved_and_recorded(session, town):
    meeting, hire, _ = town.keys
    later = hours(9, 10, WEDNESDAY)
    decided = {meeting: NewPlace(later, town.studio.id, None), hire: CancelHit("检修")}
    close(session, town, decided, whole_day(town.classroom))
    assert (town.meeting.use, town.meeting.room_id) == (later, town.studio.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.moved")).one()
    assert entry.facts["to"] == later.start.isoformat()


def test_what_is_over_is_not_hit(session, town, clock):
    clock.set(at(12))
    outcome = close(session, town, {})
    assert [hit.key for hit in outcome.hits] == town.keys[1:]


def test_a_decision_about_what_is_gone_means_nothing(session, town):
    *_, lesson = town.keys
    gone = {"booking-999": CancelHit("检修"), "session-999": LeaveHit("照常")}
    outcome = close(session, town, {lesson: CancelHit("检修"), **gone}, whole_day(town.studio))
    assert isinstance(outcome, ClosedAndResolved)


def test_a_closure_that_hits_too_much_is_entered_in_parts(session, town, monkeypatch):
    monkeypatch.setattr(closing, "MOST_HITS", 2)
    assert close(session, town, {}) == TooManyHits(3)
    assert count(session, Closure) == 0


def test_what_other_hours_leave_outside_is_found_in_its_rooms(session, town):
    now = venue_clock.now()
    before = load_hours(session, town.wutongli.id, now.date(), date(2027, 12, 31))
    evening = OpeningFact(Layer.EXTENDED, "1234567", time(17), time(21))
    without = before.revised(evening, None)
    found = falling_outside(session, town.wutongli.id, before, without, now=now)
    assert {hit.title for hit in found} == {"零基础国画"}
    assert len(found) == 12
    earlier = OpeningFact(Layer.EXTENDED, "1234567", time(17), time(20))
    shorter = before.revised(evening, earlier)
    assert falling_outside(session, town.wutongli.id, before, shorter, now=now) == []
    own = OpeningFact(Layer.REGULAR, "2", time(10), time(12), room_id=town.classroom.id)
    with_own = before.revised(None, own)
    found = falling_outside(session, town.wutongli.id, before, with_own, now=now)
    assert [hit.key for hit in found] == town.keys[:2]


def test_what_is_outside_already_is_no_news(session, town):
    make.booking(session, town.classroom, at(22), at(23), "值夜", category=Category.MEETING)
    session.commit()
    now = venue_clock.now()
    before = load_hours(session, town.wutongli.id, now.date(), date(2027, 12, 31))
    evening = OpeningFact(Layer.EXTENDED, "1234567", time(17), time(21))
    found = falling_outside(
        session, town.wutongli.id, before, before.revised(evening, None), now=now
    )
    assert "值夜" not in {hit.title for hit in found}


def test_people_of_a_neighbors_session_in_a_room_that_closes_are_told(session, town):
    make.shared(session, town.classroom, town.elsewhere)
    theirs = make.course(
        session, town.elsewhere, "河湾合唱", room=town.classroom, lessons=2, first_on=WEDNESDAY
    )
    make.enrollment(session, make.pool_of(session, theirs), town.chen_min)
    session.commit()
    first, second = theirs.sessions
    plan = ClosurePlan(None, Interval(day_start(WEDNESDAY), at(23, date(2026, 9, 30))), "检修电路")
    decisions = {
        hit.key: CancelHit("检修电路")
        for hit in hits(session, town.wutongli.id, None, plan.interval)
    }
    decisions[f"session-{second.id}"] = NewPlace(
        hours(14, 16, date(2026, 10, 1)), town.classroom.id, None
    )
    assert isinstance(close(session, town, decisions, plan), ClosedAndResolved)
    assert first.cancel_reason == "检修电路"
    assert second.rooms[0].booking.use == hours(14, 16, date(2026, 10, 1))
    assert town.chen_min.id in told(session)[MessageKind.SESSION_CANCELLED]
    assert told(session)[MessageKind.SESSION_MOVED] == {town.chen_min.id}
