"""Tests of 我的: offers, today, the family's courses, withdrawing, and the inbox."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import town as builder
from venue.audit.rules import SYSTEM
from venue.db import write_transaction
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.programs.rules import Books
from venue.seats.enrolling import enroll, join_waitlist
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import instant


@pytest.fixture
def has(db_session, pool):
    """Give somebody an enrollment in the painting course, committed."""

    def has(person, status=EnrollmentStatus.CONFIRMED):
        made = builder.enrollment(db_session, pool, person, status)
        db_session.commit()
        return made.id

    return has


def status_of(db_session, enrollment_id):
    db_session.rollback()
    return db_session.scalar(select(Enrollment.status).where(Enrollment.id == enrollment_id))


def words_of(answer, id_):
    return " ".join(" ".join(answer.by_id(id_).itertext()).split())


# ---- What stands there -------------------------------------------------------------------------


def test_a_stranger_is_led_to_sign_in(town, browse):
    for page in ("/my/", "/my/messages"):
        assert browse.get(page, status=302).location.startswith("/login?next=")


def test_one_who_has_nothing_is_shown_where_to_begin(town, browse, sign_in):
    sign_in(town.lin_xiao)
    page = browse.get("/my/")
    assert "还没有报名任何课程或活动。" in page.words
    assert page.links()["去看看有什么"] == "/centers/wutongli/courses"


def test_an_enrollment_stands_with_its_next_date_and_place(town, browse, sign_in, has):
    mine = has(town.lin_xiao)
    sign_in(town.lin_xiao)
    words = words_of(browse.get("/my/"), f"enrollment-{mine}")
    assert "零基础国画" in words
    assert "下次：9月22日 周二 18:30–20:00 · 国画室" in words
    assert "已报名 ✓" in words


def test_offers_stand_first_with_the_time_to_answer(town, browse, sign_in, has):
    has(town.lin_xiao, EnrollmentStatus.OFFERED)
    sign_in(town.lin_xiao)
    page = browse.get("/my/")
    assert "名额留到 9月17日 周四 10:00，过时就给下一位。" in page.words
    assert page.words.index("请回复") < page.words.index("今天 ·")


def test_today_comes_before_the_rest_of_the_week(db_session, town, browse, sign_in, has, clock):
    tea = builder.course(
        db_session, town.wutongli, "茶话会", starts=builder.time(14), first_on=date(2026, 9, 24)
    )
    db_session.commit()
    builder.enrollment(db_session, builder.pool_of(db_session, tea), town.lin_xiao)
    has(town.lin_xiao)
    clock.set(instant(date(2026, 9, 22), builder.time(9)))
    sign_in(town.lin_xiao)
    words = browse.get("/my/").words
    today = words.index("今天 · 9月22日 周二")
    assert today < words.index("9月22日 周二 18:30–20:00") < words.index("接下来一周")
    assert words.index("接下来一周") < words.index("9月24日 周四 14:00–15:30")


def test_a_day_that_was_cancelled_or_moved_says_so(db_session, town, browse, sign_in, has, clock):
    has(town.lin_xiao)
    first, second = town.painting.sessions[:2]
    first.cancelled_at = clock.now()
    first.cancel_reason = "老师生病"
    second.moved_from_at = second.starts_at
    second.starts_at -= timedelta(days=2)
    second.ends_at -= timedelta(days=2)
    db_session.commit()
    clock.set(instant(date(2026, 9, 22), builder.time(9)))
    sign_in(town.lin_xiao)
    words = browse.get("/my/").words
    assert "已取消" in words
    assert "老师生病" in words
    assert "改期 原定 9月29日 周二 18:30 → 9月27日 周日 18:30–20:00" in words


def test_the_family_is_shown_person_by_person(db_session, town, browse, sign_in):
    science = builder.course(db_session, town.wutongli, "小小科学家", min_age=6, max_age=12)
    db_session.commit()
    seats = builder.pool_of(db_session, science)
    builder.enrollment(db_session, seats, town.xiao_he)
    builder.enrollment(db_session, seats, town.xiao_mai, EnrollmentStatus.WAITLISTED)
    db_session.commit()
    sign_in(town.chen_min)
    page = browse.get("/my/")
    he = " ".join(" ".join(page.by_id(f"person-{town.xiao_he.id}").itertext()).split())
    assert he == "陈小禾"
    assert "已报名 ✓" in page.words
    assert "候补第 1 位" in page.words


def test_several_sessions_of_one_program_stand_together(db_session, town, browse, sign_in):
    tea = builder.course(db_session, town.wutongli, "茶话会", books=Books.SESSION, lessons=3)
    for session in tea.sessions[:2]:
        builder.enrollment(db_session, builder.pool_of(db_session, session), town.lin_xiao)
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get("/my/")
    assert len(page.by_class("card")) == 1
    assert "共 2 场 ✓" in page.words
    assert len([form for form in page.forms() if form.action.endswith("/withdrawal")]) == 2


def test_nobody_sees_anothers_enrollments(town, browse, sign_in, has):
    has(town.lin_xiao)
    sign_in(town.zhou_wen)
    assert "零基础国画" not in browse.get("/my/").words


def test_what_is_over_moves_below(town, browse, sign_in, has, clock):
    has(town.lin_xiao)
    clock.set(instant(date(2026, 12, 9), builder.time(9)))
    sign_in(town.lin_xiao)
    page = browse.get("/my/")
    assert "过去的（1）" in page.words
    assert "零基础国画 已结束" in page.words
    assert not [form for form in page.forms() if "/enrollments/" in form.action]


def test_a_course_without_dates_yet_is_not_over(db_session, town, browse, sign_in):
    later = builder.program(db_session, town.wutongli, "冬季合唱")
    pool = builder.seats(db_session, later)
    builder.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    sign_in(town.lin_xiao)
    assert "冬季合唱 梧桐里党群服务中心 日期待定 已报名 ✓" in browse.get("/my/").words


@pytest.mark.parametrize(
    ("who", "links"),
    [
        ("shen_lan", ["柜台", "办公", "我的课"]),
        ("he_jing", ["柜台"]),
        ("teacher_gu", ["我的课"]),
        ("wei_dong", ["全区概览"]),
        ("lin_xiao", []),
    ],
)
def test_staff_find_their_work(town, browse, sign_in, who, links):
    sign_in(getattr(town, who))
    page = browse.get("/my/")
    assert [
        name for name in ("柜台", "办公", "我的课", "全区概览") if name in page.links()
    ] == links


def test_personal_pages_are_stored_nowhere(town, browse, sign_in):
    sign_in(town.lin_xiao)
    for page in ("/my/", "/my/messages"):
        assert browse.get(page).headers["Cache-Control"] == "no-store"


# ---- Leaving and answering ---------------------------------------------------------------------


def test_withdrawing_asks_first_and_then_frees_the_seat_for_the_next(
    db_session, town, pool, browse, sign_in, has
):
    pool.capacity = 1
    mine = has(town.lin_xiao)
    next_in_line = has(town.zhou_wen, EnrollmentStatus.WAITLISTED)
    sign_in(town.lin_xiao)
    page = browse.get("/my/")
    (details,) = page.by_class("confirm")
    assert details.get("open") is None
    form = page.form("/withdrawal")
    done = browse.submit(form)
    assert done.location == "/my/"
    assert status_of(db_session, mine) == "withdrawn"
    assert status_of(db_session, next_in_line) == "offered"
    assert "已退出" in browse.follow(done).words


def test_withdrawing_twice_is_answered_twice_the_same(town, browse, sign_in, has):
    has(town.lin_xiao)
    sign_in(town.lin_xiao)
    form = browse.get("/my/").form("/withdrawal")
    assert browse.submit(form).location == browse.submit(form).location


def test_withdrawing_on_the_course_page_leads_back_there(town, pool, browse, sign_in, has):
    has(town.lin_xiao)
    sign_in(town.lin_xiao)
    form = browse.get(f"/courses/{town.painting.id}").form("/withdrawal")
    done = browse.submit(form)
    assert done.location == f"/courses/{town.painting.id}"
    assert browse.follow(done).form("/enrollments")


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_is_never_to_another_site(town, browse, sign_in, has, elsewhere):
    has(town.lin_xiao)
    sign_in(town.lin_xiao)
    form = browse.get("/my/").form("/withdrawal")
    assert browse.submit(form, {"next": elsewhere}).location == "/my/"


def test_an_offer_is_accepted(db_session, town, browse, sign_in, has):
    mine = has(town.lin_xiao, EnrollmentStatus.OFFERED)
    sign_in(town.lin_xiao)
    browse.submit(browse.get("/my/").form("/acceptance"))
    assert status_of(db_session, mine) == "confirmed"


def test_an_offer_is_declined_and_goes_to_the_next(db_session, town, pool, browse, sign_in, has):
    pool.capacity = 1
    mine = has(town.lin_xiao, EnrollmentStatus.OFFERED)
    next_in_line = has(town.zhou_wen, EnrollmentStatus.WAITLISTED)
    sign_in(town.lin_xiao)
    browse.submit(browse.get("/my/").form("/refusal"))
    assert status_of(db_session, mine) == "withdrawn"
    assert status_of(db_session, next_in_line) == "offered"


def test_an_offer_that_has_expired_says_so(db_session, town, browse, sign_in, has, clock):
    has(town.lin_xiao, EnrollmentStatus.OFFERED)
    sign_in(town.lin_xiao)
    form = browse.get("/my/").form("/acceptance")
    clock.advance(timedelta(hours=25))
    page = browse.submit(form, status=409)
    assert "这个名额已经不在了" in page.words


def test_an_offer_that_clashes_by_now_says_with_what(db_session, town, browse, sign_in, has):
    mine = has(town.lin_xiao, EnrollmentStatus.OFFERED)
    latin = builder.course(db_session, town.wutongli, "零基础拉丁", starts=builder.time(19))
    builder.enrollment(db_session, builder.pool_of(db_session, latin), town.lin_xiao)
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.submit(browse.get("/my/").form("/acceptance"), status=409)
    assert "时间冲突：9月22日 周二 19:00 要上“零基础拉丁”。" in page.words
    assert status_of(db_session, mine) == "offered"


def test_a_parent_answers_for_a_child(db_session, town, browse, sign_in, has):
    childs = has(town.xiao_he, EnrollmentStatus.OFFERED)
    sign_in(town.chen_min)
    page = browse.get("/my/")
    assert "陈小禾：零基础国画" in page.words
    browse.submit(page.form("/acceptance"))
    assert status_of(db_session, childs) == "confirmed"


@pytest.mark.parametrize("action", ["withdrawal", "acceptance", "refusal"])
def test_somebody_elses_enrollment_is_not_to_be_found(
    db_session, town, browse, sign_in, has, action
):
    his = has(town.lin_xiao, EnrollmentStatus.OFFERED)
    form_of_her = has(town.zhou_wen)
    sign_in(town.zhou_wen)
    form = browse.get("/my/").form(f"/enrollments/{form_of_her}/withdrawal")
    browse.post(f"/enrollments/{his}/{action}", form.fields, status=404)
    assert status_of(db_session, his) == "offered"
    browse.post(f"/enrollments/999999/{action}", form.fields, status=404)


@pytest.mark.parametrize("action", ["withdrawal", "acceptance", "refusal"])
def test_an_expired_button_asks_again_and_then_does_it(
    db_session, town, browse, sign_in, has, action
):
    mine = has(town.lin_xiao, EnrollmentStatus.OFFERED)
    sign_in(town.lin_xiao)
    form = browse.get(f"/courses/{town.painting.id}").form("/acceptance")
    address = f"/enrollments/{mine}/{action}"
    page = browse.post(address, {**form.fields, "csrf_token": "stale"}, status=422)
    assert status_of(db_session, mine) == "offered"
    done = browse.submit(page.form(f"/{action}"))
    assert done.location.startswith(f"/courses/{town.painting.id}")
    assert status_of(db_session, mine) != "offered"


def test_getting_these_addresses_changes_nothing(db_session, town, browse, sign_in, has):
    mine = has(town.lin_xiao)
    sign_in(town.lin_xiao)
    for action in ("withdrawal", "acceptance", "refusal"):
        browse.get(f"/enrollments/{mine}/{action}", status=405)
    assert status_of(db_session, mine) == "confirmed"


# ---- The inbox ---------------------------------------------------------------------------------

AT = "2026-09-22T10:30:00+00:00"
END = "2026-09-22T12:00:00+00:00"
ROOM = {"center": "梧桐里党群服务中心", "room": "书画室", "room_id": 1, "at": AT, "ends_at": END}
COURSE = {"title": "零基础国画", "program_id": 1, "person": "林晓"}

RECEIPT = {"title": "零基础国画", "number": "A007", "amount_fen": 30000}
PAUSE = {"center": "梧桐里党群服务中心", "ends_at": AT}
DAYS = {**COURSE, "first_at": AT, "last_at": "2026-09-29T10:30:00+00:00"}
DOOR = {**COURSE, "at": AT}

MEAL = {"center": "梧桐里", "dish": "红烧肉", "at": AT, "address": "桂花苑 3 号", "price_fen": 800}
SENTENCES = {
    MessageKind.ENROLLED: (COURSE, "已报名“零基础国画”，到时间来就行。"),
    MessageKind.APPLIED: (COURSE, "收到了“零基础国画”的申请，中心会按公布的条件审核"),
    MessageKind.APPLICATION_APPROVED: (
        {**COURSE, "position": 2},
        "“零基础国画”的申请通过了。名额刚好满了，先排在候补第 2 位，有空位会通知。",
    ),
    MessageKind.APPLICATION_REFUSED: (
        {**COURSE, "criterion": "住在本社区"},
        "“零基础国画”的申请没有通过，不符合这一条：住在本社区。",
    ),
    MessageKind.APPLICATION_ENDED: (
        {**COURSE, "because": "短视频"},
        "“零基础国画”的申请结束了，因为同一学期已经报了“短视频”。",
    ),
    MessageKind.WAITLISTED: (
        {**COURSE, "position": 2},
        "加入了“零基础国画”的候补，排在第 2 位，有空位会通知。",
    ),
    MessageKind.MEAL_ORDERED: (
        {**MEAL, "address": ""},
        "订好了梧桐里 9月22日 周二 的午餐“红烧肉”，¥8。 18:30 来吃。",
    ),
    MessageKind.MEAL_CANCELLED: (MEAL, "退了梧桐里 9月22日 周二 的午餐“红烧肉”，不收钱。"),
    MessageKind.MEAL_CALLED_OFF: (
        {**MEAL, "reason": "停水"},
        "梧桐里 9月22日 周二 不供应午餐：停水。您订的“红烧肉”取消了，不收钱。",
    ),
    MessageKind.DISH_SUBSTITUTED: (
        {**MEAL, "before": "清蒸鱼"},
        "的午餐换了菜：“清蒸鱼”没有了，换成“红烧肉”。",
    ),
    MessageKind.WITHDRAWN: (COURSE, "退出了“零基础国画”。"),
    MessageKind.SEAT_OFFERED: (
        {**COURSE, "enrollment_id": 1, "expires_at": AT},
        "“零基础国画”有了空位，名额留到 9月22日 周二 18:30，请尽快回复。",
    ),
    MessageKind.OFFER_EXPIRED: (COURSE, "“零基础国画”留的名额没有等到回复，已经给了下一位。"),
    MessageKind.OFFER_DECLINED: (COURSE, "放弃了“零基础国画”留的名额，已经给了下一位。"),
    MessageKind.WAITLIST_ENDED: (
        {**COURSE, "because": "短视频"},
        "“零基础国画”的候补结束了，因为同一学期已经报了“短视频”。",
    ),
    MessageKind.SESSION_MOVED: (
        {
            "title": "零基础国画",
            "program_id": 1,
            "from_at": AT,
            "from_end": END,
            "to_at": "2026-09-23T10:30:00+00:00",
            "to_end": "2026-09-23T12:00:00+00:00",
            "place": "书房",
        },
        "的那一次改到 9月23日 周三 18:30–20:00，地点 书房。",
    ),
    MessageKind.SERIES_CHANGED: (
        {
            "title": "零基础国画",
            "program_id": 1,
            "changed": 8,
            "from_at": AT,
            "from_end": END,
            "to_at": "2026-09-23T10:30:00+00:00",
            "to_end": "2026-09-23T12:00:00+00:00",
            "place": "书房",
            "added": 2,
            "added_at": "2026-12-09T10:30:00+00:00",
            "cancelled": 3,
            "at": "2026-10-07T10:30:00+00:00",
            "reason": "老师休假",
        },
        (
            "9月22日 周二 18:30–20:00 起的 8 次有改动：这一次改到 9月23日 周三 18:30–20:00，"
            "地点 书房。 "
            "加了 2 次，最早的在 12月9日 周三 18:30。 10月7日 周三 18:30 起的 3 次取消了：老师休假"
        ),
    ),
    MessageKind.SESSION_CANCELLED: (
        {"title": "零基础国画", "program_id": 1, "at": AT, "reason": "老师生病"},
        "“零基础国画”9月22日 周二 18:30 的那一次取消了：老师生病",
    ),
    MessageKind.PAYMENT_TAKEN: (RECEIPT, "收到“零基础国画”的 ¥300，收据号 A007。"),
    MessageKind.REFUND_PAID: (RECEIPT, "“零基础国画”退了 ¥300，收据号 A007。"),
    MessageKind.RECEIPT_REVERSED: (
        {**RECEIPT, "reason": "写错了人"},
        "“零基础国画”收据号 A007 登记错了，已经冲销：写错了人",
    ),
    MessageKind.REFUND_DUE: (
        {"title": "零基础国画", "program_id": 1, "amount_fen": 27500},
        "“零基础国画”有 ¥275 退给您，带上收据到柜台领。",
    ),
    MessageKind.CONSENT_WITHDRAWN: (
        {**COURSE, "text": "安全须知"},
        "林晓撤回了对《安全须知》的同意，在“零基础国画”的名额还留着。",
    ),
    MessageKind.DRAW_APPLIED: (
        {
            "draw_id": 1,
            "draw": "秋季夜校摇号",
            "wishes": ["摄影", "合唱"],
            "pseudonym": "3f9c0a7be21d4486",
            "closes_at": AT,
        },
        (
            "已登记“秋季夜校摇号”的志愿，依次是：摄影、合唱。摇号编号 3f9c0a7be21d4486，"
            "9月22日 周二 18:30 前可以改，也可以撤回。"
        ),
    ),
    MessageKind.DRAW_WITHDRAWN: (
        {"draw_id": 1, "draw": "秋季夜校摇号"},
        "撤回了“秋季夜校摇号”的志愿，不参加这次摇号。",
    ),
    MessageKind.DRAW_CANCELLED: (
        {"draw_id": 1, "draw": "秋季夜校摇号", "reason": "系统故障"},
        "“秋季夜校摇号”取消了，登记的志愿不再有效：系统故障",
    ),
    MessageKind.DRAW_WON: (
        {"draw_id": 1, "draw": "秋季夜校摇号", **COURSE, "expires_at": AT},
        "“秋季夜校摇号”摇中了“零基础国画”，名额留到 9月22日 周二 18:30，请尽快确认。",
    ),
    MessageKind.DRAW_WAITING: (
        {"draw_id": 1, "draw": "秋季夜校摇号"},
        "“秋季夜校摇号”这次没有摇中，已经按摇号的顺序排进每个志愿的候补，有空位会通知。",
    ),
    MessageKind.PROGRAM_CANCELLED: (
        {"title": "零基础国画", "program_id": 1, "reason": "报名太少"},
        "“零基础国画”取消了：报名太少",
    ),
    MessageKind.ANNOUNCEMENT: (
        {"title": "零基础国画", "program_id": 1, "center": "梧桐里", "text": "请带毛笔。\n谢谢"},
        "梧桐里关于“零基础国画”的通知： 请带毛笔。谢谢",
    ),
    MessageKind.DELEGATION_CONFIRMED: ({"person": "周建国"}, "与周建国的代办关系已确认"),
    MessageKind.DELEGATION_ENDED: ({"person": "周建国"}, "与周建国的代办关系已结束。"),
    MessageKind.RESERVATION_HELD: (
        ROOM,
        "预约好了：9月22日 周二 18:30–20:00，梧桐里党群服务中心书画室。",
    ),
    MessageKind.RESERVATION_REQUESTED: (
        {**ROOM, "expires_at": AT},
        "房间留到 9月22日 周二 18:30，等工作人员确认。",
    ),
    MessageKind.RESERVATION_APPROVED: (ROOM, "申请通过了：9月22日 周二 18:30–20:00"),
    MessageKind.RESERVATION_MOVED: (
        {**ROOM, "from_at": "2026-09-21T10:30:00+00:00", "from_end": "2026-09-21T12:00:00+00:00"},
        "原定 9月21日 周一 18:30–20:00，改到 9月22日 周二 18:30–20:00",
    ),
    MessageKind.RESERVATION_REFUSED: (
        {**ROOM, "reason": "当天要布展"},
        "书画室的申请没有通过：当天要布展",
    ),
    MessageKind.RESERVATION_EXPIRED: ({**ROOM, "reason": ""}, "书画室的申请没有等到答复"),
    MessageKind.RESERVATION_CANCELLED: (
        {**ROOM, "reason": ""},
        "取消了 9月22日 周二 18:30–20:00 梧桐里党群服务中心书画室的预约。",
    ),
    MessageKind.RESERVATION_CALLED_OFF: (
        {**ROOM, "reason": "水管爆裂"},
        "书画室的预约，中心取消了：水管爆裂",
    ),
    MessageKind.RESERVATION_NO_SHOW: ({**ROOM, "reason": ""}, "书画室没有等到您"),
    MessageKind.MISSED: (
        {**COURSE, "session_at": AT, "limit": 3, "days": 120},
        "“零基础国画 9月22日 周二 18:30”的那一次没有来，记了一次缺席。120 天里缺席 3 次，会暂停",
    ),
    MessageKind.PAUSED: (
        {**PAUSE, "missed": [{"title": "国画", "starts_at": AT, "session_id": 1}]},
        "到 9月22日 周二 18:30。 因为这几次有名额却没有来： 9月22日 周二 国画。",
    ),
    MessageKind.PAUSE_TAKEN_BACK: (PAUSE, "点名更正了，梧桐里党群服务中心的暂停取消"),
    MessageKind.PAUSE_KEPT: (
        {**PAUSE, "answer": "请带上证明。"},
        "梧桐里党群服务中心回复了申诉：请带上证明。 暂停到 9月22日 周二 18:30 为止。",
    ),
    MessageKind.CARE_BOOKED: (
        {**DAYS, "days": 3, "waiting": 1},
        "报好了“零基础国画”9月22日 周二 – 9月29日 周二 的 3 天，另有 1 天在候补，有空位会通知。",
    ),
    MessageKind.CARE_GIVEN_BACK: (
        {**DAYS, "days": 1},
        "退了“零基础国画”9月22日 周二 的 1 天，不收费。",
    ),
    MessageKind.CHILD_ARRIVED: (DOOR, "已到“零基础国画”，"),
    MessageKind.ARRIVAL_UNDONE: (DOOR, "更正：还没有到“零基础国画”，刚才点错了。"),
    MessageKind.CHILD_COLLECTED: (
        {**DOOR, "collector": "陈阿婆", "relation": "外婆"},
        "外婆，“零基础国画”。",
    ),
    MessageKind.CHILD_LEFT_ALONE: (DOOR, "自己回家了，"),
    MessageKind.COLLECTION_UNDONE: (DOOR, "更正：还在“零基础国画”，没有被接走，刚才点错了。"),
    MessageKind.COLLECTION_REFUSED: (
        {**DOOR, "collector": "", "relation": ""},
        "不认识的人来“零基础国画”接，不在可以接的人里，没有交给对方。",
    ),
    MessageKind.INCIDENT_REPORTED: (
        {**DOOR, "child_id": 1, "phone": "+862166660018"},
        "在“零基础国画”有一件事要告诉您，写在孩子的档案里。想问一问，请打电话 021 6666 0018。",
    ),
    MessageKind.COLLECTED_LATE: (
        {**COURSE, "ends_at": AT, "phone": "+862166660018"},
        "就结束了。请尽快来，或者打电话 021 6666 0018 说一声。",
    ),
    MessageKind.CODES_LOCKED: (DOOR, "在“零基础国画”有人多次说错代码，所有代码都停用了。"),
    MessageKind.PAUSE_WAIVED: ({**PAUSE, "reason": "看过证明"}, "现在就可以报名。原因：看过证明"),
}


def test_every_kind_of_message_has_its_sentence():
    assert set(SENTENCES) == set(MessageKind)


@pytest.mark.parametrize("kind", MessageKind)
def test_a_message_is_put_into_words(db_session, town, browse, sign_in, clock, kind):
    parameters, sentence = SENTENCES[kind]
    tell(db_session(), [town.lin_xiao.id], kind, parameters, center_id=None, now=clock.now())
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get("/my/messages")
    assert sentence in page.words
    if "program_id" in parameters:
        assert page.links()["零基础国画"] == "/courses/1"


def test_a_message_about_one_session_says_which(db_session, town, browse, sign_in, clock):
    told = {**COURSE, "session_at": AT}
    tell(
        db_session(),
        [town.lin_xiao.id],
        MessageKind.ENROLLED,
        told,
        center_id=None,
        now=clock.now(),
    )
    db_session.commit()
    sign_in(town.lin_xiao)
    assert "已报名“零基础国画 9月22日 周二 18:30”" in browse.get("/my/messages").words


def test_what_the_verbs_tell_can_be_read(db_session, town, pool, browse, sign_in, clock):
    pool_id, lin_xiao, zhou_wen = pool.id, town.lin_xiao.id, town.zhou_wen.id
    pool.capacity = 1
    db_session.commit()
    with write_transaction() as session:
        enroll(session, pool_id, [lin_xiao], actor=SYSTEM, now=clock.now())
        join_waitlist(session, pool_id, [zhou_wen], actor=SYSTEM, now=clock.now())
    sign_in(town.zhou_wen)
    assert "排在第 1 位" in browse.get("/my/messages").words


def test_what_a_child_is_told_the_parent_reads(db_session, town, browse, sign_in, clock):
    tell(
        db_session(),
        [town.xiao_he.id],
        MessageKind.ENROLLED,
        COURSE,
        center_id=None,
        now=clock.now(),
    )
    db_session.commit()
    sign_in(town.chen_min)
    page = browse.get("/my/messages")
    assert "陈小禾：已报名“零基础国画”" in page.words
    assert "我的 1条新消息" in page.words
    sign_in(town.lin_xiao)
    assert "零基础国画" not in browse.get("/my/messages").words


def test_reading_marks_nothing_and_the_button_marks_what_was_on_the_page(
    db_session, town, browse, sign_in, clock
):
    def told():
        tell(
            db_session(),
            [town.lin_xiao.id],
            MessageKind.WITHDRAWN,
            COURSE,
            center_id=None,
            now=clock.now(),
        )
        db_session.commit()

    def unread():
        db_session.rollback()
        return len(db_session.scalars(select(Message).where(Message.read_at.is_(None))).all())

    told()
    sign_in(town.lin_xiao)
    form = browse.get("/my/messages").form("/my/messages/reading")
    assert unread() == 1
    told()
    page = browse.follow(browse.submit(form))
    assert unread() == 1
    assert "全部标为已读" in page.words
    browse.submit(page.form("/my/messages/reading"))
    assert unread() == 0
    assert "全部标为已读" not in browse.get("/my/messages").words


def test_nobody_marks_anothers_messages(db_session, town, browse, sign_in, clock):
    tell(
        db_session(),
        [town.lin_xiao.id],
        MessageKind.WITHDRAWN,
        COURSE,
        center_id=None,
        now=clock.now(),
    )
    tell(
        db_session(),
        [town.zhou_wen.id],
        MessageKind.WITHDRAWN,
        COURSE,
        center_id=None,
        now=clock.now(),
    )
    db_session.commit()
    sign_in(town.zhou_wen)
    form = browse.get("/my/messages").form("/my/messages/reading")
    browse.submit(form, {"up_to_id": 999_999})
    (unread,) = db_session.scalars(select(Message).where(Message.read_at.is_(None))).all()
    assert unread.person_id == town.lin_xiao.id


def test_a_title_cannot_bring_markup_into_the_inbox(db_session, town, browse, sign_in, clock):
    evil = {**COURSE, "title": "<b>x</b>", "because": "<i>y</i>"}
    tell(
        db_session(),
        [town.lin_xiao.id],
        MessageKind.WAITLIST_ENDED,
        evil,
        center_id=None,
        now=clock.now(),
    )
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get("/my/messages")
    assert "<b>x</b>" in page.words
    assert "<i>y</i>" in page.words


# ---- How many queries --------------------------------------------------------------------------


def test_me_asks_as_many_queries_for_ten_enrollments_as_for_a_hundred(
    db_session, town, browse, count_queries, sign_in
):
    counts = []
    for more in (10, 90):
        for program in builder.many_courses(db_session, town.wutongli, more):
            of = program.sessions[0] if program.books is Books.SESSION else program
            builder.enrollment(db_session, builder.pool_of(db_session, of), town.xiao_he)
        db_session.commit()
        sign_in(town.chen_min)
        with count_queries() as sent:
            browse.get("/my/")
        counts.append(len(sent))
    assert counts[0] == counts[1]
