"""The week of the rooms and the page of one: what stands where, and who may read what."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from tests import town as make
from tests.browsing import Answer
from tests.pages import text_of
from venue import clock
from venue.accounts.rules import Role
from venue.places.models import CalendarDay, Closure, Equipment, OpeningRule, Room, RoomBooking
from venue.places.rules import BookingStatus, Category, DayKind
from venue.programs.models import Program
from venue.programs.rules import Admission, Books
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import day_start, instant

WEEK = "/centers/wutongli/rooms"
MONDAY = date(2026, 9, 14)
"""Of the week in which the clock of the tests stands still, on Wednesday."""
WEDNESDAY, THURSDAY, SATURDAY = (MONDAY + timedelta(days=number) for number in (2, 3, 5))
NEXT_TUESDAY = make.FIRST_LESSON

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is decided above the database needs to be seen on one."""


def cell(answer: Answer, room: Room, on: date) -> str:
    """Return the words of a room's cell in the table."""
    for row in answer.by_class("week")[0].iter("tr"):
        cells = list(row)
        if text_of(cells[0]).startswith(room.name):
            return text_of(cells[1 + on.weekday()])
    raise AssertionError(f"{room.name} has no row")


def card(answer: Answer, room: Room) -> str:
    """Return the words of a room's card of the day."""
    found = [one for one in answer.by_class("room-card") if room.name in text_of(one.find(".//h2"))]
    assert len(found) == 1
    return text_of(found[0])


def booking(session, room: Room, on: date, purpose: str, category: Category) -> None:
    starts_at, ends_at = (instant(on, time(hour)) for hour in (14, 16))
    make.booking(session, room, starts_at, ends_at, purpose, category)
    session.commit()


def lesson(session, program: Program, on: date, room: Room, starts: time = time(18, 30)):
    made = make.lesson(session, program, on, starts, room=room)
    session.commit()
    return made


# ---- What stands where -----------------------------------------------------------------------


def test_a_lesson_stands_in_its_room_on_its_day(town, browse) -> None:
    page = browse.get(f"{WEEK}?week={NEXT_TUESDAY}")
    assert page.title.startswith("功能室安排")
    assert cell(page, town.studio, NEXT_TUESDAY) == "课夜校课程 18:30–20:00 零基础国画 余 25 席"
    assert "零基础国画" not in cell(page, town.studio, NEXT_TUESDAY + timedelta(days=1))
    assert "零基础国画" not in cell(page, town.classroom, NEXT_TUESDAY)
    assert "2026年9月21日至27日" in page.words
    assert "第 39 周" in page.words


@on_one_database
def test_the_lesson_leads_to_its_course_and_the_room_to_its_page(town, browse) -> None:
    links = browse.get(f"{WEEK}?week={NEXT_TUESDAY}").links()
    assert links["国画室"] == f"/rooms/{town.studio.id}?week=2026-09-21"
    assert f"/courses/{town.painting.id}" in links.values()


@on_one_database
def test_without_a_date_it_is_this_week_and_today(town, browse, db_session) -> None:
    lesson(db_session, town.painting, WEDNESDAY, town.studio)
    page = browse.get(WEEK)
    assert "零基础国画" in cell(page, town.studio, WEDNESDAY)
    assert "零基础国画" in card(page, town.studio)
    today = [text_of(head) for head in page.by_class("today")]
    assert today == ["16 周三"]


@on_one_database
@pytest.mark.parametrize("asked", ["week=2026-09-14", "week=2026-09-20", "day=2026-09-18"])
def test_any_date_of_a_week_shows_the_week(town, browse, asked: str) -> None:
    assert "2026年9月14日至20日" in browse.get(f"{WEEK}?{asked}").words


