"""Calendars as programs and people fetch them: public feeds, one event, and private links."""

from __future__ import annotations

import dataclasses
from datetime import time, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import select

from tests import town as towns
from tests.browsing import Browser
from tests.calendars.lint import problems
from tests.calendars.test_ical import read_by_icalendar, read_by_vobject
from tests.frozen_clock import START
from venue.audit.rules import SYSTEM
from venue.calendars.models import CalendarEntry, FeedToken
from venue.calendars.rules import MOST_LINKS
from venue.changes.cancelling import cancel_program, cancel_session
from venue.config import install
from venue.db import write_transaction
from venue.people.models import Delegation
from venue.programs.calendar import publish_sessions
from venue.programs.models import ScheduledSession, SessionRoom
from venue.programs.rules import Books
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import instant

CENTER = "/calendars/centers/wutongli.ics"

on_one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""What is decided above the database needs to be seen on one."""


@pytest.fixture
def town(db_session):
    town = towns.build(db_session)
    publish_all(db_session)
    return town


def publish_all(session, now=START):
    session.commit()
    ids = session.scalars(select(ScheduledSession.id).order_by(ScheduledSession.id)).all()
    with write_transaction() as writing:
        publish_sessions(writing, ids, now=now)


def sessions_of(session, program):
    return session.scalars(
        select(ScheduledSession)
        .where(ScheduledSession.program_id == program.id)
        .order_by(ScheduledSession.starts_at)
    ).all()


def in_two_rooms(session, town, title, first, second):
    """Make a program of one date that holds two rooms, and publish it."""
    made = towns.course(session, town.wutongli, title, room=first, lessons=1, starts=time(10))
    [one] = sessions_of(session, made)
    also = towns.booking(session, second, one.starts_at, one.ends_at)
    one.rooms.append(SessionRoom(booking=also))
    publish_all(session)
    return made


def titles(answer):
    return [event["summary"] for event in read_by_icalendar(answer.body)]


def keys(answer):
    return [event["uid"].partition("@")[0] for event in read_by_icalendar(answer.body)]


# ---- Public feeds ----------------------------------------------------------------------------


def public_feeds(town):
    return {
        "center": CENTER,
        "room": f"/calendars/rooms/{town.studio.id}.ics",
        "program": f"/calendars/programs/{town.painting.id}.ics",
    }


@pytest.mark.parametrize("which", ["center", "room", "program"])
def test_a_public_feed_holds_its_own_twelve_lessons(town, browse, db_session, which):
    towns.course(db_session, town.elsewhere, "沪剧", lessons=1)
    if which != "center":
        towns.course(db_session, town.wutongli, "书法", room=town.classroom, lessons=1)
    publish_all(db_session)
    answer = browse.get(public_feeds(town)[which])
    assert problems(answer.body) == []
    assert read_by_icalendar(answer.body) == read_by_vobject(answer.body)
    assert titles(answer) == ["零基础国画"] * 12
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@on_one_database
def test_the_file_name_is_ascii_with_the_full_name_beside_it(town, browse):
    disposition = browse.get(CENTER).headers["Content-Disposition"]
    assert disposition.startswith(
        f"inline; filename=center-{town.wutongli.id}.ics; filename*=UTF-8''%E6"
    )
    assert disposition.isascii()


@pytest.mark.parametrize("which", ["center", "room", "program"])
@pytest.mark.parametrize("weak", ["", "W/"])
def test_who_has_the_feed_already_gets_304_without_a_body(town, browse, which, weak):
    first = browse.get(public_feeds(town)[which])
    tag = weak + first.headers["ETag"]
    again = browse.get(public_feeds(town)[which], 304, headers={"If-None-Match": tag})
    assert again.body == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_304_costs_one_query_on_entries_and_reads_no_text(town, browse, count_queries):
    tag = browse.get(CENTER).headers["ETag"]
    with count_queries() as sent:
        browse.get(CENTER, 304, headers={"If-None-Match": tag})
    on_entries = [statement for statement in sent if "calendar_entry" in statement]
    assert len(on_entries) == 1
    assert "count(*)" in on_entries[0]


def test_a_moved_lesson_keeps_its_uid_raises_the_sequence_and_changes_the_tag(
    town, browse, db_session, clock
):
    before = browse.get(CENTER)
    first = sessions_of(db_session, town.painting)[0]
    first.starts_at += timedelta(days=1)
    first.ends_at += timedelta(days=1)
    clock.advance(timedelta(hours=3))
    publish_all(db_session, clock.now())
    after = browse.get(CENTER, headers={"If-None-Match": before.headers["ETag"]})
    old, new = (
        next(
            one
            for one in read_by_icalendar(answer.body)
            if one["uid"].startswith(f"session-{first.id}@")
        )
        for answer in (before, after)
    )
    assert (old["sequence"], new["sequence"]) == (0, 1)
    assert new["starts"] == old["starts"] + timedelta(days=1)
    assert new["stamp"] == START + timedelta(hours=3)


def test_a_cancelled_lesson_stays_as_cancelled(town, browse, db_session, clock):
    first = sessions_of(db_session, town.painting)[0]
    first.cancelled_at = clock.now()
    publish_all(db_session)
    answer = browse.get(CENTER)
    assert titles(answer)[0] == "【已取消】零基础国画"
    [event] = [one for one in read_by_vobject(answer.body) if one["status"] == "CANCELLED"]
    assert event["sequence"] == 1
    publish_all(db_session)
    assert browse.get(CENTER).body == answer.body


def test_a_private_room_tells_only_that_it_is_occupied(town, browse, db_session):
    talk = towns.course(db_session, town.wutongli, "家庭调解日", room=town.mediation, lessons=1)
    publish_all(db_session)
    answer = browse.get(f"/calendars/rooms/{town.mediation.id}.ics")
    assert titles(answer) == ["已占用"]
    for path in (CENTER, f"/calendars/programs/{talk.id}.ics"):
        assert "家庭调解" not in "".join(titles(browse.get(path)))
    [held] = sessions_of(db_session, talk)
    assert titles(browse.get(f"/calendars/events/session-{held.id}.ics")) == ["已占用"]


def test_a_lesson_in_two_rooms_is_in_the_calendars_of_both(town, browse, db_session, clock):
    talk = in_two_rooms(db_session, town, "社区讲座", town.classroom, town.studio)
    rooms = {
        room: f"/calendars/rooms/{room.id}.ics"
        for room in (town.classroom, town.studio, town.mediation)
    }
    found = {room.name: titles(browse.get(path)).count("社区讲座") for room, path in rooms.items()}
    assert found == {"多功能教室": 1, "国画室": 1, "调解室": 0}
    for path in (CENTER, f"/calendars/programs/{talk.id}.ics"):
        assert titles(browse.get(path)).count("社区讲座") == 1
    before = browse.get(rooms[town.classroom]).headers["ETag"]
    with write_transaction() as session:
        cancel_program(session, talk.id, reason="停电", actor=SYSTEM, now=clock.now())
    for room in (town.classroom, town.studio):
        assert "【已取消】社区讲座" in titles(browse.get(rooms[room]))
    browse.get(rooms[town.classroom], headers={"If-None-Match": before})


def test_a_lesson_that_is_also_in_a_private_room_is_occupied_in_both(town, browse, db_session):
    in_two_rooms(db_session, town, "家庭调解日", town.classroom, town.mediation)
    for room in (town.classroom, town.mediation):
        assert titles(browse.get(f"/calendars/rooms/{room.id}.ics")) == ["已占用"]


def test_a_draft_is_nowhere(town, browse, db_session):
    draft = towns.course(db_session, town.wutongli, "新课", lessons=1, published_at=None)
    publish_all(db_session)
    assert "新课" not in titles(browse.get(CENTER))
    browse.get(f"/calendars/programs/{draft.id}.ics", 404)
    [held] = sessions_of(db_session, draft)
    browse.get(f"/calendars/events/session-{held.id}.ics", 404)
    assert "新课" not in browse.get("/calendars/").words


@pytest.mark.parametrize(
    "path",
    [
        "centers/nowhere",
        "rooms/999999",
        "rooms/99999999999999999999",
        "programs/999999",
        "events/session-999999",
        "events/session-99999999999999999999",
        "events/nonsense",
        "my/nobody-ever-had-this-token",
    ],
)
def test_what_does_not_exist_is_404_with_a_sentence(town, browse, path):
    answer = browse.get(f"/calendars/{path}.ics", 404)
    assert answer.title
    assert answer.links()


@on_one_database
@pytest.mark.parametrize("path", ["events/%00", "my/%00"])
def test_a_zero_byte_in_the_address_is_400_with_a_sentence(town, browse, path):
    answer = browse.get(f"/calendars/{path}.ics", 400)
    assert answer.title
    assert answer.links()


@on_one_database
def test_one_event_alone_can_be_kept(town, browse, db_session):
    first = sessions_of(db_session, town.painting)[0]
    answer = browse.get(f"/calendars/events/session-{first.id}.ics")
    assert problems(answer.body) == []
    assert titles(answer) == ["零基础国画"]
    assert b"X-WR-CALNAME" not in answer.body
    tag = {"If-None-Match": answer.headers["ETag"]}
    browse.get(f"/calendars/events/session-{first.id}.ics", 304, headers=tag)


def many_courses(session, town, count):
    for number in range(count):
        towns.course(
            session, town.elsewhere, f"课程 {number}", lessons=5, admission="drop_in", price_fen=0
        )
    publish_all(session)


@on_one_database
def test_feeds_and_list_take_as_many_queries_at_1000_sessions_as_at_10(
    town, browse, db_session, count_queries
):
    paths = ["/calendars/centers/hewan.ics", "/calendars/?center=hewan"]

    def counts():
        found = []
        for path in paths:
            with count_queries() as sent:
                answer = browse.get(path)
            found.append(len(sent))
        return found, answer

    many_courses(db_session, town, 2)
    few, page = counts()
    assert "课程 1" in page.words
    many_courses(db_session, town, 198)
    many, page = counts()
    assert "课程 197" in page.words
    assert many == few
    assert len(titles(browse.get(paths[0]))) == 1000
    assert few == [3, 4]


# ---- The page of public calendars ------------------------------------------------------------


@on_one_database
def test_the_page_offers_the_center_its_rooms_and_what_is_coming(town, browse, db_session):
    towns.room(db_session, town.elsewhere, "河湾教室")
    towns.course(db_session, town.elsewhere, "沪剧", lessons=1)
    db_session.commit()
    answer = browse.get("/calendars/?center=wutongli")
    addresses = [
        element.get("value")
        for element in answer.root.iter("input")
        if element.get("readonly") is not None
    ]
    assert set(addresses) == {
        f"http://localhost{path}"
        for path in (
            *public_feeds(town).values(),
            f"/calendars/rooms/{town.classroom.id}.ics",
            f"/calendars/rooms/{town.mediation.id}.ics",
        )
    }
    links = answer.links()
    assert links["订阅：国画室"] == f"webcal://localhost/calendars/rooms/{town.studio.id}.ics"
    assert "在浏览器打开" in answer.words
    assert answer.words.count("只显示已占用") == 1
    for address in addresses:
        browse.get(address.removeprefix("http://localhost"))


@on_one_database
def test_a_course_whose_dates_are_past_is_not_offered(town, browse, clock):
    clock.advance(timedelta(days=200))
    assert "零基础国画" not in browse.get("/calendars/").words


@on_one_database
def test_without_any_center_the_page_says_so(browse):
    assert "还没有可以订阅的日历" in browse.get("/calendars/").words


@on_one_database
def test_addresses_begin_with_the_public_address_of_the_site(town, settings, browse):
    install(dataclasses.replace(settings, public_url="https://calendar.example/"))
    page = browse.get("/calendars/")
    assert page.by_id("feed-center").get("value") == f"https://calendar.example{CENTER}"
    assert page.links()["订阅：国画室"].startswith("webcal://calendar.example/calendars/rooms/")


# ---- Private links ---------------------------------------------------------------------------


@pytest.fixture
def lin_xiao(town, browse, db_session):
    browse.sign_in(towns.user_of(db_session, town.lin_xiao))
    db_session.rollback()
    return browse


def make_link(browse, label="手机", **chosen):
    page = browse.get("/calendars/my/")
    shown = browse.submit(page.form("/my/links"), {"label": label, **chosen}, status=200)
    return shown, shown.by_id("feed-mine").get("value").removeprefix("http://localhost")


def enroll(session, town, who, status=EnrollmentStatus.CONFIRMED, program=None):
    session.rollback()
    pool = towns.pool_of(session, program or town.painting)
    made = towns.enrollment(session, pool, who, status)
    session.commit()
    return made


def test_a_link_is_shown_once_and_opens_the_calendar_without_signing_in(
    town, lin_xiao, app, db_session
):
    enroll(db_session, town, town.lin_xiao)
    shown, path = make_link(lin_xiao)
    assert "只在这里显示一次" in shown.words
    assert shown.headers["Cache-Control"] == "no-store"
    token = path.removeprefix("/calendars/my/").removesuffix(".ics")
    assert token not in lin_xiao.get("/calendars/my/").text
    answer = Browser(app).get(path)
    assert problems(answer.body) == []
    assert titles(answer) == ["零基础国画"] * 12
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert len(f"https://calendar.center.district.example.gov.cn{path}") < 256


def test_the_private_feed_follows_the_seats_of_its_owner(town, lin_xiao, db_session):
    _, path = make_link(lin_xiao)
    empty = lin_xiao.get(path)
    assert titles(empty) == []
    enrollment = enroll(db_session, town, town.lin_xiao, EnrollmentStatus.WAITLISTED)
    unchanged = {"If-None-Match": empty.headers["ETag"]}
    lin_xiao.get(path, 304, headers=unchanged)
    enrollment.status = EnrollmentStatus.CONFIRMED
    db_session.commit()
    full = lin_xiao.get(path, headers=unchanged)
    assert len(titles(full)) == 12
    lin_xiao.get(path, 304, headers={"If-None-Match": "W/" + full.headers["ETag"]})
    enrollment.status = EnrollmentStatus.WITHDRAWN
    db_session.commit()
    assert lin_xiao.get(path, headers={"If-None-Match": full.headers["ETag"]}).body == empty.body


def test_a_single_session_that_was_booked_is_in_the_private_feed_alone(town, lin_xiao, db_session):
    club = towns.course(db_session, town.wutongli, "手机课", lessons=3, books=Books.SESSION)
    publish_all(db_session)
    second = sessions_of(db_session, club)[1]
    enroll(db_session, town, town.lin_xiao, program=second)
    _, path = make_link(lin_xiao)
    assert keys(lin_xiao.get(path)) == [f"session-{second.id}"]


def test_what_the_house_cancels_stays_in_the_private_feed_and_says_so(
    town, lin_xiao, db_session, clock
):
    club = towns.course(db_session, town.wutongli, "手机课", lessons=2, books=Books.SESSION)
    publish_all(db_session)
    evening, other = sessions_of(db_session, club)
    for seats in (town.painting, evening, other):
        enroll(db_session, town, town.lin_xiao, program=seats)
    _, path = make_link(lin_xiao)
    clock.set(instant(towns.FIRST_LESSON, towns.time(12)))
    facts = {"reason": "停电", "actor": SYSTEM, "now": clock.now()}
    with write_transaction() as writing:
        cancel_session(writing, evening.id, **facts)
    found = read_by_icalendar(lin_xiao.get(path).body)
    marked = [one["uid"] for one in found if one["status"] == "CANCELLED"]
    assert marked == [f"session-{evening.id}@venue.example"]
    assert len(found) == 14
    clock.set(instant(towns.FIRST_LESSON, towns.time(22)))
    with write_transaction() as writing:
        cancel_program(writing, town.painting.id, **{**facts, "now": clock.now()})
    assert sorted(titles(lin_xiao.get(path))) == sorted(
        ["【已取消】零基础国画"] * 11 + ["【已取消】手机课", "手机课"]
    )


def test_the_private_feed_takes_as_many_queries_for_one_seat_as_for_many(
    town, lin_xiao, db_session, count_queries
):
    _, path = make_link(lin_xiao)

    def count():
        with count_queries() as sent:
            answer = lin_xiao.get(path)
        return len(sent), len(titles(answer))

    enroll(db_session, town, town.lin_xiao)
    few = count()
    db_session.rollback()
    club = towns.course(db_session, town.wutongli, "手机课", lessons=20, books=Books.SESSION)
    publish_all(db_session)
    for session in sessions_of(db_session, club):
        enroll(db_session, town, town.lin_xiao, program=session)
    many = count()
    assert (few[1], many[1]) == (12, 32)
    assert few[0] == many[0]


def test_a_parent_sees_the_childrens_dates_without_their_names(town, browse, db_session):
    crafts = towns.course(db_session, town.wutongli, "亲子手工", lessons=2)
    reading = towns.course(db_session, town.wutongli, "阅读角", lessons=1)
    publish_all(db_session)
    enroll(db_session, town, town.xiao_he, program=crafts)
    enroll(db_session, town, town.xiao_mai, program=crafts)
    enroll(db_session, town, town.chen_min, program=reading)
    browse.sign_in(towns.user_of(db_session, town.chen_min))
    _, path = make_link(browse)
    answer = browse.get(path)
    assert sorted(titles(answer)) == ["亲子手工", "亲子手工", "阅读角"]
    for name in ("小禾", "小麦", "陈敏"):
        assert name not in answer.text


def test_a_delegation_that_ended_takes_the_childs_dates_away(town, browse, db_session, clock):
    enroll(db_session, town, town.xiao_he)
    browse.sign_in(towns.user_of(db_session, town.chen_min))
    _, path = make_link(browse)
    assert len(titles(browse.get(path))) == 12
    for delegation in db_session.scalars(select(Delegation)):
        delegation.ended_at = clock.now()
    db_session.commit()
    assert titles(browse.get(path)) == []


@pytest.fixture
def link_of_xiao_he(town, browse, db_session):
    """小禾 has one course, her sister another, her mother a third; the link is 小禾's."""
    crafts = towns.course(db_session, town.wutongli, "亲子手工", lessons=2)
    reading = towns.course(db_session, town.wutongli, "阅读角", lessons=1)
    publish_all(db_session)
    enroll(db_session, town, town.xiao_he, program=crafts)
    enroll(db_session, town, town.xiao_mai, program=reading)
    enroll(db_session, town, town.chen_min)
    browse.sign_in(towns.user_of(db_session, town.chen_min))
    shown, path = make_link(browse, label="小禾的平板", child_id=town.xiao_he.id)
    assert "孩子的日程" in shown.words
    return path


