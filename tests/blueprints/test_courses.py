"""Tests of the course list and the course page: what is found, and what each visitor may do."""

from datetime import date, time, timedelta

import pytest

from tests import town as builder
from venue.places.rules import Category
from venue.programs.rules import Admission, Books
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import instant

LIST = "/centers/wutongli/courses"


@pytest.fixture
def add(db_session, town):
    """Make another course of the center, committed."""

    def add(title, **facts):
        made = builder.course(db_session, town.wutongli, title, **facts)
        db_session.commit()
        return made

    return add


def card(answer, program):
    """Return the words of a program's card."""
    return " ".join(" ".join(answer.by_id(f"program-{program.id}").itertext()).split())


def titles(answer):
    return [
        text
        for link in answer.by_class("card")
        for text in [" ".join(link.find(".//h2").itertext())]
    ]


# ---- What is found ---------------------------------------------------------------------------


def test_the_list_shows_when_where_who_and_for_how_much(town, browse):
    words = card(browse.get(LIST), town.painting)
    for part in (
        "每周二 18:30–20:00",
        "9月22日 周二开始 · 共 12 次",
        "国画室 · 顾长青老师",
        "¥180",
    ):
        assert part in words


@pytest.mark.parametrize("text", ["国画", "顾长青", "国画室", "小品", "国画 顾长青"])
def test_a_search_finds_title_teacher_room_and_summary(town, add, browse, text):
    add("零基础拉丁", room=town.classroom)
    assert titles(browse.get(f"{LIST}?q={text}")) == ["零基础国画"]


def test_all_words_of_a_search_must_be_found(town, browse):
    page = browse.get(f"{LIST}?q=国画 拉丁")
    assert titles(page) == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "国画%"])
def test_signs_that_mean_something_to_the_database_mean_themselves(town, browse, text):
    assert titles(browse.get(f"{LIST}?q={text}")) == []


def test_an_empty_result_has_one_sentence_one_action_and_a_telephone_number(town, browse):
    page = browse.get(f"{LIST}?q=滑雪&only=free")
    (empty,) = page.by_class("empty")
    words = "".join(empty.itertext())
    assert "没有找到这样的课程或活动。" in words
    assert "021 6666 0018" in words
    assert page.links()["看全部课程"] == LIST


def test_filters_narrow_the_list_and_stay_in_the_address(town, add, browse):
    chess = add("长者象棋", category=Category.SENIOR, price_fen=0, starts=time(9), min_age=60)
    page = browse.get(f"{LIST}?category=senior&only=free")
    assert titles(page) == ["长者象棋"]
    assert page.form("/courses").fields["category"] == ["senior"]
    assert page.form("/courses").fields["only"] == ["free"]
    assert titles(browse.get(f"{LIST}?only=evening")) == ["零基础国画"]
    assert titles(browse.get(f"{LIST}?only=free&only=evening")) == []
    assert card(page, chess)


def chips(answer):
    return [" ".join(chip.itertext()).split() for chip in answer.by_class("chip")]


def test_every_chip_says_how_many_it_would_leave(town, add, browse):
    add(
        "长者象棋",
        category=Category.SENIOR,
        price_fen=0,
        starts=time(9),
        first_on=date(2026, 9, 26),
    )
    add("周末电影", category=Category.SENIOR, price_fen=0, capacity=1, starts=time(19))
    page = browse.get(LIST)
    assert chips(page) == [
        ["全部", "3"],
        ["课", "夜校课程", "1"],
        ["长", "长者活动", "2"],
        ["还有空位", "3"],
        ["免费", "2"],
        ["晚上", "2"],
        ["周末", "1"],
    ]
    narrowed = browse.get(f"{LIST}?category=senior&only=evening")
    assert ["免费", "1"] in chips(narrowed)
    assert ["长", "长者活动", "1"] in chips(narrowed)