@on_one_database
@pytest.mark.parametrize(
    "asked",
    [
        "week=nonsense",
        "week=2026-02-30",
        "week=2019-09-14",
        "week=9999-12-31",
        "week=0001-01-01",
        "day=x",
    ],
)
def test_a_date_that_is_none_or_too_far_shows_this_week_and_says_so(
    town, browse, asked: str
) -> None:
    page = browse.get(f"{WEEK}?{asked}", status=404)
    assert "没有看懂要找的日期" in page.words
    assert "2026年9月14日至20日" in page.words


@on_one_database
def test_weeks_are_turned_one_by_one_and_not_without_end(town, browse) -> None:
    page = browse.get(f"{WEEK}?week={NEXT_TUESDAY}&category=course")
    links = page.links()
    assert links["‹"] == f"{WEEK}?week=2026-09-14&category=course"
    assert links["本周"] == f"{WEEK}?category=course"
    assert links["›"] == f"{WEEK}?week=2026-09-28&category=course"
    last = browse.get(f"{WEEK}?week={MONDAY + timedelta(weeks=105)}")
    assert "›" not in last.links()
    assert "‹" in last.links()


@on_one_database
def test_the_cards_show_the_day_that_was_chosen(town, browse) -> None:
    page = browse.get(f"{WEEK}?week={NEXT_TUESDAY}&day={NEXT_TUESDAY}")
    assert "零基础国画" in card(page, town.studio)
    strip = page.by_class("day-strip")[0]
    chosen = [text_of(link) for link in strip.iter("a") if link.get("aria-current")]
    assert chosen == ["周二 22"]
    other = browse.get(f"{WEEK}?week={NEXT_TUESDAY}")
    assert "零基础国画" not in card(other, town.studio)


@on_one_database
def test_a_part_of_the_page_is_the_same_as_in_the_page(town, browse) -> None:
    address = f"{WEEK}?day={NEXT_TUESDAY}"
    part = browse.fragment(address)
    assert [element.get("id") for element in part.root] == ["week"]
    assert text_of(browse.get(address).by_id("week")) == part.words
    assert "HX-Request-Type" in part.headers["Vary"]


@on_one_database
def test_an_unknown_center_is_not_found(town, browse) -> None:
    assert "没有找到" in browse.get("/centers/nowhere/rooms", status=404).words


@on_one_database
def test_a_center_without_rooms_says_so(town, browse) -> None:
    assert "这里还没有功能室" in browse.get("/centers/hewan/rooms").words


@on_one_database
def test_rooms_of_another_center_are_not_shown(town, browse, db_session) -> None:
    make.room(db_session, town.elsewhere, "河湾教室")
    db_session.commit()
    assert "河湾教室" not in browse.get(WEEK).words
    assert "国画室" not in browse.get("/centers/hewan/rooms").words


@on_one_database
def test_a_retired_room_is_shown_in_the_weeks_in_which_it_was_used(
    town, browse, db_session
) -> None:
    town.studio.retired_at = clock.now()
    db_session.commit()
    assert "国画室" in browse.get(WEEK).words
    assert "国画室" not in browse.get(f"{WEEK}?week={NEXT_TUESDAY}").words


@on_one_database
def test_a_room_tells_how_many_it_holds_and_what_it_has(town, browse, db_session) -> None:
    town.studio.equipment = [Equipment(name="水槽"), Equipment(name="无障碍")]
    db_session.commit()
    assert "国画室 25 人·水槽·无障碍" in browse.get(WEEK).words


# ---- Hours -----------------------------------------------------------------------------------


@on_one_database
def test_a_room_with_nothing_on_is_free_until_the_day_is_over(town, browse, clock) -> None:
    page = browse.get(WEEK)
    assert cell(page, town.studio, MONDAY) == ""
    assert cell(page, town.studio, WEDNESDAY) == "全天空闲"
    assert cell(page, town.studio, THURSDAY) == "全天空闲"
    clock.set(instant(WEDNESDAY, time(21)))
    assert cell(browse.get(WEEK), town.studio, WEDNESDAY) == ""


@on_one_database
def test_a_room_that_only_staff_book_is_not_offered_as_free(town, browse) -> None:
    assert cell(browse.get(WEEK), town.mediation, THURSDAY) == ""


