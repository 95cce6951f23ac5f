"""The search for a free room, for residents and staff; what cannot be is said at its field."""

from __future__ import annotations

from datetime import date, time
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import town as make
from tests.pages import text_of
from venue import clock as venue_clock
from venue.audit.rules import SYSTEM
from venue.places.models import Equipment
from venue.places.rules import BookingMode
from venue.places.sharing import share_room
from venue.reservations.outcomes import Reserved
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

SEARCH = "/centers/wutongli/rooms/search"
DAY = date(2026, 9, 17)
AFTERNOON = "on=2026-09-17&from=14:00&to=16:00"


@pytest.fixture
def town(db_session):
    made = make.build(db_session)
    made.studio.equipment = [Equipment(name="水槽")]
    db_session.commit()
    return made


def links_to_book(page) -> list[str]:
    return [
        link.get("href")
        for link in page.by_id("room-search").iter("a")
        if text_of(link).startswith("预约")
    ]


def take(session, room, starts: int, ends: int, on: date = DAY) -> None:
    make.booking(session, room, instant(on, time(starts)), instant(on, time(ends)), "聚会")
    session.commit()


def test_the_empty_form_proposes_a_time_and_finds_nothing_yet(town, browse, clock):
    fields = browse.get(SEARCH).form("/rooms/search").fields
    assert (fields["on"], fields["from"], fields["to"]) == (["2026-09-16"], ["11:00"], ["13:00"])
    clock.set(instant(DAY, time(20, 30)))
    fields = browse.get(SEARCH).form("/rooms/search").fields
    assert (fields["on"], fields["from"]) == (["2026-09-18"], ["09:00"])


def test_a_free_room_leads_to_its_reservation_with_everything_that_was_asked(town, browse):
    page = browse.get(f"{SEARCH}?{AFTERNOON}&people=30")
    assert "1 间空着" in page.words
    [address] = links_to_book(page)
    parts = urlsplit(address)
    assert parts.path == f"/rooms/{town.classroom.id}/reservation"
    assert parse_qs(parts.query) == {
        "on": ["2026-09-17"],
        "from": ["14:00"],
        "to": ["16:00"],
        "people": ["30"],
    }


def test_the_form_keeps_what_was_asked(town, browse):
    kind = town.studio.equipment[0].id
    page = browse.get(f"{SEARCH}?{AFTERNOON}&people=9&equipment={kind}")
    fields = page.form("/rooms/search").fields
    assert fields["people"] == ["9"]
    assert fields["equipment"] == [str(kind)]
    assert "国画室" in page.words
    assert "多功能教室" not in page.words


def test_a_part_of_the_page_is_the_same_as_in_the_page(town, browse):
    address = f"{SEARCH}?{AFTERNOON}"
    part = browse.fragment(address)
    assert part.words == text_of(browse.get(address).by_id("room-search"))


def test_when_none_is_free_the_nearest_are_offered(town, browse, db_session):
    for room in (town.studio, town.classroom):
        take(db_session, room, 13, 15)
    make.room(db_session, town.elsewhere, "舞蹈室", 30)
    db_session.commit()
    page = browse.get(f"{SEARCH}?{AFTERNOON}")
    for said in (
        "这个时间没有合适的空房间",
        "换个时间，同一天 9月17日 周四 15:00–17:00",
        "换一天，同样的时间 9月18日 周五 14:00–16:00",
        "换个中心，同样的时间 9月17日 周四 14:00–16:00 河湾党群服务中心 舞蹈室",
    ):
        assert said in page.words


def test_when_nothing_comes_near_there_is_a_number_to_call(town, browse, db_session):
    db_session.query(make.OpeningRule).delete()
    db_session.commit()
    page = browse.get(f"{SEARCH}?{AFTERNOON}", status=422)
    assert "前后三天也没有" in page.words
    assert "这天不开放" in text_of(page.by_id("from-error"))


