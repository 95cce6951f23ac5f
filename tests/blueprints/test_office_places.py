"""The office's forms for districts, centers, rooms, hours, duty and terms."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from venue.accounts.rules import Role
from venue.duty.models import Shift
from venue.places.models import Center, District, OpeningRule, Room
from venue.places.rules import BookingMode, Layer
from venue.programs.models import Term

ROOM = {"name": "舞蹈室", "floor": "3", "area_m2": "90", "capacity": "30", "position": "4"}


def named(session, kind, name):
    session.expire_all()
    return session.scalars(select(kind).where(kind.name == name)).one_or_none()


# ---- Districts and centers -------------------------------------------------------------------


@pytest.fixture
def administrator(browse, session):
    """唐宁 looks after an installation in which there is nothing yet."""
    made = make.person(session, "唐宁", 1979, phone="+8613900000008")
    make.account(session, made)
    role = make.staff_role(session, made, Role.DISTRICT_OFFICER, make.district(session, "远山区"))
    role.role, role.district_id = Role.ADMINISTRATOR, None
    session.commit()
    browse.sign_in(make.user_of(session, made))
    session.rollback()
    return browse


CENTER = {
    "slug": "qingshi",
    "name": "青石党群服务中心",
    "address": "青石路 2 号",
    "phone": "021 6666 0002",
}


def test_an_administrator_makes_a_district_and_its_center(administrator, session):
    page = administrator.get("/office/districts")
    answer = administrator.submit(page.form("/office/districts"), {"name": "清江区"})
    assert "已添加" in administrator.follow(answer).words
    district = named(session, District, "清江区")
    form = administrator.get("/office/centers").form("/office/centers")
    answer = administrator.submit(form, {**CENTER, "district_id": str(district.id)})
    assert answer.location == "/office/qingshi/"
    assert "接下来请添加功能室" in administrator.follow(answer).words
    assert named(session, Center, "青石党群服务中心").phone == "+862166660002"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"slug": "Qing shi"}, "只用小写字母、数字和连字符"),
        ({"slug": "青石"}, "只用小写字母、数字和连字符"),
        ({"slug": "district"}, "这个词网址里已经用了"),
        ({"slug": ""}, "请填写简称"),
        ({"name": ""}, "请填写中心的名称"),
        ({"name": "长" * 61}, "最多 60 个字"),
        ({"phone": "12345"}, "这个电话号码拨不通"),
        ({"phone": ""}, "请填写有人接听的电话"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_center_typed_wrong_is_not_made(administrator, session, typed, sentence):
    form = administrator.get("/office/centers").form("/office/centers")
    page = administrator.submit(form, {**CENTER, **typed}, 422)
    assert sentence in page.words
    kept = page.form("/office/centers").fields
    assert kept["address"] == ["青石路 2 号"]
    assert session.scalars(select(Center)).all() == []


def test_an_address_or_name_that_is_taken_is_said_beside_its_field(administrator, session):
    form = administrator.get("/office/centers").form("/office/centers")
    administrator.submit(form, CENTER)
    form = administrator.get("/office/centers").form("/office/centers")
    page = administrator.submit(form, CENTER, 409)
    assert "这个简称已经有中心用了" in " ".join(page.by_id("slug-error").itertext())
    form = administrator.get("/office/districts").form("/office/districts")
    page = administrator.submit(form, {"name": "远山区"}, 409)
    assert "已经有这个区了" in " ".join(page.by_id("name-error").itertext())


def test_a_center_gets_another_address_and_a_new_neighborhood(office, session):
    answer = office.fill(
        "/center", {"address": "清江区梧桐路 20 号", "new_neighborhoods": "柳岸社区，河湾社区"}
    )
    assert "已保存" in office.browse.follow(answer).words
    session.refresh(office.town.wutongli)
    assert office.town.wutongli.address == "清江区梧桐路 20 号"
    assert {one.name for one in office.town.wutongli.neighborhoods} == {
        "梧桐里社区",
        "柳岸社区",
        "河湾社区",
    }


def test_fields_that_the_form_does_not_have_change_nothing(office, session):
    form = office.get("/center").form("/center")
    office.browse.post("/office/wutongli/center", {**form.fields, "slug": "mine", "id": "7"})
    session.refresh(office.town.wutongli)
    assert office.town.wutongli.slug == "wutongli"


# ---- Rooms -----------------------------------------------------------------------------------


def test_a_room_is_added_and_described(office, session):
    typed = {**ROOM, "booking_mode": "approval", "new_equipment": "把杆, 镜墙"}
    answer = office.fill("/rooms/new", typed)
    words = office.browse.follow(answer).words
    assert "舞蹈室" in words
    assert "把杆、镜墙" in words
    room = named(session, Room, "舞蹈室")
    assert (room.capacity, room.booking_mode, room.private) == (30, BookingMode.APPROVAL, False)
    [bar, _] = room.equipment
    answer = office.fill(
        f"/rooms/{room.id}", {"private": "y", "capacity": "28", "equipment_ids": [str(bar.id)]}
    )
    session.refresh(room)
    assert (room.capacity, room.private, room.equipment) == (28, True, [bar])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": " "}, "请填写功能室的名称"),
        ({"capacity": "0"}, "请填写 1 到 2000 之间的数"),
        ({"capacity": "99999999999999999999"}, "请填写 1 到 2000 之间的数"),
        ({"capacity": "很多"}, "请填写整数"),
        ({"area_m2": ""}, "请填写数字"),
        ({"floor": "500"}, "请填写 -5 到 60 之间的数"),
        ({"booking_mode": "nobody"}, "怎样预约"),
        ({"equipment_ids": ["777"]}, "设备"),
        ({"new_equipment": "很" * 41}, "每个名称最多 40 个字"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_room_typed_wrong_is_not_added(office, session, typed, sentence):
    form = office.get("/rooms/new").form("/rooms/new")
    sent = {**form.fields, **ROOM, "about": "朝南。", **typed}
    page = office.browse.post("/office/wutongli/rooms/new", sent, 422)
    assert sentence in page.words
    assert page.form("/rooms/new").fields["about"] == ["朝南。"]
    assert len(session.scalars(select(Room)).all()) == 3


def test_a_name_that_another_room_has_is_said_beside_its_field(office):
    page = office.fill("/rooms/new", {**ROOM, "name": "国画室"}, 409)
    assert "已经有叫这个名字的功能室" in " ".join(page.by_id("name-error").itertext())
    assert page.form("/rooms/new").fields["capacity"] == ["30"]


def test_a_room_that_is_booked_is_not_retired(office, session):
    page = office.press("/rooms", f"/rooms/{office.town.studio.id}/retirement", 409)
    assert "还有 12 个安排占着这个功能室" in page.words
    session.refresh(office.town.studio)
    assert office.town.studio.retired_at is None


def test_a_free_room_is_retired_and_comes_back(office, session):
    room = office.town.mediation
    office.press("/rooms", f"/rooms/{room.id}/retirement")
    assert "调解室" not in office.get("/bookings/new").words
    office.press("/rooms", f"/rooms/{room.id}/reopening")
    assert "调解室" in office.get("/bookings/new").words


# ---- Hours ----------------------------------------------------------------------------------


def test_a_layer_of_hours_shows_in_this_week(office, session):
    answer = office.fill(
        "/hours/new",
        {
            "layer": "extended",
            "weekdays": ["6", "7"],
            "opens_time": "06:30",
            "closes_time": "08:30",
        },
    )
    words = office.browse.follow(answer).words
    assert "06:30–08:30 延时、错时" in words
    assert "每周六、日 06:30–08:30" in words
    rule = session.scalars(select(OpeningRule).where(OpeningRule.opens_time == time(6, 30))).one()
    answer = office.fill(f"/hours/{rule.id}", {"weekdays": ["6"], "closes_time": "00:00"})
    session.refresh(rule)
    assert (rule.weekdays, rule.closes_time) == ("6", time(0))
    office.press(f"/hours/{rule.id}/removal", f"/hours/{rule.id}/removal")
    assert "06:30" not in office.get("/hours").words


def test_holiday_duty_needs_no_weekday(office, session):
    office.fill(
        "/hours/new",
        {
            "layer": "holiday_duty",
            "weekdays": [],
            "opens_time": "08:30",
            "closes_time": "16:30",
            "room_id": str(office.town.studio.id),
        },
    )
    rule = session.scalars(select(OpeningRule).where(OpeningRule.layer == Layer.HOLIDAY_DUTY)).one()
    assert (rule.weekdays, rule.room_id) == ("1234567", office.town.studio.id)


HOURS = {"opens_time": "08:30", "closes_time": "16:30", "weekdays": ["1"]}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"closes_time": "08:00"}, "结束要晚于开始"),
        ({"closes_time": "25:00"}, "请填写时间"),
        ({"opens_time": ""}, "请填写时间"),
        ({"weekdays": []}, "请至少选一天"),
        ({"weekdays": ["9"]}, "星期"),
        ({"layer": "secret"}, "哪一种开放"),
        ({"valid_from_on": "2026-10-02", "valid_until_on": "2026-10-01"}, "不能早于开始的日子"),
        ({"valid_from_on": "0001-01-01"}, "请核对年份"),
        ({"valid_from_on": "明天"}, "请填写日期"),
        ({"layer": "unattended", "phone": ""}, "无人值守要写明有事打哪个电话"),
        ({"layer": "unattended", "phone": "123"}, "这个电话号码拨不通"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_hours_typed_wrong_are_not_added(office, session, typed, sentence):
    form = office.get("/hours/new").form("/hours/new")
    sent = {**form.fields, **HOURS, **typed}
    page = office.browse.post("/office/wutongli/hours/new", sent, 422)
    assert sentence in page.words
    assert len(session.scalars(select(OpeningRule)).all()) == 4


# ---- Duty and terms --------------------------------------------------------------------------


def test_a_shift_is_entered_and_taken_out(office, session):
    person = str(office.town.he_jing.id)
    typed = {
        "label": "前台",
        "on": "2026-09-18",
        "starts_time": "08:30",
        "ends_time": "16:30",
        "person_ids": [person],
    }
    answer = office.fill("/duty", typed)
    page = office.browse.follow(answer)
    assert "前台 何静" in page.words
    assert "已登记" in page.words
    page = office.fill("/duty", {**typed, "label": "夜班", "ends_time": "10:00"}, 409)
    assert "何静 在 9月18日 周五 08:30–16:30 已经有班" in page.words
    assert page.form("/duty").fields["label"] == ["夜班"]
    shift = session.scalars(select(Shift)).one()
    office.press("/duty", f"/duty/{shift.id}/removal")
    session.expire_all()
    assert session.scalars(select(Shift)).all() == []


@pytest.mark.parametrize(
    ("typed", "status", "sentence"),
    [
        ({"ends_time": "08:00"}, 422, "结束要晚于开始"),
        ({"label": ""}, 422, "请填写岗位"),
        ({"person_ids": []}, 409, "还没有选谁来值班"),
        ({"person_ids": ["1"]}, 422, "谁来值班"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_shift_typed_wrong_is_not_entered(office, session, typed, status, sentence):
    form = office.get("/duty").form("/duty")
    right = {"label": "前台", "on": "2026-09-18", "starts_time": "08:30", "ends_time": "16:30"}
    person = {"person_ids": [str(office.town.he_jing.id)]}
    sent = {**form.fields, **right, **person, **typed}
    assert office.town.lin_xiao.id == 1
    page = office.browse.post("/office/wutongli/duty", sent, status)
    assert sentence in page.words
    assert session.scalars(select(Shift)).all() == []


@pytest.mark.parametrize("week", ["nonsense", "0001-01-01", "9999-12-31", "2026-09-16"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_week_that_cannot_be_is_this_week(office, week):
    assert "2026年9月14日至20日" in office.get(f"/duty?week={week}").words


def test_a_term_is_added_and_changed(office, session):
    typed = {"name": "2027 年春季", "starts_on": "2027-03-01", "ends_on": "2027-06-30"}
    office.fill("/terms/new", typed)
    term = named(session, Term, "2027 年春季")
    office.fill(f"/terms/{term.id}", {"ends_on": "2027-07-10"})
    session.refresh(term)
    assert term.ends_on == date(2027, 7, 10)
    page = office.fill("/terms/new", {**typed, "ends_on": "2027-02-01"}, 422)
    assert "最后一天不能早于第一天" in page.words


def test_a_term_of_another_district_is_not_found(office, session):
    far = make.term(session, make.district(session, "远山区"), "远山的学期")
    session.commit()
    office.get(f"/terms/{far.id}", 404)
    assert "远山的学期" not in office.get("/terms").words


# ---- Forms as such ---------------------------------------------------------------------------


def test_a_form_sent_twice_acts_once(office, session):
    form = office.get("/rooms/new").form("/rooms/new")
    first = office.browse.submit(form, ROOM)
    second = office.browse.submit(form, ROOM)
    assert first.location == second.location
    assert named(session, Room, "舞蹈室") is not None


def test_an_expired_token_keeps_what_was_typed(office, session):
    form = office.get("/rooms/new").form("/rooms/new")
    sent = {**form.fields, **ROOM, "csrf_token": "stale"}
    page = office.browse.post("/office/wutongli/rooms/new", sent, 422)
    assert "页面放得太久了" in page.words
    office.browse.submit(page.form("/rooms/new"))
    assert named(session, Room, "舞蹈室") is not None


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_characters_that_a_database_refuses_are_left_out(office, session):
    form = office.get("/rooms/new").form("/rooms/new")
    sent = {**form.fields, **ROOM, "name": "舞\x00蹈", "about": "一\x00\n二"}
    office.browse.post("/office/wutongli/rooms/new", sent)
    assert named(session, Room, "舞 蹈").about == "一\n二"