def test_the_weekend_is_the_one_in_shanghai(add, browse):
    """A Saturday at 06:00 is still Friday in UTC, a Monday at 06:00 still Sunday."""
    add("周六晨练", first_on=date(2026, 9, 26), starts=time(6))
    add("周一晨练", first_on=date(2026, 9, 28), starts=time(6))
    add("周日夜读", first_on=date(2026, 9, 27), starts=time(23))
    assert set(titles(browse.get(f"{LIST}?only=weekend"))) == {"周六晨练", "周日夜读"}


def test_the_evening_begins_at_six(add, browse):
    add("下午茶", starts=time(17, 59))
    add("夜谈", starts=time(22))
    found = titles(browse.get(f"{LIST}?only=evening"))
    assert "夜谈" in found
    assert "零基础国画" in found
    assert "下午茶" not in found


def test_a_full_course_is_not_among_those_with_seats(db_session, town, browse):
    pool = builder.pool_of(db_session, town.painting)
    pool.capacity = 1
    builder.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    assert titles(browse.get(f"{LIST}?only=seats")) == []


def test_a_closed_course_is_not_among_those_with_seats_and_stands_last(town, add, browse, clock):
    add(
        "随后的课",
        first_on=date(2026, 10, 20),
        enroll_closes_at=instant(date(2026, 10, 19), time(9)),
    )
    clock.set(instant(date(2026, 9, 22), time(9)))
    assert titles(browse.get(LIST)) == ["随后的课", "零基础国画"]
    assert titles(browse.get(f"{LIST}?only=seats")) == ["随后的课"]


def test_children_and_families_find_theirs(add, browse):
    add("小小科学家", category=Category.CARE, min_age=6, max_age=12, audience="小学生")
    add("亲子音乐", category=Category.CARE, audience="亲子")
    assert titles(browse.get(f"{LIST}?only=children")) == ["小小科学家"]
    assert titles(browse.get(f"{LIST}?only=family")) == ["亲子音乐"]


@pytest.mark.parametrize(
    "query", ["category=nonsense", "only=nonsense", "page=0", "page=-1", "page=x", "page=99999999"]
)
def test_an_address_that_makes_no_sense_shows_the_list(town, browse, query):
    assert titles(browse.get(f"{LIST}?{query}")) == ["零基础国画"]


def test_drafts_other_centers_and_what_is_over_are_not_listed(db_session, town, browse):
    builder.course(db_session, town.wutongli, "草稿课", published_at=None)
    builder.course(db_session, town.elsewhere, "别处的课")
    builder.course(db_session, town.wutongli, "上过的课", first_on=date(2026, 6, 2), lessons=3)
    db_session.commit()
    assert titles(browse.get(LIST)) == ["零基础国画"]


def test_an_unknown_center_is_a_page_that_says_so(town, browse):
    assert "没有找到" in browse.get("/centers/nowhere/courses", status=404).title


def test_the_list_has_pages(db_session, town, browse):
    for number in range(30):
        builder.course(db_session, town.wutongli, f"课程{number:02}", lessons=1)
    db_session.commit()
    first = browse.get(LIST)
    assert len(titles(first)) == 24
    second = browse.get(first.links()["下一页"])
    assert len(titles(second)) == 7
    assert not set(titles(first)) & set(titles(second))


def test_a_search_as_one_types_answers_with_the_list_alone(town, browse):
    part = browse.fragment(f"{LIST}?q=国画")
    assert "<html" not in part.text
    assert part.by_id("course-list") is not None
    assert "HX-Request-Type" in part.headers["Vary"]
    whole = browse.get(f"{LIST}?q=国画")
    assert whole.by_id("course-list") is not None


# ---- What each visitor may do ------------------------------------------------------------------


def test_a_stranger_is_offered_a_seat(town, browse):
    words = card(browse.get(LIST), town.painting)
    assert "余 25 席" in words
    assert words.endswith("报名")


@pytest.mark.parametrize(("left", "few"), [(3, True), (4, False)])
def test_three_seats_or_fewer_are_vermilion(db_session, town, browse, left, few):
    builder.pool_of(db_session, town.painting).capacity = left
    db_session.commit()
    (mark,) = browse.get(LIST).by_class("seats-left")
    assert ("few" in mark.get("class").split()) is few
    assert mark.text.strip() == f"余 {left} 席"