@pytest.mark.parametrize(
    ("asked", "field", "sentence"),
    [
        ("on=2026-09-17&from=16:00&to=14:00", "to", "结束要晚于开始"),
        ("on=2026-09-17&from=20:00&to=01:00", "to", "结束要晚于开始；到半夜请填 00:00"),
        ("on=2026-09-17&from=21:30&to=22:30", "from", "这天开放 08:30–21:00"),
        ("on=2026-09-17&from=20:00&to=00:00", "from", "不在开放时间里"),
        ("on=2026-09-15&from=14:00&to=16:00", "on", "这一天已经过去了"),
        ("on=2026-09-16&from=08:30&to=09:30", "from", "这个时间已经过去了"),
        ("on=2029-09-15&from=14:00&to=16:00", "on", "最远可以查到一年以后"),
        ("on=nonsense&from=14:00&to=16:00", "on", "请填写日期"),
        ("on=2026-09-17&from=x&to=16:00", "from", "请填写时间"),
        ("on=2026-09-17", "from", "请填写时间"),
        (f"{AFTERNOON}&people=0", "people", "1 到 2000 之间"),
        (f"{AFTERNOON}&people=many", "people", "请填写整数"),
        (f"{AFTERNOON}&people=500", "people", "这里最大的功能室坐 40 人"),
        (f"{AFTERNOON}&equipment=9999", "equipment", "请从列出的选项里选"),
        (f"{AFTERNOON}&equipment=x", "equipment", "请从列出的选项里选"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(town, browse, asked, field, sentence):
    page = browse.get(f"{SEARCH}?{asked}", status=422)
    assert sentence in text_of(page.by_id(f"{field}-error"))


def test_a_closure_says_its_reason(town, browse, db_session):
    shut = Interval(instant(DAY, time(8)), instant(DAY, time(22)))
    make.closure(db_session, town.wutongli, shut, "消杀")
    db_session.commit()
    page = browse.get(f"{SEARCH}?{AFTERNOON}", status=422)
    assert "这段时间关闭：消杀" in text_of(page.by_id("from-error"))
    assert "换一天" in page.words


def test_what_residents_may_not_book_is_shown_to_the_office_alone(town, browse, db_session):
    town.studio.booking_mode = BookingMode.STAFF_ONLY
    db_session.commit()
    asked = f"{SEARCH}?{AFTERNOON}"
    page = browse.get(asked)
    assert "国画室" not in page.words
    assert "调解室" not in page.words
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    page = browse.get(asked)
    assert "国画室" in page.words
    assert "调解室" in page.words


def test_the_office_is_led_to_its_own_form_with_everything_filled_in(town, browse, db_session):
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    page = browse.get(f"{SEARCH}?{AFTERNOON}&people=30")
    [address] = links_to_book(page)
    form = browse.get(address).form("/office/wutongli/bookings/new")
    for name, typed in {
        "room_id": str(town.classroom.id),
        "on": "2026-09-17",
        "starts_time": "14:00",
        "ends_time": "16:00",
        "people": "30",
    }.items():
        assert form.fields[name] == [typed]
    browse.submit(form, {"purpose": "业委会协商会"})
    assert "多功能教室 2 楼" not in browse.get(f"{SEARCH}?{AFTERNOON}&people=30").words


def test_the_rooms_are_listed_with_those_that_others_share(town, browse, db_session):
    dance = make.room(db_session, town.elsewhere, "舞蹈室", 30)
    make.room(db_session, town.elsewhere, "会议室", 10)
    acts = {"actor": SYSTEM, "now": venue_clock.now()}
    share_room(db_session(), dance.id, [town.wutongli.id], **acts)
    town.mediation.retired_at = venue_clock.now()
    db_session.commit()
    page = browse.get("/centers/wutongli/rooms/list")
    assert "2 间" in page.words
    for said in ("国画室", "水槽", "居民可以约，马上算数", "和别的中心共用", "舞蹈室 河湾党群"):
        assert said in page.words
    assert "会议室" not in page.words
    assert "调解室" not in page.words
    assert page.links()["找空房间"] == SEARCH


def test_lists_and_search_take_as_many_queries_for_many_rooms_as_for_few(
    town, browse, db_session, count_queries
):
    def ask() -> int:
        with count_queries() as sent:
            browse.get("/centers/wutongli/rooms/list")
            browse.get(f"{SEARCH}?{AFTERNOON}")
            browse.get("/centers/")
        return len(sent)

    few = ask()
    for number in range(30):
        room = make.room(db_session, town.wutongli, f"教室{number}")
        room.equipment = [Equipment(name=f"设备{number}")]
        make.center(db_session, town.district, f"center{number}", f"中心{number}")
    db_session.commit()
    assert ask() == few


# ---- Free, and yet not to be had -------------------------------------------------------------

LONG = "on=2026-09-17&from=14:00&to=18:00"
FAR = "on=2026-10-29&from=14:00&to=16:00"


def card_of(page, room) -> str:
    [card] = [
        text_of(one)
        for one in page.by_id("room-search").iter("li")
        if text_of(one).find(room.name) >= 0
    ]
    return card


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [(LONG, "一次最多用 3 小时"), (FAR, "最多提前 30 天预约，现在最晚可以约 10月16日")],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_free_room_that_nobody_may_have_so_says_why_instead_of_how(
    town, browse, db_session, asked, sentence, signed_in
):
    if signed_in:
        browse.sign_in(make.user_of(db_session, town.lin_xiao))
    page = browse.get(f"{SEARCH}?{asked}")
    assert "2 间空着" in page.words
    assert sentence in card_of(page, town.studio)
    assert links_to_book(page) == []


def test_what_depends_on_the_person_is_said_to_nobody_who_is_not_signed_in(
    town, browse, db_session
):
    town.studio.residents_only = True
    db_session.commit()
    assert len(links_to_book(browse.get(f"{SEARCH}?{AFTERNOON}"))) == 2
    far = make.person(db_session, "高远", lives_in=town.other_neighborhood, phone="+8613900000021")
    make.account(db_session, far)
    db_session.commit()
    browse.sign_in(make.user_of(db_session, far))
    page = browse.get(f"{SEARCH}?{AFTERNOON}")
    assert "只给周边社区的居民用" in card_of(page, town.studio)
    assert [urlsplit(link).path for link in links_to_book(page)] == [
        f"/rooms/{town.classroom.id}/reservation"
    ]
    make.shared(db_session, town.studio, town.elsewhere)
    db_session.commit()
    assert len(links_to_book(browse.get(f"{SEARCH}?{AFTERNOON}"))) == 2


def test_a_full_month_is_said_and_a_room_for_somebody_else_of_the_family_is_not(
    town, browse, db_session
):
    town.wutongli.bookings_a_month = 1
    for who in (town.lin_xiao, town.chen_min):
        use = Interval(instant(DAY, time(9)), instant(DAY, time(10)))
        use = use if who is town.lin_xiao else Interval(use.end, instant(DAY, time(11)))
        request = Request(town.classroom.id, use, 5, "读书会", who.phone)
        assert isinstance(reserve(db_session, who.id, request, **make.acts()), Reserved)
    db_session.commit()
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    page = browse.get(f"{SEARCH}?{AFTERNOON}")
    assert "那个月最多预约 1 次，已经用完了" in card_of(page, town.studio)
    assert links_to_book(page) == []
    browse.sign_in(make.user_of(db_session, town.chen_min))
    assert len(links_to_book(browse.get(f"{SEARCH}?{AFTERNOON}"))) == 2


def test_the_office_writes_down_its_own_rooms_whatever_residents_may(town, browse, db_session):
    browse.sign_in(make.user_of(db_session, town.shen_lan))
    page = browse.get(f"{SEARCH}?{LONG}")
    assert "一次最多用" not in page.words
    assert all("/bookings/new" in link for link in links_to_book(page))


def test_an_alternative_that_nobody_may_have_says_why_too(town, browse, db_session):
    for room in (town.studio, town.classroom):
        take(db_session, room, 13, 15)
    page = browse.get(f"{SEARCH}?{LONG}")
    assert "换个时间，同一天" in page.words
    assert links_to_book(page) == []
    assert page.words.count("一次最多用 3 小时") >= 2