@on_one_database
def test_a_day_without_hours_is_a_day_of_rest(town, browse, db_session) -> None:
    for rule in db_session.query(OpeningRule).where(OpeningRule.center_id == town.wutongli.id):
        rule.weekdays = "12345"
    db_session.commit()
    page = browse.get(WEEK)
    assert cell(page, town.studio, SATURDAY) == "休息"
    assert cell(page, town.studio, THURSDAY) == "全天空闲"


@on_one_database
def test_a_closure_stands_in_every_room_with_its_reason(town, browse, db_session) -> None:
    close(db_session, town, day_start(THURSDAY), day_start(THURSDAY + timedelta(days=1)), "消杀")
    page = browse.get(WEEK)
    for room in (town.studio, town.classroom, town.mediation):
        assert cell(page, room, THURSDAY) == "休息：消杀"


@on_one_database
def test_a_closure_of_some_hours_stands_beside_what_is_on(town, browse, db_session) -> None:
    lesson(db_session, town.painting, THURSDAY, town.studio)
    close(
        db_session,
        town,
        instant(THURSDAY, time(12)),
        instant(THURSDAY, time(14)),
        "换灯",
        town.studio,
    )
    page = browse.get(WEEK)
    words = cell(page, town.studio, THURSDAY)
    assert words.startswith("12:00–14:00 换灯")
    assert "零基础国画" in words
    assert cell(page, town.classroom, THURSDAY) == "全天空闲"


@on_one_database
def test_a_holiday_and_a_makeup_workday_are_named(town, browse, db_session) -> None:
    db_session.add_all(
        [
            CalendarDay(day_on=THURSDAY, kind=DayKind.HOLIDAY, name="中秋节"),
            CalendarDay(day_on=SATURDAY, kind=DayKind.MAKEUP_WORKDAY, name="中秋节"),
        ]
    )
    db_session.commit()
    page = browse.get(WEEK)
    heads = [text_of(head) for head in page.by_class("week")[0].find("thead/tr")]
    assert heads[4] == "17 周四 中秋节"
    assert heads[6] == "19 周六 调休上班"
    assert cell(page, town.studio, THURSDAY) == "休息：中秋节"


def close(session, town, starts_at: datetime, ends_at: datetime, reason: str, room=None) -> None:
    session.add(
        Closure(
            center_id=town.wutongli.id,
            room=room,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason,
        )
    )
    session.commit()


# ---- Seats and changes -----------------------------------------------------------------------


def test_few_seats_none_and_a_line_are_told(town, browse, db_session) -> None:
    pool = make.pool_of(db_session, town.painting)
    pool.capacity = 3
    make.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    address = f"{WEEK}?week={NEXT_TUESDAY}"
    assert cell(browse.get(address), town.studio, NEXT_TUESDAY).endswith("余 2 席")
    pool.capacity = 1
    make.enrollment(db_session, pool, town.zhou_wen, EnrollmentStatus.WAITLISTED)
    db_session.commit()
    assert cell(browse.get(address), town.studio, NEXT_TUESDAY).endswith("已满·候补 1 人")


@on_one_database
def test_before_the_window_opens_it_says_when_and_after_it_nothing(
    town, browse, db_session, clock
) -> None:
    address = f"{WEEK}?week={NEXT_TUESDAY}"
    clock.set(make.OPENS_AT - timedelta(hours=1))
    assert cell(browse.get(address), town.studio, NEXT_TUESDAY).endswith("9月10日 周四开放报名")
    clock.set(make.CLOSES_AT)
    assert cell(browse.get(address), town.studio, NEXT_TUESDAY).endswith("零基础国画")


@on_one_database
def test_who_may_just_come_reads_so(town, browse, db_session) -> None:
    make.course(
        db_session,
        town.wutongli,
        "晨练",
        room=town.classroom,
        lessons=1,
        admission=Admission.DROP_IN,
        category=Category.SENIOR,
    )
    db_session.commit()
    page = browse.get(f"{WEEK}?week={NEXT_TUESDAY}")
    assert cell(page, town.classroom, NEXT_TUESDAY) == "长长者活动 18:30–20:00 晨练 无需报名"