def test_a_signed_in_person_enrolls_from_the_card(town, browse, sign_in):
    sign_in(town.lin_xiao)
    form = browse.get(LIST).form("/enrollments")
    done = browse.submit(form)
    assert "已报名" in browse.follow(done).words
    assert "已报名 ✓ 余 24 席" in card(browse.get(LIST), town.painting)
    assert "加入日历" in browse.get(LIST).links()


def test_one_who_has_a_family_is_asked_for_whom_on_the_course_page(town, browse, sign_in):
    sign_in(town.chen_min)
    page = browse.get(LIST)
    assert not [form for form in page.forms() if form.action.endswith("/enrollments")]
    assert page.links()["报名"].startswith(f"/courses/{town.painting.id}#")


def fill(db_session, program, capacity=1):
    pool = builder.pool_of(db_session, program)
    pool.capacity = capacity
    for person in builder.crowd(db_session, capacity):
        builder.enrollment(db_session, pool, person)
    db_session.commit()
    return pool


def test_a_full_course_offers_the_waitlist(db_session, town, browse, sign_in):
    pool = fill(db_session, town.painting)
    builder.enrollment(db_session, pool, town.zhou_wen, EnrollmentStatus.WAITLISTED)
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get(LIST)
    assert "已满" in card(page, town.painting)
    assert "加入候补" in card(page, town.painting)
    browse.submit(page.form("/waitlist"))
    assert "候补第 2 位" in card(browse.get(LIST), town.painting)


def test_an_offered_seat_asks_for_an_answer(db_session, town, browse, sign_in):
    pool = builder.pool_of(db_session, town.painting)
    builder.enrollment(db_session, pool, town.lin_xiao, EnrollmentStatus.OFFERED)
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get(LIST)
    assert "待确认名额 留到 9月17日 周四 10:00" in card(page, town.painting)
    browse.submit(page.form("/acceptance"))
    assert "已报名" in card(browse.get(LIST), town.painting)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (instant(date(2026, 9, 9), time(12)), "9月10日 周四 09:00 开放报名 · 共 25 席 未开放"),
        (instant(date(2026, 9, 21), time(18)), "已截止"),
    ],
)
def test_before_and_after_the_window_the_card_says_when(town, browse, clock, at, words):
    clock.set(at)
    assert words in card(browse.get(LIST), town.painting)


def test_a_cancelled_course_stays_in_sight_and_says_so(db_session, town, browse, clock):
    town.painting.cancelled_at = clock.now()
    db_session.commit()
    assert "已取消" in card(browse.get(LIST), town.painting)


def test_of_what_one_just_comes_to_the_card_says_so(add, browse):
    walk = add("八段锦", admission=Admission.DROP_IN)
    assert "无需报名" in card(browse.get(LIST), walk)


def test_a_program_booked_by_session_counts_those_with_seats(add, browse):
    tea = add("茶话会", books=Books.SESSION, lessons=4)
    assert "按场报名 4 场还有空位 选场次" in card(browse.get(LIST), tea)


def test_a_reason_that_lies_with_the_person_is_said_with_what_to_do_instead(
    db_session, town, browse, sign_in
):
    town.painting.min_age = 60
    town.painting.max_age = None
    db_session.commit()
    sign_in(town.lin_xiao)
    words = card(browse.get(LIST), town.painting)
    assert "开课那天要年满 60 岁，那时是 28 岁。" in words
    assert "看看别的课程" in words
    assert "为什么不能报" in words


def test_the_card_speaks_of_the_child_who_is_enrolled(db_session, town, add, browse, sign_in):
    science = add("小小科学家", min_age=6, max_age=12)
    pool = builder.pool_of(db_session, science)
    builder.enrollment(db_session, pool, town.xiao_he)
    db_session.commit()
    sign_in(town.chen_min)
    words = card(browse.get(LIST), science)
    assert "陈小禾：已报名 ✓" in words
    assert "再报一人" in words


