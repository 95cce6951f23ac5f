"""Closing the center or a room: everything that this hits is decided about in the same form."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue.audit.rules import Channel
from venue.changes import closing
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.models import Closure
from venue.places.rules import BookingStatus, Category
from venue.reservations.models import Reservation
from venue.timeline.local_time import instant

TUESDAY = date(2026, 9, 22)
CLOSURE = {"starts_on": "2026-09-22", "ends_on": "2026-09-22", "reason": "检修电路"}
NEXT_DAY = {"on": "2026-09-23", "starts_time": "14:00", "ends_time": "15:30"}

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def three(office, session):
    """Return the keys of what takes place on Tuesday: a meeting, a reservation, the course."""
    town = office.town
    make.enrollment(session, make.pool_of(session, town.painting), town.lin_xiao)
    meeting, hire = (
        make.booking(
            session,
            town.classroom,
            instant(TUESDAY, time(hour)),
            instant(TUESDAY, time(hour + 1)),
            purpose,
            category=category,
        )
        for hour, purpose, category in (
            (9, "网格员例会", Category.MEETING),
            (14, "邻里聚会", Category.HIRE),
        )
    )
    session.add(
        Reservation(
            booking_id=hire.id,
            person_id=town.zhou_wen.id,
            people=6,
            contact_phone="+8613900000003",
            channel=Channel.ONLINE,
            requested_at=instant(TUESDAY - timedelta(days=9), time(9)),
            requested_by_id=town.zhou_wen.id,
        )
    )
    session.commit()
    return f"booking-{meeting.id}", f"booking-{hire.id}", f"session-{town.painting.sessions[0].id}"


def typed(key: str, fate: str, **facts: str) -> dict[str, str]:
    return {f"{key}-{name}": value for name, value in {"fate": fate, **facts}.items()}


def closures(session) -> list[Closure]:
    session.expire_all()
    return list(session.scalars(select(Closure)))


def told(session) -> set[tuple[MessageKind, int]]:
    return {(one.kind, one.person_id) for one in session.scalars(select(Message))}


def error(page, field: str) -> str:
    return " ".join(page.by_id(f"{field}-error").itertext())


def test_what_a_closure_hits_is_shown_with_whom_it_concerns(office, session, three):
    page = office.fill("/closures/new", CLOSURE, 409)
    assert "这段时间里有 3 个安排" in page.words
    assert "9月22日 周二 14:00–15:00 邻里聚会 · 周文 多功能教室 1 人" in page.words
    assert closures(session) == []
    assert page.form("/closures/new").fields["reason"] == ["检修电路"]
    assert page.form("/closures/new").fields[f"{three[2]}-starts_time"] == ["18:30"]


def test_three_hits_are_cancelled_moved_and_left_in_one_form(office, session, three):
    meeting, hire, lesson = three
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    decided = {
        **typed(meeting, "leave", reason="在门厅开"),
        **typed(hire, "cancel"),
        **typed(lesson, "move", **NEXT_DAY),
    }
    page = office.browse.follow(office.browse.submit(form, decided))
    assert "已登记，通知了 3 人" in page.words
    assert [one.reason for one in closures(session)] == ["检修电路"]
    town = office.town
    assert told(session) == {
        (MessageKind.RESERVATION_CALLED_OFF, town.zhou_wen.id),
        (MessageKind.SESSION_MOVED, town.lin_xiao.id),
        (MessageKind.SESSION_MOVED, town.teacher_gu.id),
    }
    moved = town.painting.sessions[0]
    assert moved.starts_at == instant(date(2026, 9, 23), time(14))
    called_off = session.get_one(Reservation, int(hire.split("-")[1]))
    assert called_off.ending_reason == "检修电路"


@on_one_database
def test_nothing_is_saved_while_one_is_undecided_and_what_was_typed_stays(office, session, three):
    meeting, hire, lesson = three
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    decided = {**typed(meeting, "cancel", reason="没有电"), **typed(hire, "leave")}
    page = office.browse.submit(form, decided, 422)
    assert "请选怎么办" in error(page, f"{lesson}-fate")
    assert "照常进行要写明理由" in error(page, f"{hire}-reason")
    fields = page.form("/closures/new").fields
    assert fields[f"{meeting}-fate"] == ["cancel"]
    assert fields[f"{meeting}-reason"] == ["没有电"]
    assert closures(session) == []


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"on": ""}, "on", "请填写日期"),
        ({"on": "明天"}, "on", "请填写日期"),
        ({"starts_time": "", "ends_time": "9:00"}, "starts_time", "请填写时间"),
        ({"ends_time": "13:00"}, "ends_time", "结束要晚于开始"),
        ({"room_id": "999"}, "room_id", "请从列出的选项里选"),
        ({"fate": "burn"}, "fate", "选择无效"),
    ],
)
@on_one_database
def test_a_move_typed_wrong_is_said_beside_its_field(
    office, session, three, wrong, field, sentence
):
    *_, lesson = three
    closed = {**CLOSURE, "room_id": str(office.town.studio.id)}
    form = office.fill("/closures/new", closed, 409).form("/closures/new")
    sent = {**form.fields, **typed(lesson, "move", **NEXT_DAY)}
    sent |= {f"{lesson}-{name}": value for name, value in wrong.items()}
    page = office.browse.post("/office/wutongli/closures/new", sent, 422)
    assert sentence in error(page, f"{lesson}-{field}")
    assert closures(session) == []


def test_a_move_onto_another_booking_is_named_beside_it_and_the_list_stays(office, session, three):
    *_, lesson = three
    make.booking(
        session,
        office.town.mediation,
        instant(date(2026, 9, 23), time(13)),
        instant(date(2026, 9, 23), time(15)),
        "楼道调解",
    )
    session.commit()
    closed = {**CLOSURE, "room_id": str(office.town.studio.id)}
    form = office.fill("/closures/new", closed, 409).form("/closures/new")
    room = {"room_id": str(office.town.mediation.id)}
    page = office.browse.submit(form, typed(lesson, "move", **NEXT_DAY, **room), 409)
    assert "13:00–15:00 已经是“楼道调解”" in page.words
    assert "最多容纳 8 人" in page.words
    assert page.form("/closures/new").fields[f"{lesson}-on"] == ["2026-09-23"]
    assert closures(session) == []
    form = page.form("/closures/new")
    studio = {"room_id": str(office.town.classroom.id)}
    office.browse.submit(form, typed(lesson, "move", **NEXT_DAY, **studio))
    assert len(closures(session)) == 1


@on_one_database
def test_a_move_into_the_closure_itself_is_refused(office, session, three):
    *_, lesson = three
    closed = {**CLOSURE, "room_id": str(office.town.studio.id)}
    form = office.fill("/closures/new", closed, 409).form("/closures/new")
    same = {"on": "2026-09-22", "starts_time": "10:00", "ends_time": "11:30"}
    page = office.browse.submit(form, typed(lesson, "move", **same), 409)
    assert "这段时间关闭：检修电路" in page.words


@on_one_database
def test_a_booking_offers_no_move_without_a_room(office, three):
    page = office.fill("/closures/new", CLOSURE, 409)
    for key, offered in zip(three, (False, False, True), strict=True):
        choices = [one.get("value") for one in page.by_id(f"{key}-room_id").iter("option")]
        assert ("" in choices) is offered


def test_what_is_booked_between_the_list_and_the_saving_is_asked_about(office, session, three):
    *_, lesson = three
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    new = make.booking(
        session,
        office.town.studio,
        instant(TUESDAY, time(9)),
        instant(TUESDAY, time(10)),
        "临时会议",
        category=Category.MEETING,
    )
    session.commit()
    decided = {key: value for one in three for key, value in typed(one, "cancel").items()}
    page = office.browse.submit(form, decided, 409)
    assert "临时会议 国画室 还没决定" in page.words
    assert closures(session) == []
    assert told(session) == set()
    form = page.form("/closures/new")
    assert form.fields[f"{lesson}-fate"] == ["cancel"]
    office.browse.submit(form, typed(f"booking-{new.id}", "cancel"))
    assert len(closures(session)) == 1
    session.refresh(new)
    assert new.status is BookingStatus.RELEASED


@on_one_database
def test_other_dates_typed_with_the_decisions_ask_about_what_they_hit(office, session, three):
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    decided = {key: value for one in three for key, value in typed(one, "cancel").items()}
    page = office.browse.submit(form, {**decided, "ends_on": "2026-09-29"}, 409)
    assert "9月29日 周二 18:30–20:00 零基础国画" in page.words
    assert closures(session) == []


@on_one_database
def test_the_decisions_stay_while_the_dates_are_wrong_or_the_page_too_old(office, session, three):
    meeting, *_ = three
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    decided = typed(meeting, "leave", reason="在门厅开")
    page = office.browse.submit(form, {**decided, "ends_on": "2026-09-01"}, 422)
    assert "结束不能早于开始" in error(page, "ends_on")
    kept = page.form("/closures/new").fields
    assert (kept[f"{meeting}-fate"], kept[f"{meeting}-reason"]) == (["leave"], ["在门厅开"])
    assert kept["seen"] == form.fields["seen"]
    stale = {**form.fields, **decided, "csrf_token": "stale"}
    page = office.browse.post("/office/wutongli/closures/new", stale, 422)
    assert page.form("/closures/new").fields[f"{meeting}-fate"] == ["leave"]


@on_one_database
def test_a_closure_that_hits_too_much_is_entered_in_parts(office, three, monkeypatch):
    monkeypatch.setattr(closing, "MOST_HITS", 2)
    page = office.fill("/closures/new", CLOSURE, 409)
    assert "这段时间里有 3 个安排" in error(page, "ends_on")


@on_one_database
def test_keys_of_another_center_are_nothing(office, session, three):
    elsewhere = make.room(session, office.town.elsewhere, "舞蹈室")
    theirs = make.booking(
        session,
        elsewhere,
        instant(TUESDAY, time(9)),
        instant(TUESDAY, time(10)),
        "别处的会",
        category=Category.MEETING,
    )
    session.commit()
    key = f"booking-{theirs.id}"
    closed = {**CLOSURE, "room_id": str(office.town.mediation.id), "seen": key}
    form = office.get("/closures/new").form("/closures/new")
    sent = {**form.fields, **closed, **typed(key, "cancel")}
    wrong = {**sent, "ends_on": "2026-09-01"}
    assert "别处的会" not in office.browse.post("/office/wutongli/closures/new", wrong, 422).words
    office.browse.post("/office/wutongli/closures/new", sent)
    session.refresh(theirs)
    assert theirs.status is BookingStatus.HELD


def test_a_closure_that_hits_nothing_is_saved_at_once_and_ends(office, session, three):
    closed = {
        **CLOSURE,
        "room_id": str(office.town.mediation.id),
        "starts_time": "09:00",
        "ends_time": "20:00",
    }
    page = office.browse.follow(office.fill("/closures/new", closed))
    assert "已登记。" in page.words
    (closure,) = closures(session)
    assert (closure.room_id, closure.ends_at) == (
        office.town.mediation.id,
        instant(TUESDAY, time(20)),
    )
    office.press("/closures", f"/closures/{closure.id}/end")
    assert closures(session) == []


@on_one_database
def test_a_form_sent_twice_closes_once(office, session, three):
    form = office.fill("/closures/new", CLOSURE, 409).form("/closures/new")
    decided = {key: value for one in three for key, value in typed(one, "cancel").items()}
    first = office.browse.submit(form, decided)
    again = office.browse.submit(form, decided)
    assert first.location == again.location
    assert len(closures(session)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ends_on": "2026-09-21"}, "结束不能早于开始"),
        ({"starts_time": "12:00", "ends_time": "11:00"}, "结束时间要晚于开始时间"),
        ({"ends_on": "2036-09-22"}, "最长可以关闭两年"),
        ({"reason": ""}, "请写明原因"),
        ({"room_id": "999"}, "关闭哪里"),
    ],
)
@on_one_database
def test_a_closure_typed_wrong_is_not_saved(office, session, wrong, sentence):
    form = office.get("/closures/new").form("/closures/new")
    sent = {**form.fields, **CLOSURE, **wrong}
    page = office.browse.post("/office/wutongli/closures/new", sent, 422)
    assert sentence in page.words
    assert closures(session) == []