def test_the_link_of_a_child_shows_that_childs_dates_and_nobodys_name(
    town, browse, db_session, link_of_xiao_he
):
    answer = browse.get(link_of_xiao_he)
    assert titles(answer) == ["亲子手工"] * 2
    assert "X-WR-CALNAME:孩子的日程" in answer.text
    said = answer.text + repr(answer.headers)
    for name in ("小禾", "小麦", "陈敏", "平板", quote("小禾")):
        assert name not in said
    assert "只有陈小禾的日程" in browse.get("/calendars/my/").words
    browse.get(link_of_xiao_he, 304, headers={"If-None-Match": answer.headers["ETag"]})
    db_session.rollback()
    for enrollment in db_session.scalars(select(Enrollment)):
        enrollment.status = EnrollmentStatus.WITHDRAWN
    db_session.commit()
    changed = browse.get(link_of_xiao_he, headers={"If-None-Match": answer.headers["ETag"]})
    assert titles(changed) == []


def test_the_link_of_a_child_ends_with_the_right_to_act_for_it(
    town, browse, db_session, clock, link_of_xiao_he
):
    for delegation in db_session.scalars(select(Delegation)):
        delegation.ended_at = clock.now()
    db_session.commit()
    assert "BEGIN:VCALENDAR" not in browse.get(link_of_xiao_he, 404).text
    assert "您不再是这个孩子的监护人" in browse.get("/calendars/my/").words