# ---- The course page ---------------------------------------------------------------------------


def test_the_page_tells_everything_about_a_course(town, browse):
    page = browse.get(f"/courses/{town.painting.id}")
    assert page.title.startswith("零基础国画")
    for part in (
        "夜校课程 · 成人 · 2026 年秋季",
        "9月22日 周二 到 12月8日 周二，共 12 次",
        "顾长青",
        "18 到 55 岁",
        "¥180",
        "开放9月10日 周四 09:00",
        "截止9月21日 周一 18:00",
        "余 25 席",
        "认识笔墨",
    ):
        assert part in page.words
    assert f"/calendars/programs/{town.painting.id}.ics" in page.text
    assert len(page.by_class("dates")[0]) == 12


def test_a_moved_session_shows_old_and_new_time_and_a_cancelled_one_why(db_session, town, browse):
    first, second = town.painting.sessions[:2]
    first.moved_from_at = first.starts_at - timedelta(days=1)
    second.cancelled_at = second.starts_at - timedelta(days=3)
    second.cancel_reason = "老师生病"
    db_session.commit()
    page = browse.get(f"/courses/{town.painting.id}")
    moved = " ".join(" ".join(page.by_id(f"session-{first.id}").itertext()).split())
    assert "改期" in moved
    assert "9月21日 周一 18:30" in moved
    assert "9月22日 周二 18:30–20:00" in moved
    gone = " ".join(" ".join(page.by_id(f"session-{second.id}").itertext()).split())
    assert "已取消 老师生病" in gone
    assert "共 11 次" in page.words


@pytest.mark.parametrize("course_id", [0, 999_999, 2**31, 10**30])
def test_a_course_that_does_not_exist_is_a_page_that_says_so(town, browse, course_id):
    page = browse.get(f"/courses/{course_id}", status=404)
    assert "没有找到" in page.title


def test_a_draft_is_for_the_office_alone(db_session, town, browse, sign_in):
    town.painting.published_at = None
    db_session.commit()
    page = f"/courses/{town.painting.id}"
    browse.get(page, status=404)
    for outsider in (town.lin_xiao, town.he_jing, town.wei_dong):
        sign_in(outsider)
        browse.get(page, status=404)
    sign_in(town.shen_lan)
    assert "这是草稿" in browse.get(page).words


def test_a_stranger_is_led_to_sign_in_and_back(town, browse):
    page = browse.get(f"/courses/{town.painting.id}")
    login = page.links()["登录后报名"]
    assert login.startswith("/login?next=/courses/")
    assert "/register?next=/courses/" in page.links()["还没有账号？先注册"]


def test_the_family_is_shown_one_by_one_with_what_each_may_do(
    db_session, town, add, browse, sign_in
):
    science = add("小小科学家", min_age=6, max_age=12, lessons=2, starts=time(16))
    builder.enrollment(db_session, builder.pool_of(db_session, science), town.xiao_he)
    db_session.commit()
    sign_in(town.chen_min)
    page = browse.get(f"/courses/{science.id}")
    assert "陈小禾：已报名 ✓" in page.words
    assert page.form("/enrollments").fields["person_id"] == [str(town.xiao_mai.id)]
    assert "只收 12 岁及以下，开课那天是 40 岁。" in page.words


FULL_FOR_LIN_XIAO = {
    "too young": ({"min_age": 60, "max_age": None}, "开课那天要年满 60 岁，那时是 28 岁。"),
    "too old": ({"min_age": 6, "max_age": 12}, "只收 12 岁及以下，开课那天是 28 岁。"),
    "not a resident": ({"residents_only": True}, "只收本中心服务社区的居民"),
}


