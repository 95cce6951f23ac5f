"""Rooms at the desk: booking for somebody, who is here, and who did not come."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.places.rules import BookingMode
from venue.reservations.models import Reservation
from venue.reservations.requesting import Request, reserve
from venue.reservations.rules import ReservationEnding
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TODAY = date(2026, 9, 16)
DESK = "/desk/wutongli/"


@pytest.fixture
def desk(browse, db_session, town):
    """Return the browser of 何静."""
    browse.sign_in(make.user_of(db_session, town.he_jing))
    db_session.rollback()
    return browse


@pytest.fixture
def this_afternoon(db_session, town) -> int:
    """周建国 has the studio today from 14:00 to 16:00."""
    use = Interval(instant(TODAY, time(14)), instant(TODAY, time(16)))
    request = Request(town.studio.id, use, 10, "书友会", "+8613900000001")
    actor = Actor(town.he_jing.id, Channel.COUNTER)
    outcome = reserve(db_session, town.zhou_jianguo.id, request, actor=actor, now=venue_clock.now())
    db_session.commit()
    return outcome.booking_id


def path_of(person) -> str:
    return f"/desk/wutongli/people/{person.id}"


def one_of(session, booking_id) -> Reservation:
    session.expire_all()
    return session.get_one(Reservation, booking_id)


def test_the_desk_books_for_somebody_who_calls(desk, db_session, town):
    page = desk.get(path_of(town.zhou_jianguo) + "?channel=telephone")
    form = desk.get(page.links()["替他预约功能室"]).form("/reservation")
    typed = {
        "room_id": str(town.classroom.id),
        "on": "2026-09-17",
        "starts_time": "09:00",
        "ends_time": "11:00",
        "people": "8",
        "purpose": "老邻居聚会",
        "contact_phone": "021-55500741",
    }

    back = desk.follow(desk.submit(form, typed))

    one = db_session.scalars(select(Reservation)).one()
    assert (one.person_id, one.channel) == (town.zhou_jianguo.id, Channel.TELEPHONE)
    assert one.requested_by_id == town.he_jing.id
    assert "老邻居聚会" in back.words
    assert "已预约" in back.words


def test_what_stands_against_it_is_said_beside_its_field(desk, db_session, town):
    path = path_of(town.zhou_jianguo) + "/reservation"
    typed = {
        "room_id": str(town.classroom.id),
        "on": "2026-12-17",
        "starts_time": "09:00",
        "ends_time": "11:00",
        "people": "41",
        "purpose": "聚会",
        "contact_phone": "021-55500741",
    }

    answer = desk.submit(desk.get(path).form("/reservation"), typed, 409)

    assert "最多提前 30 天" in answer.by_id("on-error").text
    assert "坐不下" in answer.by_id("people-error").text
    assert answer.form("/reservation").fields["purpose"] == ["聚会"]
    assert db_session.scalars(select(Reservation)).all() == []
    assert desk.submit(desk.get(path).form("/reservation"), {"purpose": ""}, 422)


def test_only_rooms_that_people_may_book_are_offered_and_a_neighbors_shared_ones(
    desk, db_session, town
):
    far = make.room(db_session, town.elsewhere, "河湾会议室")
    make.room(db_session, town.elsewhere, "河湾舞蹈室")
    make.shared(db_session, far, town.wutongli)
    town.classroom.booking_mode = BookingMode.STAFF_ONLY
    db_session.commit()

    page = desk.get(path_of(town.zhou_jianguo) + "/reservation")

    names = [option.text for option in page.by_id("room_id")]
    assert names == ["国画室", "河湾会议室"]


def test_another_room_brings_what_is_free_in_it(desk, town, this_afternoon):
    path = path_of(town.zhou_jianguo) + "/reservation?on=2026-09-16"
    assert "10:15–14:00" in desk.fragment(f"{path}&room_id={town.studio.id}").words
    assert "10:15–21:00" in desk.fragment(f"{path}&room_id={town.classroom.id}").words


def test_a_person_of_another_center_is_not_found(desk, town):
    desk.get(path_of(town.lin_xiao) + "/reservation", 404)


def test_the_desk_cancels_for_somebody(desk, db_session, town, this_afternoon):
    form = desk.get(path_of(town.zhou_jianguo)).form(f"{this_afternoon}/cancellation")

    page = desk.follow(desk.submit(form))

    assert "在本中心没有预约。" in page.words
    assert one_of(db_session, this_afternoon).ending is ReservationEnding.CANCELLED


def test_what_has_begun_is_not_cancelled_any_more(desk, db_session, town, this_afternoon, clock):
    form = desk.get(path_of(town.zhou_jianguo)).form(f"{this_afternoon}/cancellation")
    clock.set(instant(TODAY, time(14)))
    assert "没有取消" in desk.submit(form, status=409).words


def test_a_reservation_is_cancelled_on_the_page_of_its_person_alone(
    desk, db_session, town, this_afternoon
):
    fields = desk.get(path_of(town.zhou_jianguo)).form(f"{this_afternoon}/cancellation").fields
    other = make.person(db_session, "吴秀英", known_to=[town.wutongli])
    db_session.commit()
    desk.post(f"{path_of(other)}/reservations/{this_afternoon}/cancellation", fields, 404)


def test_today_is_listed_and_who_comes_is_noted(desk, db_session, town, this_afternoon, clock):
    page = desk.get(DESK)
    assert "14:00–16:00 国画室" in page.words
    assert "没来，释放" not in page.words
    clock.set(instant(TODAY, time(13, 55)))

    page = desk.follow(desk.submit(desk.get(DESK).form(f"{this_afternoon}/arrival")))

    assert "13:55 已到" in page.words
    assert one_of(db_session, this_afternoon).arrived_at == clock.now()


def test_a_room_to_which_nobody_came_is_released(desk, db_session, town, this_afternoon, clock):
    clock.set(instant(TODAY, time(14, 10)))
    assert "14:15 还没来，可以释放" in desk.get(DESK).words
    clock.set(instant(TODAY, time(14, 15)))

    page = desk.follow(desk.submit(desk.get(DESK).form(f"{this_afternoon}/no-show")))

    assert "房间空出来了" in page.words
    assert "国画室" not in page.words
    assert one_of(db_session, this_afternoon).ending is ReservationEnding.NO_SHOW


def test_a_button_that_comes_too_early_or_too_late_says_why(
    desk, db_session, town, this_afternoon, clock
):
    clock.set(instant(TODAY, time(14, 20)))
    page = desk.get(DESK)
    arrival, no_show = page.form("arrival"), page.form("no-show")
    clock.set(instant(TODAY, time(14, 5)))
    assert "14:15 以后才能这样记" in desk.submit(no_show, status=409).words
    desk.submit(arrival)
    clock.set(instant(TODAY, time(14, 30)))
    assert "人已经到了，不能释放。" in desk.submit(no_show, status=409).words
    clock.set(instant(TODAY, time(16)))
    assert "没有改动" in desk.submit(no_show, status=409).words


def test_rooms_of_other_centers_are_not_this_desks(desk, db_session, town, this_afternoon, clock):
    far = make.room(db_session, town.elsewhere, "会议室")
    use = Interval(instant(TODAY, time(14)), instant(TODAY, time(16)))
    request = Request(far.id, use, 10, "别处的会", "+8613900000001")
    actor = Actor(town.lin_xiao.id, Channel.ONLINE)
    outcome = reserve(db_session, town.lin_xiao.id, request, actor=actor, now=clock.now())
    db_session.commit()
    page = desk.get(DESK)
    assert "别处的会" not in page.words
    fields = page.form("arrival").fields
    for act in ("arrival", "no-show"):
        desk.post(f"/desk/wutongli/reservations/{outcome.booking_id}/{act}", fields, 404)


def test_the_desk_takes_as_many_queries_with_many_reservations(
    desk, db_session, town, this_afternoon, clock, count_queries
):
    def queries():
        with count_queries() as sent:
            desk.get(DESK)
        return len(sent)

    with_one = queries()
    for hour in (10, 18):
        use = Interval(instant(TODAY, time(hour, 30)), instant(TODAY, time(hour + 1)))
        request = Request(town.classroom.id, use, 10, "书友会", "+8613900000001")
        actor = Actor(town.lin_xiao.id, Channel.ONLINE)
        reserve(db_session, town.lin_xiao.id, request, actor=actor, now=clock.now())
    db_session.commit()
    assert queries() == with_one
