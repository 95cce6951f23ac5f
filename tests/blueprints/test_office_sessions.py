"""Moving and cancelling a session, its seats, its topic, and rooms taken without a session."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.models import RoomBooking
from venue.places.rules import BookingStatus, Category
from venue.programs.rules import Books
from venue.timeline.local_time import instant

WEDNESDAY = date(2026, 9, 23)


@pytest.fixture
def first(office, session):
    """The first lesson, which 林晓 will come to."""
    make.enrollment(session, make.pool_of(session, office.town.painting), office.town.lin_xiao)
    session.commit()
    return office.town.painting.sessions[0]


def path_of(one):
    return f"/sessions/{one.id}"


def move(office, one, typed, status=303):
    path = path_of(one)
    return office.fill(path, typed, status, f"{path}/move")


# ---- Moving ----------------------------------------------------------------------------------


def test_a_session_moves_and_everybody_is_told(office, session, first):
    form = office.get(path_of(first)).form(f"{path_of(first)}/move")
    assert (form.fields["on"], form.fields["starts_time"]) == (["2026-09-22"], ["18:30"])
    typed = {
        "on": "2026-09-23",
        "starts_time": "19:00",
        "ends_time": "20:30",
        "room_id": str(office.town.classroom.id),
    }
    page = office.browse.follow(move(office, first, typed))
    assert "已调整，通知了 2 人" in page.words
    assert "改期 原定 9月22日 周二 18:30 → 9月23日 周三 19:00" in page.words
    session.expire_all()
    assert first.starts_at == instant(WEDNESDAY, time(19))
    assert [link.booking.room_id for link in first.rooms] == [office.town.classroom.id]
    told = session.scalars(select(Message).where(Message.kind == MessageKind.SESSION_MOVED)).all()
    assert len(told) == 2


def test_a_session_that_would_clash_stays_and_says_with_what(office, session, first):
    make.booking(
        session,
        office.town.classroom,
        instant(WEDNESDAY, time(18)),
        instant(WEDNESDAY, time(22)),
        "业委会开会",
    )
    session.commit()
    typed = {
        "on": "2026-09-23",
        "room_id": str(office.town.classroom.id),
        "starts_time": "19:00",
        "ends_time": "20:30",
    }
    page = move(office, first, typed, 409)
    assert "18:00–22:00 已经是“业委会开会”。" in page.words
    again = page.form(f"{path_of(first)}/move")
    assert (again.fields["starts_time"], "override" in again.fields) == (["19:00"], False)
    page = office.browse.post(again.action, {**again.fields, "override": "馆长同意"}, 409)
    assert "已经是“业委会开会”" in page.words
    session.refresh(first)
    assert first.starts_at == instant(date(2026, 9, 22), time(18, 30))
    assert session.scalars(select(Message)).all() == []


def test_the_course_that_holds_the_room_is_named(office, session, first):
    other = make.course(
        session, office.town.wutongli, "书法", room=office.town.classroom, first_on=WEDNESDAY
    )
    session.commit()
    typed = {"on": "2026-09-23", "room_id": str(office.town.classroom.id)}
    assert f"已经是“{other.title}”" in move(office, first, typed, 409).words


def test_a_reason_moves_a_session_beyond_the_hours(office, session, first):
    typed = {"on": "2026-09-23", "starts_time": "20:00", "ends_time": "21:30"}
    page = move(office, first, typed, 409)
    assert "不在开放时间里" in page.words
    office.browse.submit(page.form(f"{path_of(first)}/move"), {"override": "元宵灯会"})
    session.refresh(first)
    assert first.starts_at == instant(WEDNESDAY, time(20))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "session.moved")).one()
    assert entry.facts["override"] == "元宵灯会"


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"ends_time": "18:00"}, 422, "结束要晚于开始"),
        ({"on": ""}, 422, "请填写日期"),
        ({"on": "2026-09-15"}, 409, "已经开始或过去的时间不能改"),
        ({"room_id": "999"}, 422, "功能室"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_move_typed_wrong_moves_nothing(office, session, first, typed, status, sentence):
    form = office.get(path_of(first)).form(f"{path_of(first)}/move")
    page = office.browse.post(form.action, {**form.fields, **typed}, status)
    assert sentence in page.words
    session.refresh(first)
    assert first.moved_from_at is None


def test_a_room_of_another_center_cannot_be_taken(office, session, first):
    far = make.room(session, office.town.elsewhere, "舞蹈室")
    session.commit()
    form = office.get(path_of(first)).form(f"{path_of(first)}/move")
    office.browse.post(form.action, {**form.fields, "room_id": str(far.id)}, 422)


# ---- Cancelling ------------------------------------------------------------------------------


def test_a_session_is_cancelled_with_a_reason(office, session, first):
    path = path_of(first)
    page = office.fill(path, {"reason": ""}, 422, f"{path}/cancellation")
    assert "请写明原因" in page.words
    answer = office.browse.submit(page.form(f"{path}/cancellation"), {"reason": "老师病了"})
    page = office.browse.follow(answer)
    assert "这一场已取消：老师病了" in page.words
    assert "已取消，通知了 2 人" in page.words
    assert [form for form in page.forms() if form.method == "post"] == []
    session.expire_all()
    assert first.cancel_reason == "老师病了"
    assert first.rooms[0].booking.status is BookingStatus.RELEASED


def test_a_session_that_has_begun_is_neither_moved_nor_cancelled(office, session, clock, first):
    form = office.get(path_of(first)).form(f"{path_of(first)}/cancellation")
    clock.set(first.starts_at)
    page = office.browse.submit(form, {"reason": "太迟了"}, 409)
    assert "已经开始或过去的时间不能改" in page.words
    still = [one.action.rsplit("/", 1)[1] for one in page.forms() if one.method == "post"]
    assert still == ["topic", "recording"]


# ---- The topic -------------------------------------------------------------------------------


def test_a_session_gets_a_topic_that_residents_and_calendars_show(office, session, first):
    path = path_of(first)
    answer = office.fill(path, {"topic": " 兰叶的\t画法 "}, action=f"{path}/topic")
    page = office.browse.follow(answer)
    assert "已保存" in page.words
    assert page.form(f"{path}/topic").fields["topic"] == ["兰叶的 画法"]
    assert "兰叶的 画法" in office.browse.get(f"/courses/{first.program_id}").words
    event = office.browse.get(f"/calendars/events/session-{first.id}.ics").body.decode()
    assert "兰叶的 画法" in event.replace("\r\n ", "")
    assert session.scalars(select(Message)).all() == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_topic_that_is_too_long_stays_in_the_form(office, session, first):
    path = path_of(first)
    page = office.fill(path, {"topic": "长" * 101}, 422, f"{path}/topic")
    assert "最多 100 个字" in page.words
    assert page.form(f"{path}/topic").fields["topic"] == ["长" * 101]
    session.refresh(first)
    assert first.topic == ""


def test_a_session_that_was_cancelled_meanwhile_keeps_its_topic(office, session, clock, first):
    form = office.get(path_of(first)).form(f"{path_of(first)}/topic")
    first.cancelled_at, first.cancel_reason = clock.now(), "老师病了"
    session.commit()
    page = office.browse.submit(form, {"topic": "兰叶的画法"}, 409)
    assert "已经取消了，不能再改" in page.words
    session.refresh(first)
    assert first.topic == ""


# ---- Seats -----------------------------------------------------------------------------------


def test_each_session_of_a_club_has_its_own_number_of_seats(office, session):
    club = make.course(session, office.town.wutongli, "象棋", lessons=1, books=Books.SESSION)
    one = club.sessions[0]
    pool = make.pool_of(session, one)
    for who in make.crowd(session, 3):
        make.enrollment(session, pool, who)
    session.commit()
    action = f"{path_of(one)}/capacity"
    page = office.fill(path_of(one), {"capacity": "2"}, 409, action)
    assert "已经有 3 人有座位" in " ".join(page.by_id("capacity-error").itertext())
    office.browse.submit(page.form(action), {"capacity": "30"})
    session.refresh(pool)
    assert pool.capacity == 30


def test_seats_of_one_session_are_kept_for_the_counter(office, session):
    talk = make.course(session, office.town.wutongli, "茶话会", capacity=20, books=Books.SESSION)
    session.commit()
    one = talk.sessions[0]
    pool = make.pool_of(session, one)
    action = f"{path_of(one)}/kept-seats"
    form = office.get(path_of(one)).form(action)
    assert form.fields["kept"] == ["4"]
    page = office.browse.submit(form, {"kept_until": ""}, 422)
    assert "请填写留到什么时候。" in page.words
    assert page.form(action).fields["kept"] == ["4"]
    office.browse.submit(form)
    session.refresh(pool)
    assert (pool.kept, pool.kept_until) == (4, one.starts_at - timedelta(days=1))
    page = office.fill(path_of(one), {"kept": "21"}, 409, action)
    assert "最多能留 20 席" in page.words
    office.browse.post(
        f"{office.root}{path_of(office.town.painting.sessions[0])}/kept-seats", form.fields, 404
    )


# ---- Rooms without a session -----------------------------------------------------------------


@pytest.fixture
def meeting(office):
    return {
        "room_id": str(office.town.classroom.id),
        "on": "2026-09-23",
        "starts_time": "14:00",
        "ends_time": "16:00",
        "category": "meeting",
        "purpose": "业委会协商会",
    }


def bookings_of(session, room):
    session.expire_all()
    return session.scalars(select(RoomBooking).where(RoomBooking.room_id == room.id)).all()


def test_a_room_is_taken_for_a_meeting_and_given_back(office, session, meeting):
    answer = office.fill("/bookings/new", meeting)
    assert "业委会协商会" in office.browse.follow(answer).words
    [made] = bookings_of(session, office.town.classroom)
    assert (made.purpose, made.category) == ("业委会协商会", Category.MEETING)
    assert made.starts_at == instant(WEDNESDAY, time(14))
    office.press("/bookings", f"/bookings/{made.id}/release")
    [made] = bookings_of(session, office.town.classroom)
    assert made.status is BookingStatus.RELEASED
    assert "业委会协商会" not in office.get("/bookings").words


def test_a_room_that_is_taken_is_not_taken_twice(office, session, meeting):
    office.fill("/bookings/new", meeting)
    page = office.fill("/bookings/new", {**meeting, "purpose": "另一个会"}, 409)
    assert "14:00–16:00 已经是“业委会协商会”。" in page.words
    assert page.form("/bookings/new").fields["purpose"] == ["另一个会"]
    assert len(bookings_of(session, office.town.classroom)) == 1


def test_a_reason_takes_a_room_for_more_people_than_it_holds(office, session, meeting):
    page = office.fill("/bookings/new", {**meeting, "people": "60"}, 409)
    assert "最多容纳 40 人" in page.words
    office.browse.submit(page.form("/bookings/new"), {"override": "站着开"})
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.held")).one()
    assert entry.facts["override"] == "站着开"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"purpose": ""}, "请写明用途"),
        ({"on": "2026-09-15"}, "这一天已经过去了"),
        ({"ends_time": "14:00"}, "结束要晚于开始"),
        ({"people": "0"}, "请填写 1 到 2000 之间的数"),
        ({"room_id": ""}, "功能室"),
        ({"category": "party"}, "类别"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_booking_typed_wrong_takes_nothing(office, session, meeting, typed, sentence):
    form = office.get("/bookings/new").form("/bookings/new")
    page = office.browse.post(form.action, {**form.fields, **meeting, **typed}, 422)
    assert sentence in page.words
    assert bookings_of(session, office.town.classroom) == []


def test_the_room_of_a_session_is_not_given_back_by_itself(office, session):
    booking = office.town.painting.sessions[0].rooms[0].booking
    token = office.get("/bookings/new").form("/bookings/new").fields["csrf_token"]
    sent = {"csrf_token": token, "submission_key": "k"}
    office.browse.post(f"/office/wutongli/bookings/{booking.id}/release", sent, 404)
    session.refresh(booking)
    assert booking.status is BookingStatus.HELD


# ---- At a glance -----------------------------------------------------------------------------


def test_the_overview_shows_today_drafts_and_how_full_the_rest_is(office, session, clock):
    town = office.town
    make.enrollment(session, make.pool_of(session, town.painting), town.lin_xiao)
    make.course(session, town.wutongli, "春茶", lessons=1, published_at=None)
    club = make.course(session, town.wutongli, "象棋", lessons=3, capacity=10, books=Books.SESSION)
    make.enrollment(session, make.pool_of(session, club.sessions[1]), town.chen_min)
    session.commit()
    clock.set(instant(date(2026, 9, 22), time(12)))
    words = office.get().words
    assert "08:30–21:00" in words
    assert "18:30–20:00 零基础国画 国画室" in words
    assert "1 / 25" in words
    assert "春茶" in words
    assert "0 / 10 下一场" in words
    clock.set(instant(date(2026, 9, 23), time(12)))
    assert "1 / 10 下一场" in office.get().words
    assert "今天还没有登记值班的人" in words


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "path", ["/", "/programs", "/bookings", "/rooms", "/duty", "/hours", "/closures", "/programs/1"]
)
def test_a_page_of_the_office_asks_as_often_for_much_as_for_little(
    office, session, count_queries, path
):
    def queries():
        with count_queries() as sent:
            office.get(path)
        return len(sent)

    town = office.town
    make.lesson(session, town.painting, venue_clock.today(), room=town.studio)
    session.commit()
    few = queries()
    for number in range(12):
        room = make.room(session, town.wutongli, f"房间{number}")
        books = Books.SESSION if number % 2 else Books.SERIES
        made = make.course(
            session,
            town.wutongli,
            f"课程{number}",
            room=room,
            books=books,
            teacher=make.person(session, f"老师{number}"),
            first_on=venue_clock.today(),
        )
        assert len(made.sessions) == 12
        day = instant(WEDNESDAY, time(9))
        make.booking(session, room, day, instant(WEDNESDAY, time(10)), "会议", Category.MEETING)
        make.lesson(session, town.painting, date(2027, 1, number + 1), room=room)
    session.commit()
    assert queries() == few