@on_one_database
def test_seats_of_single_sessions_are_their_own(town, browse, db_session) -> None:
    made = make.course(
        db_session,
        town.wutongli,
        "午餐",
        room=town.classroom,
        lessons=2,
        capacity=9,
        books=Books.SESSION,
    )
    make.enrollment(db_session, make.pool_of(db_session, made.sessions[1]), town.lin_xiao)
    db_session.commit()
    for week, left in ((0, 9), (1, 8)):
        on = NEXT_TUESDAY + timedelta(weeks=week)
        page = browse.get(f"{WEEK}?week={on}")
        assert cell(page, town.classroom, on).endswith(f"余 {left} 席")


@on_one_database
def test_what_goes_on_over_midnight_stands_on_each_of_its_days(town, browse, db_session) -> None:
    sunday = MONDAY - timedelta(days=1)
    starts_at, ends_at = instant(sunday, time(20)), instant(MONDAY + timedelta(days=1), time(9))
    make.booking(db_session, town.studio, starts_at, ends_at, "刷墙", Category.MEETING)
    db_session.commit()
    page = browse.get(WEEK)
    assert "00:00–24:00" in cell(page, town.studio, MONDAY)
    assert "00:00–09:00" in cell(page, town.studio, MONDAY + timedelta(days=1))
    assert "议事" not in cell(page, town.studio, WEDNESDAY)
    assert "20:00–24:00" in cell(browse.get(f"{WEEK}?week={sunday}"), town.studio, sunday)


def test_a_moved_lesson_tells_when_it_was_to_be(town, browse, db_session) -> None:
    one = lesson(db_session, town.painting, THURSDAY, town.studio)
    one.moved_from_at = instant(WEDNESDAY, time(18, 30))
    db_session.commit()
    words = cell(browse.get(WEEK), town.studio, THURSDAY)
    assert "改期" in words
    assert "原定 9月16日 周三 18:30" in words


def test_a_cancelled_lesson_stays_as_cancelled_and_gives_its_room_away(
    town, browse, db_session
) -> None:
    one = lesson(db_session, town.painting, WEDNESDAY, town.studio)
    one.cancelled_at = clock.now()
    one.cancel_reason = "老师生病"
    one.rooms[0].booking.status = BookingStatus.RELEASED
    booking_at = (one.starts_at, one.ends_at)
    db_session.commit()
    make.booking(db_session, town.studio, *booking_at, "合唱排练", Category.HIRE)
    db_session.commit()
    page = browse.get(WEEK)
    words = cell(page, town.studio, WEDNESDAY)
    assert "已取消" in words
    assert "居民预约" in words
    assert "老师生病" not in words
    assert "老师生病" in card(page, town.studio)


@on_one_database
def test_a_released_booking_is_gone(town, browse, db_session) -> None:
    booking(db_session, town.studio, THURSDAY, "茶会", Category.HIRE)
    db_session.query(RoomBooking).update({"status": BookingStatus.RELEASED})
    db_session.commit()
    assert cell(browse.get(WEEK), town.studio, THURSDAY) == "全天空闲"


# ---- Filters ---------------------------------------------------------------------------------


@on_one_database
def test_chips_count_what_the_week_holds_and_show_it_alone(town, browse, db_session) -> None:
    lesson(db_session, town.painting, WEDNESDAY, town.studio)
    booking(db_session, town.studio, WEDNESDAY, "茶会", Category.HIRE)
    booking(db_session, town.mediation, WEDNESDAY, "调解", Category.MEETING)
    for week in (-1, 1):
        booking(db_session, town.studio, WEDNESDAY + timedelta(weeks=week), "茶会", Category.HIRE)
    page = browse.get(WEEK)
    chips = [text_of(chip) for chip in page.by_class("chip")]
    assert chips == ["全部 3", "课夜校课程 1", "租居民预约 1"]
    only = browse.get(f"{WEEK}?category=course")
    words = cell(only, town.studio, WEDNESDAY)
    assert "零基础国画" in words
    assert "居民预约" not in words
    assert "调解室" not in only.words
    assert [text_of(chip) for chip in only.by_class("chip")] == chips


