"""The manager's day: what takes place in every room, and giving it another place."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.notifications.models import Message
from venue.places.booking import Label, RoomWish, hold
from venue.places.models import RoomBooking
from venue.places.rules import Category
from venue.programs.models import ScheduledSession
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local

LESSON = make.FIRST_LESSON


@pytest.fixture
def lesson(office, db_session):
    """The first lesson of the painting course, with somebody enrolled."""
    make.enrollment(
        db_session, make.pool_of(db_session, office.town.painting), office.town.lin_xiao
    )
    db_session.commit()
    return office.town.painting.sessions[0]


def held(office, db_session, start: time, end: time, room, on: date = LESSON) -> RoomBooking:
    [made] = hold(
        db_session(),
        [RoomWish(room.id, Interval(instant(on, start), instant(on, end)))],
        label=Label(Category.MEETING, "居民议事会"),
        override=None,
        actor=SYSTEM,
        now=venue_clock.now(),
    )
    db_session.commit()
    return made


def adjustment(office, key: str, status: int = 200, **place):
    place = "&".join(f"{name}={value}" for name, value in place.items())
    return office.get(f"/day/{key}/adjustment?{place}", status)


def test_a_day_lists_every_room_and_the_way_to_adjust(office, lesson):
    page = office.get(f"/day?on={LESSON}")
    assert page.title.startswith("9月22日 周二")
    assert office.town.painting.title in page.words
    assert "空着：" in page.words
    assert f"/day/session-{lesson.id}/adjustment" in str(page.links())


def test_the_days_beside_it_are_one_step_away(office, clock):
    links = office.get(f"/day?on={LESSON}").links()
    assert links["‹"].endswith("on=2026-09-21")
    assert links["›"].endswith("on=2026-09-23")
    assert str(venue_clock.today().day) in office.get("/day").title


@pytest.mark.parametrize("text", ["gestern", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_not_found(office, text):
    office.get(f"/day?on={text}", 404)


def test_a_day_takes_as_many_queries_with_ten_bookings_as_with_one(
    office, db_session, count_queries, lesson
):
    sent = []
    for hour in (8, 18):
        for n in range(hour - 8):
            start = time(9 + n % 8, 0)
            held(
                office,
                db_session,
                start,
                time(start.hour, 30),
                office.town.studio,
                LESSON + timedelta(days=n // 8 + 1),
            )
        with count_queries() as queries:
            office.get(f"/day?on={LESSON + timedelta(days=1)}")
        sent.append(len(queries))
    assert sent[0] == sent[1]


def test_a_session_is_moved_and_everybody_told(office, db_session, lesson):
    form = adjustment(office, f"session-{lesson.id}").form("/adjustment")
    typed = {"on": "2026-09-23", "starts_time": "10:00", "ends_time": "11:30"}
    answer = office.browse.submit(form, typed)
    assert answer.location.endswith("/day?on=2026-09-23")
    assert "已调整，通知了" in office.browse.follow(answer).words
    moved = db_session.get(ScheduledSession, lesson.id)
    assert f"{local(moved.starts_at):%m-%d %H:%M}" == "09-23 10:00"
    assert db_session.query(Message).where(Message.kind == "session_moved").count() > 0
    assert "改期" in office.get("/day?on=2026-09-23").words


def test_a_dropped_place_shows_its_conflicts_before_anything_is_saved(office, db_session, lesson):
    studio = office.town.studio
    held(office, db_session, time(9), time(10), studio, date(2026, 9, 24))
    page = adjustment(
        office,
        f"session-{lesson.id}",
        on="2026-09-24",
        starts_time="09:30",
        ends_time="11:00",
        room_id=studio.id,
    )
    assert "这样调整有冲突，还没有保存" in page.words
    assert "已经是“居民议事会”" in page.words
    form = page.form("/adjustment")
    assert form.fields["on"] == ["2026-09-24"]
    assert form.fields["starts_time"] == ["09:30"]
    before = db_session.get(ScheduledSession, lesson.id).starts_at
    refused = office.browse.submit(form, {}, 409)
    assert "已经是“居民议事会”" in refused.words
    assert db_session.get(ScheduledSession, lesson.id).starts_at == before


def test_asked_by_the_picture_it_is_the_form_alone(office, lesson):
    path = f"{office.root}/day/session-{lesson.id}/adjustment"
    assert office.browse.fragment(path).by_id("adjust-title") is not None


def test_a_booking_of_the_staff_is_moved_too(office, db_session):
    booking = held(office, db_session, time(14), time(15), office.town.studio)
    form = adjustment(office, f"booking-{booking.id}").form("/adjustment")
    typed = {"starts_time": "16:00", "ends_time": "17:00", "room_id": str(office.town.classroom.id)}
    office.browse.submit(form, typed)
    found = db_session.get(RoomBooking, booking.id)
    assert (found.room_id, local(found.starts_at).hour) == (office.town.classroom.id, 16)


def test_a_time_outside_the_hours_needs_a_reason(office, db_session):
    booking = held(office, db_session, time(14), time(15), office.town.studio)
    form = adjustment(office, f"booking-{booking.id}").form("/adjustment")
    night = {"starts_time": "22:00", "ends_time": "23:00"}
    refused = office.browse.submit(form, night, 409)
    assert "不在开放时间里" in refused.words
    again = refused.form("/adjustment")
    office.browse.submit(again, {"override": "元宵灯会"})
    assert local(db_session.get(RoomBooking, booking.id).starts_at).hour == 22


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"starts_time": "16:00", "ends_time": "15:00"}, "结束要晚于开始"),
        ({"on": ""}, "请填写日期"),
        ({"on": "2026-09-01"}, "已经开始或过去的时间不能改"),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(office, db_session, typed, sentence):
    booking = held(office, db_session, time(14), time(15), office.town.studio)
    form = adjustment(office, f"booking-{booking.id}").form("/adjustment")
    status = 409 if typed.get("on") else 422
    refused = office.browse.submit(form, typed, status)
    assert sentence in refused.words
    assert local(db_session.get(RoomBooking, booking.id).starts_at).hour == 14


@pytest.mark.parametrize("key", ["session-99999", "booking-0", "nonsense", "session-"])
def test_what_is_not_there_is_not_found(office, key):
    adjustment(office, key, 404)


def test_another_centers_session_is_not_there(office, db_session):
    other = make.center(db_session, office.town.wutongli.district, "shiqiao", "石桥")
    room = make.room(db_session, other, "活动室")
    booking = held(office, db_session, time(14), time(15), room)
    adjustment(office, f"booking-{booking.id}", 404)