@pytest.mark.parametrize("child", ["zhou_jianguo", "lin_xiao", "nobody", "words"])
def test_nobody_makes_a_link_of_somebody_elses_child(town, browse, db_session, child):
    whose = {"nobody": 99999, "words": "小禾"}.get(child) or getattr(town, child).id
    browse.sign_in(towns.user_of(db_session, town.chen_min))
    form = browse.get("/calendars/my/").form("/my/links")
    browse.submit(form, {"label": "手机", "child_id": whose}, status=404)
    assert db_session.scalars(select(FeedToken)).all() == []


def test_the_page_of_a_child_leads_to_a_link_of_its_own(town, browse, db_session):
    browse.sign_in(towns.user_of(db_session, town.chen_min))
    page = browse.get(f"/my/children/{town.xiao_mai.id}")
    form = browse.get(page.links()["放进手机日历"]).form("/my/links")
    assert form.fields["child_id"] == [str(town.xiao_mai.id)]


def test_without_children_nobody_is_asked_whose_dates(lin_xiao):
    form = lin_xiao.get("/calendars/my/?child=7").form("/my/links")
    assert "child_id" not in form.fields


def test_an_adult_whom_one_acts_for_keeps_their_calendar_to_themselves(town, browse, db_session):
    enroll(db_session, town, town.zhou_jianguo)
    browse.sign_in(towns.user_of(db_session, town.zhou_wen))
    _, path = make_link(browse)
    assert titles(browse.get(path)) == []