@on_one_database
def test_a_chosen_kind_that_the_week_does_not_hold_can_be_given_up(town, browse) -> None:
    page = browse.get(f"{WEEK}?category=care")
    chosen = [text_of(chip) for chip in page.by_class("chip") if chip.get("aria-current")]
    assert chosen == ["托托管 0"]
    assert page.links()["全部 0"] == f"{WEEK}?week={MONDAY}&day={WEDNESDAY}"


@on_one_database
def test_a_room_whose_events_are_hidden_is_not_called_free(town, browse, db_session) -> None:
    lesson(db_session, town.painting, THURSDAY, town.studio)
    booking(db_session, town.studio, WEDNESDAY, "茶会", Category.HIRE)
    page = browse.get(f"{WEEK}?category=course")
    assert cell(page, town.studio, WEDNESDAY) == ""


@on_one_database
@pytest.mark.parametrize("category", ["nonsense", "COURSE", ""])
def test_a_category_that_there_is_not_is_no_filter(town, browse, category: str) -> None:
    page = browse.get(f"{WEEK}?category={category}")
    assert "调解室" in page.words


@on_one_database
def test_on_a_day_without_the_kind_the_cards_say_so(town, browse, db_session) -> None:
    lesson(db_session, town.painting, THURSDAY, town.studio)
    page = browse.get(f"{WEEK}?category=course")
    assert "这一天没有这类安排" in page.words


# ---- Who may read what -----------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "lin_xiao", "teacher_gu", "wei_dong"])
def test_of_a_private_room_everybody_learns_only_that_it_is_taken(
    town, browse, db_session, sign_in, who: str | None
) -> None:
    if who is not None:
        sign_in(getattr(town, who))
    booking(db_session, town.mediation, WEDNESDAY, "张家与李家的墙", Category.MEETING)
    lesson(db_session, town.painting, THURSDAY, town.mediation)
    page = browse.get(WEEK)
    assert cell(page, town.mediation, WEDNESDAY) == "14:00–16:00 已占用"
    assert cell(page, town.mediation, THURSDAY) == "18:30–20:00 已占用"
    for told in (page.text, browse.fragment(WEEK).text, browse.get(room_page(town)).text):
        assert "张家" not in told
        assert "零基础国画" not in told


def room_page(town: make.Town) -> str:
    return f"/rooms/{town.mediation.id}"


@on_one_database
@pytest.mark.parametrize("who", ["he_jing", "shen_lan"])
def test_desk_and_office_read_what_a_private_room_is_taken_for(
    town, browse, db_session, sign_in, who: str
) -> None:
    sign_in(getattr(town, who))
    booking(db_session, town.mediation, WEDNESDAY, "张家与李家的墙", Category.MEETING)
    assert "张家与李家的墙" in cell(browse.get(WEEK), town.mediation, WEDNESDAY)
    assert "张家与李家的墙" in browse.get(room_page(town)).words


@on_one_database
def test_staff_of_another_center_are_everybody_here(town, browse, db_session, sign_in) -> None:
    stranger = make.person(db_session, "方圆", phone="+8613900000099")
    make.account(db_session, stranger)
    make.staff_role(db_session, stranger, Role.MANAGER, town.elsewhere)
    booking(db_session, town.mediation, WEDNESDAY, "张家与李家的墙", Category.MEETING)
    sign_in(stranger)
    assert "张家" not in browse.get(WEEK).text


