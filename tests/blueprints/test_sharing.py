"""Sharing rooms and running programs together, through the forms of the office and on all pages."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests import town as make
from tests.browsing import Browser
from tests.pages import text_of
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.places.models import RoomBooking
from venue.places.sharing import share_room
from venue.programs.calendar import publish_program
from venue.programs.partnering import run_together
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

DAY = date(2026, 9, 17)
TALK = {"room_id": "", "on": str(DAY), "starts_time": "14:00", "ends_time": "16:00"}


@pytest.fixture
def session(db_session):
    return db_session()


@pytest.fixture
def dance(office, session):
    """舞蹈室 of 河湾, which its manager may share."""
    made = make.room(session, office.town.elsewhere, "舞蹈室", 30)
    session.commit()
    return made


def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


@pytest.fixture
def shared(office, session, dance):
    share_room(session, dance.id, [office.town.wutongli.id], **acts())
    session.commit()
    return dance


def choices(form, name: str) -> dict[str, str]:
    [select] = [one for one in form.element.iter("select") if one.get("name") == name]
    return {text_of(option): option.get("value") for option in select.iter("option")}


# ---- The forms of rooms and centers ----------------------------------------------------------


def test_a_room_gets_its_limits_and_is_shared(office, session):
    town = office.town
    path = f"/rooms/{town.studio.id}"
    answer = office.fill(
        path,
        {
            "setup_minutes": "15",
            "cleanup_minutes": "30",
            "advance_days": "14",
            "longest_minutes": "90",
            "residents_only": "y",
            "shared_with_ids": [str(town.elsewhere.id)],
        },
    )
    assert "已保存" in office.browse.follow(answer).words
    session.refresh(town.studio)
    room = town.studio
    assert (room.setup_minutes, room.cleanup_minutes) == (15, 30)
    assert (room.advance_days, room.longest_minutes, room.residents_only) == (14, 90, True)
    assert room.shared_with == [town.elsewhere]
    page = office.browse.get(path)
    for said in (
        "最多提前 14 天约，一次最多 90 分钟",
        "用前留 15 分钟、用后留 30 分钟收拾",
        "只限服务社区的居民",
        "河湾党群服务中心",
    ):
        assert said in page.words
    office.fill(path, {"shared_with_ids": [], "advance_days": ""})
    session.refresh(room)
    assert (room.shared_with, room.advance_days) == ([], None)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("setup_minutes", "-1", "0 到 240 之间"),
        ("cleanup_minutes", "x", "请填写整数"),
        ("advance_days", "0", "1 到 366 之间"),
        ("longest_minutes", "5", "15 到 1440 之间"),
    ],
)
def test_limits_that_cannot_be_are_said_beside_their_field(office, field, typed, sentence):
    page = office.fill(f"/rooms/{office.town.studio.id}", {field: typed}, 422)
    assert sentence in text_of(page.by_id(f"{field}-error"))


def test_a_room_is_shared_with_no_center_of_another_district(office, session):
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    session.commit()
    path = f"/rooms/{office.town.studio.id}"
    form = office.get(path).form(path)
    assert "远山" not in text_of(form.element)
    page = office.browse.submit(form, {"shared_with_ids": [str(far.id)]}, 422)
    assert "请从列出的选项里选" in text_of(page.by_id("shared_with_ids-error"))
    session.refresh(office.town.studio)
    assert office.town.studio.shared_with == []


def test_a_center_alone_in_its_district_is_not_asked_for_others(office, session):
    office.town.elsewhere.district_id = make.district(session, "远山区").id
    session.commit()
    for path in (f"/rooms/{office.town.studio.id}", "/programs/new"):
        words = office.get(path).words
        assert "和哪些中心" not in words
    office.fill(f"/rooms/{office.town.studio.id}", {"about": "一间"})


def test_a_center_limits_the_bookings_of_a_month(office, session):
    office.fill("/center", {"bookings_a_month": "2"})
    session.refresh(office.town.wutongli)
    assert office.town.wutongli.bookings_a_month == 2
    page = office.fill("/center", {"bookings_a_month": "0"}, 422)
    assert "1 到 99 之间" in text_of(page.by_id("bookings_a_month-error"))


# ---- Filling a shared room -------------------------------------------------------------------


def test_shared_rooms_are_offered_in_every_form_with_their_center(office, shared):
    town = office.town
    lesson = town.painting.sessions[0]
    for path, action in (
        ("/bookings/new", "/bookings/new"),
        (f"/programs/{town.painting.id}/series", "/series"),
        (f"/sessions/{lesson.id}", "/move"),
    ):
        offered = choices(office.get(path).form(action), "room_id")
        assert offered["国画室"] == str(town.studio.id)
        assert offered["河湾党群服务中心 舞蹈室"] == str(shared.id)


def test_closures_are_of_ones_own_rooms_alone(office, shared):
    offered = choices(office.get("/closures/new").form("/closures/new"), "room_id")
    assert not [name for name in offered if "舞蹈室" in name]


def test_a_meeting_in_a_shared_room_stands_in_that_center(office, shared, session):
    answer = office.fill(
        "/bookings/new", {**TALK, "room_id": str(shared.id), "purpose": "两个中心的联席会"}
    )
    page = office.browse.follow(answer)
    assert "已登记在河湾党群服务中心" in page.words
    assert "14:00–16:00" in page.words
    assert "联席会" not in office.get("/bookings").words


@pytest.mark.parametrize("path", ["/bookings/new", "series", "move"])
def test_a_room_that_is_not_shared_is_refused_beside_its_field(office, session, dance, path):
    town = office.town
    if path == "series":
        path = action = f"/programs/{town.painting.id}/series"
        typed = {"starts_on": str(DAY), "weekdays": ["4"], "count": "2", "until_on": ""}
        typed |= {"starts_time": "14:00", "ends_time": "16:00"}
    elif path == "move":
        path = f"/sessions/{town.painting.sessions[0].id}"
        action, typed = "/move", {}
    else:
        action, typed = path, {**TALK, "purpose": "会"}
    before = session.query(RoomBooking).count()
    page = office.fill(path, {**typed, "room_id": str(dance.id)}, 422, action)
    assert "请从列出的选项里选" in text_of(page.by_id("room_id-error"))
    assert session.query(RoomBooking).count() == before


def test_sharing_that_has_just_ended_is_refused(office, session, shared):
    form = office.get("/bookings/new").form("/bookings/new")
    share_room(session, shared.id, [], **acts())
    session.commit()
    typed = {**TALK, "room_id": str(shared.id), "purpose": "会"}
    office.browse.submit(form, typed, 422)


# ---- Running something together --------------------------------------------------------------


def test_a_program_is_run_with_another_center(office, session):
    town = office.town
    path = f"/programs/{town.painting.id}/edit"
    office.fill(path, {"partner_ids": [str(town.elsewhere.id)]})
    session.refresh(town.painting)
    assert town.painting.partners == [town.elsewhere]
    assert office.get(path).form(path).fields["partner_ids"] == [str(town.elsewhere.id)]
    office.fill(path, {"partner_ids": []})
    session.refresh(town.painting)
    assert town.painting.partners == []


def test_a_new_program_has_its_partners_from_the_start(office, session):
    town = office.town
    typed = {"title": "联欢会", "price_fen": "0", "joining": "drop_in"}
    office.fill("/programs/new", {**typed, "partner_ids": [str(town.elsewhere.id)]})
    [made] = session.query(make.Program).where(make.Program.title == "联欢会")
    assert made.partners == [town.elsewhere]


def test_a_center_of_another_district_is_no_partner(office, session):
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    session.commit()
    path = f"/programs/{office.town.painting.id}/edit"
    page = office.fill(path, {"partner_ids": [str(far.id)]}, 422)
    assert "请从列出的选项里选" in text_of(page.by_id("partner_ids-error"))


@pytest.fixture
def together(office, session):
    """零基础国画 is run with 河湾, and one lesson is today."""
    town = office.town
    run_together(session, town.painting.id, [town.elsewhere.id], **acts())
    today = make.lesson(session, town.painting, date(2026, 9, 16), time(18, 30), room=town.studio)
    publish_program(session, town.painting.id, now=venue_clock.now())
    session.commit()
    return today


def test_what_is_run_together_stands_in_both_lists_and_says_where(office, together, browse):
    for slug, place in (("wutongli", "国画室"), ("hewan", "梧桐里党群服务中心 国画室")):
        page = browse.get(f"/centers/{slug}/courses")
        assert "零基础国画" in page.words
        assert f"地点{place} · 顾长青老师" in page.words
        assert f"18:30–20:00 零基础国画 {place}" in browse.get(f"/centers/{slug}/").words
    assert "合办梧桐里党群服务中心" in browse.get("/centers/hewan/courses").words
    page = browse.get(f"/courses/{office.town.painting.id}")
    assert "合办梧桐里党群服务中心、河湾党群服务中心" in page.words


def test_what_is_run_together_is_in_both_calendars(office, together, browse):
    for slug in ("wutongli", "hewan"):
        feed = browse.get(f"/calendars/centers/{slug}.ics")
        assert feed.text.count("BEGIN:VEVENT") == 13
    assert "零基础国画" in browse.get("/calendars/?center=hewan").words


def test_the_next_day_with_something_on_counts_what_is_run_together(office, together, browse):
    assert "9月22日 周二" in browse.get("/centers/hewan/").words


def test_a_draft_is_shown_in_neither(office, together, browse, session):
    office.town.painting.published_at = None
    session.commit()
    for slug in ("wutongli", "hewan"):
        assert "零基础国画" not in browse.get(f"/centers/{slug}/courses").words
        assert "零基础国画" not in browse.client.get(f"/centers/{slug}/").text or slug == "wutongli"


def test_a_lesson_moved_from_today_is_told_in_both(office, together, browse, session):
    together.moved_from_at = together.starts_at
    together.starts_at = instant(DAY, time(18, 30))
    together.ends_at = instant(DAY, time(20))
    session.commit()
    for slug in ("wutongli", "hewan"):
        page = browse.get(f"/centers/{slug}/")
        assert "改到 9月17日 周四 18:30" in page.words


def test_the_desk_of_the_other_center_enrolls_too(office, together, session, browse):
    town = office.town
    desk = make.person(session, "叶舒", 1990, phone="+8613900000031")
    make.account(session, desk)
    make.staff_role(session, desk, make.Role.DESK, town.elsewhere)
    guest = make.person(session, "方圆", 1990, known_to=[town.elsewhere])
    session.commit()
    browse.sign_in(make.user_of(session, desk))
    page = browse.get(f"/desk/hewan/people/{guest.id}?q=国画")
    answer = browse.submit(page.form(f"/people/{guest.id}/enrollments"))
    assert "已报名" in browse.follow(answer).words
    assert "零基础国画" in browse.get(f"/desk/hewan/people/{guest.id}").words


def test_lists_take_as_many_queries_for_many_partners_as_for_one(
    office, together, session, browse, count_queries
):
    def ask() -> int:
        with count_queries() as sent:
            for path in ("", "courses"):
                browse.get(f"/centers/hewan/{path}")
            browse.get("/calendars/centers/hewan.ics")
        return len(sent)

    ask()  # from the first visit on, the browser remembers the center
    few = ask()
    for number in range(20):
        made = make.course(session, office.town.wutongli, f"课{number}", lessons=2)
        run_together(session, made.id, [office.town.elsewhere.id], **acts())
    session.commit()
    assert ask() == few


# ---- Choosing a center -----------------------------------------------------------------------


def test_centers_stand_under_their_district_with_doors_and_number(office, session, browse):
    far = make.center(session, make.district(session, "远山区"), "yuanshan", "远山党群服务中心")
    session.commit()
    page = browse.get("/centers/")
    assert page.words.index("清江区 2 个中心") < page.words.index("远山区 1 个中心")
    for said in ("梧桐里党群服务中心 现在看的", "现在开放", "清江区梧桐路 18 号", "021 6666 0018"):
        assert said in page.words
    assert page.links()[far.name] == "/centers/yuanshan/"


# ---- What others do in a room ----------------------------------------------------------------


@pytest.fixture
def choir(office, session):
    """河湾's choir, today in a room of 梧桐里."""
    town = office.town
    made = make.program(session, town.elsewhere, "河湾合唱")
    make.lesson(session, made, date(2026, 9, 16), time(14), room=town.classroom)
    session.commit()
    return made