def test_who_has_a_seat_in_a_private_room_gets_the_full_event(town, lin_xiao, db_session):
    talk = towns.course(db_session, town.wutongli, "家庭课堂", room=town.mediation, lessons=1)
    publish_all(db_session)
    [held] = sessions_of(db_session, talk)
    path = f"/calendars/events/session-{held.id}.ics"
    enroll(db_session, town, town.lin_xiao)
    assert titles(lin_xiao.get(path)) == ["已占用"]
    enroll(db_session, town, town.lin_xiao, program=talk)
    answer = lin_xiao.get(path)
    assert titles(answer) == ["家庭课堂"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_replacing_a_link_ends_the_old_one_and_shows_the_new(town, lin_xiao, db_session):
    _, old = make_link(lin_xiao, "妈妈的手机")
    page = lin_xiao.get("/calendars/my/")
    shown = lin_xiao.submit(page.form("/replacement"), status=200)
    new = shown.by_id("feed-mine").get("value").removeprefix("http://localhost")
    assert "妈妈的手机" in shown.words
    assert "不能用了" in lin_xiao.get(old, 404).words
    lin_xiao.get(new)


def test_revoking_one_link_leaves_the_others(town, lin_xiao):
    _, lost = make_link(lin_xiao, "旧手机")
    _, kept = make_link(lin_xiao, "新手机")
    page = lin_xiao.get("/calendars/my/")
    form = next(form for form in page.forms() if form.action.endswith("/revocation"))
    answer = lin_xiao.follow(lin_xiao.submit(form))
    assert "已停用" in answer.words
    lin_xiao.get(lost, 404)
    lin_xiao.get(kept)
    assert lin_xiao.submit(form).location == "/calendars/my/"


def test_sending_the_form_twice_makes_one_link(town, lin_xiao, db_session):
    form = lin_xiao.get("/calendars/my/").form("/my/links")
    lin_xiao.submit(form, status=200)
    answer = lin_xiao.follow(lin_xiao.submit(form))
    assert "只显示一次" in answer.words
    assert len(db_session.scalars(select(FeedToken)).all()) == 1


@on_one_database
@pytest.mark.parametrize(
    ("label", "sentence"), [("", "请写上"), (" \x00\n", "请写上"), ("长" * 41, "最多 40 个字")]
)
def test_a_label_that_cannot_be_is_refused_and_stays(town, lin_xiao, db_session, label, sentence):
    form = lin_xiao.get("/calendars/my/").form("/my/links")
    answer = lin_xiao.submit(form, {"label": label}, status=422)
    assert sentence in answer.words
    assert db_session.scalars(select(FeedToken)).all() == []
    assert answer.by_id("label").get("value") == label.strip(" \x00\n")


@on_one_database
def test_too_many_links_are_refused_with_a_next_step(town, lin_xiao, db_session):
    for number in range(MOST_LINKS):
        db_session.add(
            FeedToken(
                person_id=town.lin_xiao.id,
                token_hash=str(number),
                label="手机",
                created_at=START,
            )
        )
    db_session.commit()
    form = lin_xiao.get("/calendars/my/").form("/my/links")
    answer = lin_xiao.submit(form, {"label": "平板"}, status=409)
    assert "先停用一个" in answer.words
    assert answer.by_id("label").get("value") == "平板"


@on_one_database
def test_nobody_touches_the_link_of_another(town, lin_xiao, db_session, app):
    make_link(lin_xiao)
    own = lin_xiao.get("/calendars/my/")
    stranger = Browser(app)
    stranger.sign_in(towns.user_of(db_session, town.chen_min))
    make_link(stranger)
    keys = stranger.get("/calendars/my/").form("/my/links").fields
    for name in ("/replacement", "/revocation"):
        stranger.post(own.form(name).action, keys, status=404)
    assert len(lin_xiao.get("/calendars/my/").forms()) == 3


@on_one_database
def test_a_form_whose_token_expired_is_asked_again_and_changes_nothing(town, lin_xiao, db_session):
    make_link(lin_xiao)
    page = lin_xiao.get("/calendars/my/")
    for name in ("/replacement", "/revocation"):
        answer = lin_xiao.submit(page.form(name), {"csrf_token": "old"}, status=422)
        assert "再按一次" in answer.words
    answer = lin_xiao.submit(
        page.form("/my/links"), {"csrf_token": "", "label": "平板"}, status=422
    )
    assert answer.by_id("label").get("value") == "平板"
    assert len(db_session.scalars(select(FeedToken)).all()) == 1


@on_one_database
def test_only_who_is_signed_in_sees_the_page_of_links(town, browse):
    assert browse.get("/calendars/my/", 302).location.startswith("/login")


def test_tombstones_leave_the_private_feed_after_thirty_days(town, lin_xiao, db_session, clock):
    enroll(db_session, town, town.lin_xiao)
    _, path = make_link(lin_xiao)
    last_end = db_session.scalar(
        select(CalendarEntry.ends_at).order_by(CalendarEntry.ends_at.desc()).limit(1)
    )
    clock.set(last_end + timedelta(days=30))
    assert len(titles(lin_xiao.get(path))) == 1
    clock.advance(timedelta(seconds=1))
    assert titles(lin_xiao.get(path)) == []


@on_one_database
def test_times_are_those_of_the_wall_clock(town, browse):
    body = browse.get(CENTER).text
    first = instant(towns.FIRST_LESSON, towns.time(18, 30))
    assert f"DTSTART;TZID=Asia/Shanghai:{towns.FIRST_LESSON:%Y%m%d}T183000\r\n" in body
    assert read_by_icalendar(body.encode())[0]["starts"] == first