@pytest.mark.parametrize("books", [Books.SERIES, Books.SESSION])
@pytest.mark.parametrize(("facts", "sentence"), FULL_FOR_LIN_XIAO.values(), ids=FULL_FOR_LIN_XIAO)
def test_a_full_course_says_everything_else_too_and_offers_no_waitlist_in_vain(
    db_session, town, add, browse, sign_in, books, facts, sentence
):
    town.lin_xiao.neighborhood = town.other_neighborhood
    tea = add("茶话会", books=books, lessons=2, capacity=1, **facts)
    for of in tea.sessions if books is Books.SESSION else [tea]:
        fill(db_session, of)
    sign_in(town.lin_xiao)
    page = browse.get(f"/courses/{tea.id}")
    assert sentence in page.words
    assert "1 个名额已经报满。" in page.words
    assert "可以加入候补" not in page.words
    assert not [form for form in page.forms() if "/pools/" in form.action]
    if books is Books.SERIES:
        words = card(browse.get(LIST), tea)
        assert sentence in words
        assert "加入候补" not in words


def test_a_full_course_before_its_window_speaks_of_no_waitlist_to_a_stranger(
    db_session, town, browse, clock
):
    fill(db_session, town.painting)
    clock.set(instant(date(2026, 9, 9), time(12)))
    words = browse.get(f"/courses/{town.painting.id}").words
    assert "报名还没有开始，9月10日 周四 09:00 开放。" in words
    assert "可以加入候补" not in words


def test_sessions_that_are_booked_one_by_one_have_a_button_each(town, add, browse, sign_in):
    tea = add("茶话会", books=Books.SESSION, lessons=4, min_age=18)
    sign_in(town.zhou_wen)
    page = browse.get(f"/courses/{tea.id}")
    assert len([form for form in page.forms() if form.action.endswith("/enrollments")]) == 4
    father = browse.get(page.links()["周建国"])
    assert {
        form.fields["person_id"][0]
        for form in father.forms()
        if form.action.endswith("/enrollments")
    } == {str(town.zhou_jianguo.id)}


def test_nobody_looks_at_a_course_as_somebody_elses_child(town, browse, sign_in):
    sign_in(town.lin_xiao)
    browse.get(f"/courses/{town.painting.id}?person={town.xiao_he.id}", status=404)


def test_a_title_cannot_bring_markup_into_the_page(add, browse):
    title = "<script>alert(1)</script>"
    evil = add(title, summary="<b>x</b>", syllabus="<i>y</i>", audience="<u>z</u>")
    for page in (browse.get(LIST), browse.get(f"/courses/{evil.id}")):
        assert title not in page.text
        assert title in page.words


# ---- How many queries --------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, "lin_xiao", "chen_min"])
def test_the_list_asks_no_more_queries_for_a_thousand_programs_than_for_ten(
    db_session, town, browse, count_queries, sign_in, who
):
    if who:
        sign_in(getattr(town, who))
    builder.many_courses(db_session, town.wutongli, 10, teacher=town.teacher_gu)
    db_session.commit()
    with count_queries() as of_ten:
        browse.get(LIST)
    builder.many_courses(db_session, town.wutongli, 990, teacher=town.teacher_gu)
    db_session.commit()
    with count_queries() as of_thousand:
        browse.get(LIST)
    assert len(of_thousand) <= len(of_ten)


def test_the_list_asks_as_many_queries_for_ten_teachers_as_for_one(
    db_session, town, browse, count_queries
):
    counts = []
    for count in (1, 10):
        for number in range(count):
            teacher = builder.person(db_session, f"老师{number}")
            builder.course(db_session, town.wutongli, f"课{number}", lessons=1, teacher=teacher)
        db_session.commit()
        with count_queries() as sent:
            browse.get(LIST)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_page_asks_as_many_queries_for_ten_sessions_as_for_a_thousand(
    db_session, town, browse, count_queries, sign_in
):
    sign_in(town.chen_min)
    counts = []
    for lessons in (10, 1000):
        program = builder.course(
            db_session,
            town.wutongli,
            f"{lessons} 场",
            lessons=lessons,
            room=town.classroom if lessons == 10 else town.studio,
            starts=time(7),
            books=Books.SESSION,
        )
        db_session.commit()
        with count_queries() as sent:
            browse.get(f"/courses/{program.id}")
        counts.append(len(sent))
    assert counts[0] == counts[1]