def test_the_office_sees_who_else_is_in_the_house_and_its_own_who_are_elsewhere(
    office, session, choir, dance
):
    guest = make.lesson(session, office.town.painting, date(2026, 9, 16), time(18, 30), room=dance)
    session.commit()
    page = office.get()
    assert "14:00–15:30 河湾合唱 河湾党群服务中心 多功能教室" in page.words
    assert "18:30–20:00 零基础国画 河湾党群服务中心 舞蹈室" in page.words
    assert f"/office/wutongli/sessions/{guest.id}" in page.text
    assert "河湾合唱" not in page.links()


def test_of_a_private_room_that_is_shared_everybody_learns_only_that_it_is_taken(
    office, session, choir
):
    town = office.town
    town.classroom.private = True
    run_together(session, choir.id, [town.wutongli.id], **acts())
    make.shared(session, town.classroom, town.elsewhere)
    publish_program(session, choir.id, now=venue_clock.now())
    session.commit()
    stranger = Browser(office.browse.app)
    for path in ("/centers/wutongli/rooms", f"/rooms/{town.classroom.id}"):
        answer = stranger.get(path)
        assert "14:00–15:30 已占用" in answer.words
        assert "河湾合唱" not in answer.text
    for slug in ("wutongli", "hewan"):
        assert "河湾合唱" not in stranger.get(f"/centers/{slug}/").text
    for feed in ("centers/wutongli", "centers/hewan", f"rooms/{town.classroom.id}"):
        answer = stranger.get(f"/calendars/{feed}.ics")
        assert "SUMMARY:已占用" in answer.text
        assert "河湾合唱" not in answer.text
