"""Asking for a room from its page, and what 我的 shows of it afterwards."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.calendars.feed_tokens import issue
from venue.people.models import Person
from venue.places.models import Room
from venue.places.rules import BookingMode
from venue.reservations.answering import refuse
from venue.reservations.models import Organization, OrganizationMember, Reservation
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

TOMORROW = date(2026, 9, 17)
TYPED = {
    "on": "2026-09-17",
    "starts_time": "14:00",
    "ends_time": "16:00",
    "people": "10",
    "purpose": "读书会",
}


@pytest.fixture
def town(db_session):
    return make.build(db_session)


@pytest.fixture
def signed_in(browse, db_session, town):
    """Return the browser of 林晓."""
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    db_session.rollback()
    return browse


def page_of(room: Room, query: str = "") -> str:
    return f"/rooms/{room.id}/reservation{query}"


def ask(browse, room, status=303, **typed):
    form = browse.get(page_of(room)).form("/reservation")
    return browse.submit(form, {**TYPED, **typed}, status)


def booked(session, room: Room, who: Person, start="14:00", end="16:00", on=TOMORROW) -> int:
    """Reserve a room without a page, and commit."""
    use = Interval(instant(on, time.fromisoformat(start)), instant(on, time.fromisoformat(end)))
    request = Request(room.id, use, 10, "书友会", "+8613900000001")
    actor = Actor(who.id, Channel.ONLINE)
    outcome = reserve(session, who.id, request, actor=actor, now=venue_clock.now())
    session.commit()
    return outcome.booking_id


def reservations(session):
    return session.scalars(select(Reservation).order_by(Reservation.booking_id)).all()


def test_the_page_of_a_room_leads_to_its_form(browse, town):
    links = browse.get(f"/rooms/{town.studio.id}?day=2026-09-17").links()
    assert links["我要预约"] == page_of(town.studio, "?on=2026-09-17")
    assert "我要预约" not in browse.get(f"/rooms/{town.mediation.id}").links()


def test_a_stranger_signs_in_first_and_comes_back(browse, town):
    asked = browse.get(page_of(town.studio, "?on=2026-09-17&from=14:00"), 302)
    assert asked.location.startswith("/login?next=")
    assert "from" in asked.location


def test_the_address_fills_in_the_form_and_what_it_garbles_stays_empty(signed_in, town):
    query = "?on=2026-09-17&from=14:00&to=16:30&people=12"
    form = signed_in.get(page_of(town.studio, query)).form("/reservation")
    assert [form.fields[name] for name in ("on", "starts_time", "ends_time", "people")] == [
        ["2026-09-17"], ["14:00"], ["16:30"], ["12"],
    ]  # fmt: skip
    garbled = "?on=morgen&from=25:00&to=&people=viele"
    form = signed_in.get(page_of(town.studio, garbled)).form("/reservation")
    assert [form.fields[name] for name in ("on", "starts_time", "people")] == [[""], [""], [""]]
    assert form.fields["contact_phone"] == ["139 0000 0001"]


def test_one_sees_what_is_free_before_one_chooses(signed_in, db_session, town):
    booked(db_session, town.studio, town.chen_min)

    page = signed_in.get(page_of(town.studio, "?on=2026-09-17&people=12"))

    panel = page.by_id("free")
    times = {link.text: link.get("href") for link in panel.iter("a")}
    assert {"08:30–14:00", "16:00–21:00"} <= set(times)
    assert times["16:00–21:00"] == page_of(
        town.studio, "?people=12&on=2026-09-17&from=16:00&to=19:00"
    )
    assert "书友会" not in page.text


def test_another_day_brings_only_what_is_free_on_it(signed_in, town):
    part = signed_in.fragment(page_of(town.studio, "?on=2026-09-22"))
    assert part.by_id("free") is not None
    assert "08:30–18:30" in part.words


def test_today_is_free_from_the_next_quarter_on(signed_in, town, clock):
    clock.advance(timedelta(minutes=7))
    assert "10:15–21:00" in signed_in.get(page_of(town.studio)).words


def test_an_open_room_is_booked_and_stands_in_mine(signed_in, db_session, town):
    answer = ask(signed_in, town.studio, note="自带茶水")

    assert answer.location == "/my/"
    one = reservations(db_session)[0]
    mine = signed_in.follow(answer)
    assert "预约好了，到时间来就行。" in mine.words
    card = mine.by_id(f"reservation-{one.booking_id}")
    words = " ".join("".join(card.itertext()).split())
    assert "读书会" in words
    assert "9月17日 周四 14:00–16:00" in words
    assert "已预约 ✓" in words
    assert (one.person_id, one.note) == (town.lin_xiao.id, "自带茶水")
    assert "预约好了：9月17日 周四 14:00–16:00" in signed_in.get("/my/messages").words


def test_the_same_form_sent_twice_books_once(signed_in, db_session, town):
    form = signed_in.get(page_of(town.studio)).form("/reservation")
    first, second = (signed_in.submit(form, TYPED) for _ in range(2))
    assert first.location == second.location
    assert len(reservations(db_session)) == 1


def test_a_request_waits_visibly(signed_in, db_session, town):
    town.studio.booking_mode = BookingMode.APPROVAL
    db_session.commit()

    mine = signed_in.follow(ask(signed_in, town.studio))

    assert "申请已经提交" in mine.words
    assert "待审批" in mine.words
    assert "房间留到 9月17日 周四 14:00" in mine.words
    week = f"/rooms/{town.studio.id}?day=2026-09-17"
    seen = signed_in.get(week)
    assert "14:00–16:00 已占用" in seen.words
    assert "待审批" not in seen.words
    signed_in.sign_in(make.user_of(db_session, town.he_jing))
    seen = signed_in.get(week)
    assert "待审批" in seen.words
    assert "读书会" in seen.words


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"ends_time": "13:00"}, "ends_time", "结束要晚于开始"),
        ({"starts_time": "22:00", "ends_time": "01:00"}, "ends_time", "结束要晚于开始"),
        ({"starts_time": "abends"}, "starts_time", "请填写时间"),
        ({"on": "2026-02-30"}, "on", "请填写日期"),
        ({"people": "0"}, "people", "请填写 1 到"),
        ({"people": "viele"}, "people", "请填写整数。"),
        ({"purpose": " "}, "purpose", "请写明用途"),
        ({"contact_phone": "12"}, "contact_phone", "拨不通"),
        ({"for_whom": "person-1000"}, "for_whom", ""),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(
    signed_in, db_session, town, typed, field, sentence
):
    answer = ask(signed_in, town.studio, 422, **typed)

    error = answer.by_id(f"{field}-error")
    assert sentence in (error.text or "")
    kept = answer.form("/reservation").fields
    assert kept["purpose"] == [typed.get("purpose", "读书会").strip()]
    if field != "for_whom":
        assert kept[field] == [typed[field].strip()]
    assert reservations(db_session) == []


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"on": "2026-09-15"}, "on", "已经过去了"),
        ({"on": "2026-12-01"}, "on", "最多提前 30 天预约，现在最晚可以约 10月16日 周五。"),
        ({"ends_time": "18:00"}, "ends_time", "一次最多用 3 小时。"),
        ({"starts_time": "06:00", "ends_time": "08:00"}, "starts_time", "不在开放时间里"),
        ({"people": "26"}, "people", "最多容纳 25 人"),
    ],
)
def test_what_the_rules_refuse_is_said_beside_its_field_with_a_next_step(
    signed_in, db_session, town, typed, field, sentence
):
    answer = ask(signed_in, town.studio, 409, **typed)

    assert sentence in (answer.by_id(f"{field}-error").text or "")
    kept = answer.form("/reservation").fields
    assert (kept["purpose"], kept[field]) == (["读书会"], [typed[field]])
    assert reservations(db_session) == []


def test_a_taken_time_does_not_say_by_whom_and_shows_what_is_free(signed_in, db_session, town):
    booked(db_session, town.studio, town.chen_min, "15:00", "17:00")

    answer = ask(signed_in, town.studio, 409)

    assert "15:00–17:00 已经有人用了。" in answer.words
    assert "书友会" not in answer.text
    assert "从空闲的时段里选一个" in answer.words
    assert "08:30–15:00" in answer.words


def test_every_reason_is_said_at_once(signed_in, town):
    answer = ask(signed_in, town.studio, 409, on="2026-12-01", ends_time="23:00", people="40")
    for name in ("on", "starts_time", "ends_time", "people"):
        assert answer.by_id(f"{name}-error") is not None


def test_a_next_step_is_said_once_for_two_reasons(signed_in, db_session, town):
    booked(db_session, town.studio, town.chen_min, "19:00", "20:00")
    answer = ask(signed_in, town.studio, 409, starts_time="19:30", ends_time="21:30")
    assert "已经有人用了" in answer.words
    assert "不在开放时间里" in answer.words
    assert answer.words.count("从空闲的时段里选一个") == 1


@pytest.mark.parametrize(
    ("room", "sentence"),
    [("mediation", "这个房间谈的是私事"), ("classroom", "这个功能室由中心安排使用")],
)
def test_a_room_that_nobody_books_says_so_instead_of_a_form(
    signed_in, db_session, town, room, sentence
):
    town.classroom.booking_mode = BookingMode.STAFF_ONLY
    db_session.commit()

    page = signed_in.get(page_of(getattr(town, room)))

    assert sentence in page.words
    assert not [form for form in page.forms() if form.action.endswith("/reservation")]


def test_a_room_that_just_became_the_staffs_is_refused(signed_in, db_session, town):
    form = signed_in.get(page_of(town.studio)).form("/reservation")
    town.studio.booking_mode = BookingMode.STAFF_ONLY
    db_session.commit()
    answer = signed_in.submit(form, TYPED, 409)
    assert "这个功能室由中心安排使用" in answer.words


def test_there_is_no_room_without_a_number(signed_in):
    signed_in.get("/rooms/99999/reservation", 404)


def test_one_books_for_a_child_and_for_nobody_elses(signed_in, browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.chen_min))
    ask(browse, town.studio, for_whom=f"person-{town.xiao_he.id}")
    assert reservations(db_session)[0].person_id == town.xiao_he.id
    assert reservations(db_session)[0].requested_by_id == town.chen_min.id
    assert "陈小禾" in browse.get("/my/").words

    ask(browse, town.studio, 422, for_whom=f"person-{town.lin_xiao.id}")


def test_one_books_for_an_organization(signed_in, db_session, town):
    choir = Organization(center_id=town.wutongli.id, name="梧桐合唱团", since_at=venue_clock.now())
    db_session.add(choir)
    db_session.flush()
    member = {"organization_id": choir.id, "person_id": town.lin_xiao.id}
    db_session.add(OrganizationMember(**member, since_at=venue_clock.now()))
    db_session.commit()

    answer = ask(signed_in, town.studio, for_whom=f"organization-{choir.id}")

    one = reservations(db_session)[0]
    assert (one.organization_id, one.person_id) == (choir.id, town.lin_xiao.id)
    assert "梧桐合唱团" in signed_in.follow(answer).words


def test_one_cancels_after_being_asked(signed_in, db_session, town):
    booking_id = booked(db_session, town.studio, town.lin_xiao)

    form = signed_in.get("/my/").form(f"/reservations/{booking_id}/cancellation")
    mine = signed_in.follow(signed_in.submit(form))

    assert "已经取消，房间让给了别人。" in mine.words
    assert "没有预约。" in mine.words
    assert "过去的（1）" in mine.words
    assert booked(db_session, town.studio, town.chen_min)


def test_what_has_begun_is_cancelled_no_more(signed_in, db_session, town, clock):
    booking_id = booked(db_session, town.studio, town.lin_xiao)
    form = signed_in.get("/my/").form(f"/reservations/{booking_id}/cancellation")
    clock.set(instant(TOMORROW, time(14)))

    assert "已经开始，不能再取消" in signed_in.submit(form, status=409).words
    clock.set(instant(TOMORROW, time(16)))
    form = dict(form.fields)
    again = signed_in.post(f"/reservations/{booking_id}/cancellation", form, 409)
    assert "已经结束了" in again.words


def test_nobody_cancels_what_is_anothers(signed_in, db_session, town):
    theirs = booked(db_session, town.studio, town.chen_min)
    mine = booked(db_session, town.classroom, town.lin_xiao)
    form = signed_in.get("/my/").form(f"/reservations/{mine}/cancellation")

    signed_in.post(f"/reservations/{theirs}/cancellation", form.fields, 404)
    signed_in.post("/reservations/99999/cancellation", form.fields, 404)

    assert {one.ending for one in reservations(db_session)} == {None}


def test_mine_shows_each_state_in_words(signed_in, db_session, town, clock):
    town.studio.booking_mode = BookingMode.APPROVAL
    db_session.commit()
    refused = booked(db_session, town.studio, town.lin_xiao)
    manager = Actor(town.shen_lan.id, Channel.ONLINE)
    refuse(db_session, refused, reason="当天要布展", actor=manager, now=clock.now())
    db_session.commit()

    words = signed_in.get("/my/").words

    assert "已拒绝" in words
    assert "当天要布展" in words
    clock.set(instant(TOMORROW, time(17)))
    assert "过去的（1）" in signed_in.get("/my/").words


def test_a_reservation_is_in_ones_own_calendar_and_for_others_taken(
    signed_in, browse, db_session, town
):
    booking_id = booked(db_session, town.studio, town.lin_xiao)
    one = f"/calendars/events/booking-{booking_id}.ics"
    assert "书友会" in signed_in.get(one).text
    assert signed_in.get("/my/").links()["加入日历"] == one

    browse.sign_in(make.user_of(db_session, town.chen_min))
    others = browse.get(one).text
    assert "书友会" not in others
    assert "已占用" in others


def test_ones_feed_has_what_is_granted_and_says_when_it_is_off(signed_in, db_session, town, clock):
    def feed():
        own = Actor(town.lin_xiao.id, Channel.ONLINE)
        link = issue(db_session, own, person_id=own.person_id, label="手机", now=clock.now())
        db_session.commit()
        return signed_in.get(f"/calendars/my/{link.token}.ics").text

    held = booked(db_session, town.classroom, town.lin_xiao)
    town.studio.booking_mode = BookingMode.APPROVAL
    db_session.commit()
    asked = booked(db_session, town.studio, town.lin_xiao, "18:00", "19:00")
    assert f"UID:booking-{held}@" in feed()
    assert "SUMMARY:书友会" in feed()
    assert f"UID:booking-{asked}@" not in feed()

    form = signed_in.get("/my/").form(f"/reservations/{held}/cancellation")
    signed_in.submit(form)

    assert "STATUS:CANCELLED" in feed()


def test_mine_takes_as_many_queries_with_many_reservations(
    signed_in, db_session, town, count_queries
):
    def queries():
        with count_queries() as sent:
            signed_in.get("/my/")
        return len(sent)

    booked(db_session, town.studio, town.lin_xiao)
    with_one = queries()
    for number, room in enumerate((town.studio, town.classroom)):
        booked(db_session, room, town.lin_xiao, on=TOMORROW + timedelta(days=number + 1))
    assert queries() == with_one
