"""The office answers requests and looks after partner organizations."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.places.models import Patron
from venue.places.rules import BookingMode, BookingStatus
from venue.reservations.models import Organization, Reservation
from venue.reservations.requesting import Request, reserve
from venue.reservations.rules import ReservationEnding
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TOMORROW = date(2026, 9, 17)
LIST = "/reservations"


@pytest.fixture
def wish(office, db_session):
    """Ask for a room as 林晓; one that needs approval unless said otherwise."""

    def ask(room=None, on=TOMORROW, mode=BookingMode.APPROVAL) -> int:
        town = office.town
        room = room or town.studio
        room.booking_mode = mode
        use = Interval(instant(on, time(14)), instant(on, time(16)))
        request = Request(room.id, use, 10, "书友会", "+8613900000001", note="要两张长桌")
        actor = Actor(town.lin_xiao.id, Channel.ONLINE)
        outcome = reserve(db_session, town.lin_xiao.id, request, actor=actor, now=venue_clock.now())
        db_session.commit()
        return outcome.booking_id

    return ask


def test_a_request_stands_in_the_queue_and_is_counted_everywhere(office, wish):
    assert "没有等着审批的申请。" in office.get(LIST).words
    booking_id = wish()

    page = office.get(LIST)

    card = "".join(page.by_id(f"request-{booking_id}").itertext())
    for words in ("书友会", "14:00–16:00", "国画室", "林晓", "139 0000 0001", "要两张长桌"):
        assert words in card
    assert "预约与审批 1" in office.get("/rooms").words
    assert "1预约申请待审批" in office.get().words


def test_one_tap_approves(office, wish, db_session):
    booking_id = wish()

    page = office.browse.follow(office.press(LIST, f"/{booking_id}/approval"))

    assert "已同意，申请人会收到通知。" in page.words
    assert "没有等着审批的申请。" in page.words
    assert "书友会" in page.words
    one = db_session.get(Reservation, booking_id)
    assert one.booking.status is BookingStatus.HELD
    assert one.approved_by_id == office.town.shen_lan.id


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(office, wish, db_session):
    booking_id, other_id = wish(), wish(on=TOMORROW + timedelta(days=1))
    action = f"/{booking_id}/refusal"

    again = office.fill(LIST, {"reason": " "}, 422, action)
    assert "请写明原因。" in again.by_id(f"reason-{booking_id}-error").text
    assert f"reason-{other_id}-error" not in again.text
    too_long = office.fill(LIST, {"reason": "长" * 101}, 422, action)
    assert too_long.form(action).fields["reason"] == ["长" * 101]

    office.fill(LIST, {"reason": "当天要布展"}, action=action)

    one = db_session.get(Reservation, booking_id)
    assert (one.ending, one.ending_reason) == (ReservationEnding.REFUSED, "当天要布展")
    assert db_session.get(Reservation, other_id).ending is None


def test_who_answers_second_learns_what_it_is_by_now(office, wish):
    booking_id = wish()
    page = office.get(LIST)
    office.press(LIST, f"/{booking_id}/approval")

    late = office.browse.submit(page.form(f"/{booking_id}/approval"), status=409)

    assert "没有改动：这个预约现在是“已预约”。" in late.words


def test_a_held_reservation_is_called_off_with_a_reason(office, wish, db_session):
    booking_id = wish(mode=BookingMode.OPEN)

    office.fill(LIST, {"reason": "水管爆裂"}, action=f"/{booking_id}/cancellation")

    assert db_session.get(Reservation, booking_id).ending is ReservationEnding.CALLED_OFF
    assert "书友会" not in office.get(LIST).words


def test_reservations_are_not_among_the_bookings_of_the_staff(office, wish, db_session):
    booking_id = wish(mode=BookingMode.OPEN)
    page = office.get("/bookings")
    assert "书友会" not in page.words
    key = office.get(LIST).form(f"/{booking_id}/cancellation").fields
    office.browse.post(f"{office.root}/bookings/{booking_id}/release", key, 404)


def test_what_another_center_has_is_not_found(office, wish, db_session):
    mine = wish()
    far = make.room(db_session, office.town.elsewhere, "会议室")
    db_session.commit()
    booking_id = wish(far)
    page = office.get(LIST)
    assert "会议室" not in page.words
    fields = page.form(f"/{mine}/approval").fields
    for act in ("approval", "refusal", "cancellation"):
        office.browse.post(f"{office.root}/reservations/{booking_id}/{act}", fields, 404)


def test_the_list_takes_as_many_queries_with_many_requests(office, wish, count_queries):
    def queries():
        with count_queries() as sent:
            office.get(LIST)
        return len(sent)

    wish()
    with_one = queries()
    wish(on=TOMORROW + timedelta(days=1))
    wish(office.town.classroom, TOMORROW + timedelta(days=1), BookingMode.OPEN)
    assert queries() == with_one


@pytest.fixture
def choir(office, db_session):
    answer = office.fill(
        "/organizations/new",
        {"name": "梧桐合唱团", "phone": "021-55500999", "bookings_a_month": "8"},
    )
    assert answer.location.startswith("/office/wutongli/organizations/")
    return db_session.scalars(select(Organization)).one()


def path_of(one: Organization) -> str:
    return f"/organizations/{one.id}"


def test_a_partner_is_taken_on_and_listed(office, choir):
    assert (choir.phone, choir.bookings_a_month) == ("+862155500999", 8)
    words = office.get("/organizations").words
    assert "梧桐合唱团" in words
    assert "8 次" in words


def test_a_name_is_taken_once(office, choir):
    again = office.fill("/organizations/new", {"name": "梧桐合唱团"}, 409)
    assert "叫这个名字的单位" in again.by_id("name-error").text


def test_a_partner_is_renamed_and_may_have_the_limit_of_residents(office, choir, db_session):
    assert "每月 4 次" in office.get(path_of(choir)).words
    form = next(one for one in office.get(path_of(choir)).forms() if one.method == "post")
    office.browse.submit(form, {"name": "梧桐老年合唱团", "bookings_a_month": ""})
    db_session.refresh(choir)
    assert (choir.name, choir.bookings_a_month) == ("梧桐老年合唱团", None)


def test_members_are_found_as_the_desk_finds_people(office, choir, db_session):
    town = office.town
    db_session.add(
        Patron(center_id=town.wutongli.id, person_id=town.lin_xiao.id, since_at=venue_clock.now())
    )
    db_session.commit()
    action = f"/members/{town.lin_xiao.id}"

    office.press(path_of(choir) + "?q=林", action)
    db_session.refresh(choir)
    assert choir.members == [town.lin_xiao]
    assert action not in [form.action for form in office.get(path_of(choir) + "?q=林").forms()]

    office.press(path_of(choir), action + "/removal")
    db_session.refresh(choir)
    assert choir.members == []


def test_nobody_whom_the_center_does_not_know_is_made_a_member(office, choir):
    fields = office.get(path_of(choir)).form("/ending").fields
    stranger = office.town.teacher_gu.id
    office.browse.post(f"{office.root}{path_of(choir)}/members/{stranger}", fields, 404)


def test_a_partnership_ends_and_takes_no_new_members(office, choir, db_session):
    office.press(path_of(choir), "/ending")

    page = office.get(path_of(choir) + "?q=周")
    assert "结束合作" in page.words
    assert "已结束" in office.get("/organizations").words
    fields = next(form for form in page.forms() if form.method == "post").fields
    known = office.town.zhou_jianguo.id
    office.browse.post(f"{office.root}{path_of(choir)}/members/{known}", fields, 404)