def test_a_booking_tells_everybody_its_kind_and_staff_its_purpose(
    town, browse, db_session, sign_in
) -> None:
    booking(db_session, town.studio, WEDNESDAY, "三号楼生日会", Category.HIRE)
    page = browse.get(WEEK)
    assert cell(page, town.studio, WEDNESDAY) == "租居民预约 14:00–16:00 居民预约"
    assert "三号楼" not in page.text
    sign_in(town.he_jing)
    assert "三号楼生日会" in cell(browse.get(WEEK), town.studio, WEDNESDAY)


def test_a_draft_takes_its_room_and_only_staff_read_which(
    town, browse, db_session, sign_in
) -> None:
    town.painting.published_at = None
    db_session.commit()
    address = f"{WEEK}?week={NEXT_TUESDAY}"
    page = browse.get(address)
    assert cell(page, town.studio, NEXT_TUESDAY) == "18:30–20:00 已占用"
    assert "零基础国画" not in page.text
    sign_in(town.shen_lan)
    assert "零基础国画 草稿" in cell(browse.get(address), town.studio, NEXT_TUESDAY)


# ---- The page of a room ----------------------------------------------------------------------


@on_one_database
def test_a_room_has_a_page_with_its_facts_its_week_and_its_calendar(
    town, browse, db_session
) -> None:
    town.studio.about = "四张大案，笔墨自取。"
    lesson(db_session, town.painting, THURSDAY, town.studio)
    page = browse.get(f"/rooms/{town.studio.id}")
    assert page.title.startswith("国画室")
    for part in ("25 人", "50 平方米", "2 楼", "四张大案", "零基础国画", "08:30–21:00"):
        assert part in page.words
    assert f"/calendars/rooms/{town.studio.id}.ics" in page.text
    assert page.links()["›"] == f"/rooms/{town.studio.id}?week=2026-09-21"


@on_one_database
def test_the_page_of_a_room_stands_in_its_center(town, browse, db_session) -> None:
    far = make.room(db_session, town.elsewhere, "河湾教室")
    db_session.commit()
    page = browse.get(f"/rooms/{far.id}")
    assert page.links()["功能室"] == "/centers/hewan/rooms"


@on_one_database
def test_the_page_of_a_room_turns_to_other_weeks(town, browse) -> None:
    page = browse.get(f"/rooms/{town.studio.id}?week={NEXT_TUESDAY}")
    assert "零基础国画" in page.words
    far = browse.get(f"/rooms/{town.studio.id}?week=x", status=404)
    assert "没有看懂要找的日期" in far.words


@on_one_database
def test_a_retired_room_says_so(town, browse, db_session) -> None:
    town.studio.retired_at = clock.now()
    db_session.commit()
    assert "这个房间已经不再使用" in browse.get(f"/rooms/{town.studio.id}").words


@on_one_database
@pytest.mark.parametrize("number", ["9999", "99999999999999999999"])
def test_a_room_that_there_is_not_is_a_sentence(town, browse, number: str) -> None:
    assert "没有找到" in browse.get(f"/rooms/{number}", status=404).words


# ---- Queries ---------------------------------------------------------------------------------


def test_the_week_takes_as_many_queries_at_1000_sessions_as_at_10(
    town, browse, db_session, count_queries
) -> None:
    def ask() -> int:
        with count_queries() as sent:
            browse.get(f"{WEEK}?week={NEXT_TUESDAY}")
            browse.get(f"/rooms/{town.studio.id}?week={NEXT_TUESDAY}")
        return len(sent)

    fill(db_session, town, sessions=10)
    few = ask()
    fill(db_session, town, sessions=990)
    assert ask() == few


def fill(session, town: make.Town, sessions: int) -> None:
    """Make so many sessions in the week of the first lesson, five of them in each new room."""
    known = session.query(Room).count()
    for number in range(sessions // 5):
        room = make.room(session, town.wutongli, f"教室{known + number}", position=known + number)
        program = make.program(session, town.wutongli, f"课程{known + number}")
        make.seats(session, program)
        for day in range(5):
            make.lesson(session, program, NEXT_TUESDAY + timedelta(days=day), room=room)
    session.commit()
