"""Tests of enrolling and waiting in the browser: every refusal, every retry, every stranger."""

from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from tests import town as builder
from tests.browsing import PARTIAL
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import instant

BEFORE = instant(date(2026, 9, 9), builder.time(12))
AFTER = instant(date(2026, 9, 21), builder.time(19))


@pytest.fixture
def enrollments(db_session):
    """Count the enrollments that there are, by status."""

    def count():
        db_session.rollback()
        rows = db_session.execute(
            select(Enrollment.status, func.count()).group_by(Enrollment.status)
        )
        return {row[0].value: row[1] for row in rows}

    return count


def course_form(browse, program, action="/enrollments"):
    return browse.get(f"/courses/{program.id}").form(action)


def fill(session, pool, capacity=1):
    pool.capacity = capacity
    for person in builder.crowd(session, capacity):
        builder.enrollment(session, pool, person)
    session.commit()


# ---- The good way ------------------------------------------------------------------------------


def test_enrolling_leads_to_the_course_page_which_says_so(town, browse, sign_in, enrollments):
    sign_in(town.lin_xiao)
    done = browse.submit(course_form(browse, town.painting))
    page = browse.follow(done)
    assert "已报名 ✓" in page.words
    assert "余 24 席" in page.words
    assert "加入日历" in page.links()
    assert enrollments() == {"confirmed": 1}


def test_htmx_gets_the_seats_alone_in_the_place_of_the_old_ones(town, pool, browse, sign_in):
    sign_in(town.lin_xiao)
    before = browse.get(f"/courses/{town.painting.id}")
    root = before.by_id(f"pool-{pool.id}")
    form = before.form("/enrollments")
    assert form.element.get("hx-target") == f"#pool-{pool.id}"
    done = browse.submit(form, headers=PARTIAL)
    part = browse.fragment(done.location)
    assert part.text.lstrip().startswith(f'<div class="{root.get("class")}" id="pool-{pool.id}">')
    assert "已报名 ✓" in part.words


def test_a_parent_enrolls_a_child(db_session, town, browse, sign_in, enrollments):
    science = builder.course(db_session, town.wutongli, "小小科学家", min_age=6, max_age=12)
    db_session.commit()
    sign_in(town.chen_min)
    form = course_form(browse, science)
    assert {
        one.get("value") for one in form.element.iter("input") if one.get("type") == "radio"
    } == {
        str(town.xiao_he.id),
        str(town.xiao_mai.id),
    }
    done = browse.submit(form, {"person_id": town.xiao_mai.id})
    assert "陈小麦：已报名 ✓" in browse.follow(done).words
    (enrollment,) = db_session.scalars(select(Enrollment)).all()
    assert enrollment.person_id == town.xiao_mai.id


def test_a_daughter_enrolls_her_father(db_session, town, browse, sign_in):
    chess = builder.course(db_session, town.wutongli, "长者象棋", min_age=60)
    db_session.commit()
    sign_in(town.zhou_wen)
    done = browse.submit(course_form(browse, chess))
    assert "周建国：已报名 ✓" in browse.follow(done).words


def test_one_session_is_enrolled_in_without_the_others(db_session, town, browse, sign_in):
    tea = builder.course(db_session, town.wutongli, "茶话会", books=Books.SESSION, lessons=3)
    db_session.commit()
    sign_in(town.lin_xiao)
    form, *_others = [
        one
        for one in browse.get(f"/courses/{tea.id}").forms()
        if one.action.endswith("/enrollments")
    ]
    done = browse.submit(form)
    page = browse.follow(done)
    assert page.words.count("已报名 ✓") == 1
    assert len([one for one in page.forms() if one.action.endswith("/enrollments")]) == 2


def test_the_waitlist_tells_ones_place_in_it(db_session, town, pool, browse, sign_in, enrollments):
    fill(db_session, pool)
    builder.enrollment(db_session, pool, town.zhou_wen, EnrollmentStatus.WAITLISTED)
    db_session.commit()
    sign_in(town.lin_xiao)
    done = browse.submit(course_form(browse, town.painting, "/waitlist"))
    assert "候补第 2 位" in browse.follow(done).words
    assert enrollments() == {"confirmed": 1, "waitlisted": 2}


# ---- Twice -------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["/enrollments", "/waitlist"])
def test_a_form_sent_twice_counts_once_and_answers_the_same(
    db_session, town, pool, browse, sign_in, enrollments, action
):
    if action == "/waitlist":
        fill(db_session, pool)
    before = enrollments()
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting, action)
    first = browse.submit(form)
    assert browse.submit(form).location == first.location
    assert sum(enrollments().values()) == sum(before.values()) + 1


def test_the_retry_of_the_last_seat_is_answered_as_the_first(
    db_session, town, pool, browse, sign_in
):
    pool.capacity = 1
    db_session.commit()
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    first = browse.submit(form)
    assert browse.submit(form).location == first.location


def test_another_form_of_somebody_enrolled_is_refused_with_a_sentence(
    town, browse, sign_in, enrollments
):
    sign_in(town.lin_xiao)
    first, second = course_form(browse, town.painting), course_form(browse, town.painting)
    browse.submit(first)
    page = browse.submit(second, status=409)
    assert "已经报名了，不用再报。" in page.words
    assert enrollments() == {"confirmed": 1}


# ---- Refusals ----------------------------------------------------------------------------------


def refused(browse, form, status=409, **typed):
    page = browse.submit(form, typed, status=status)
    assert page.title.startswith("还没有报上")
    return page.words


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (BEFORE, "报名还没有开始，9月10日 周四 09:00 开放。"),
        (AFTER, "报名已经在 9月21日 周一 18:00 截止。"),
    ],
)
def test_outside_the_window_nobody_enrolls(town, browse, sign_in, clock, enrollments, at, sentence):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    clock.set(at)
    assert sentence in refused(browse, form)
    assert enrollments() == {}


@pytest.mark.parametrize("at", [BEFORE, AFTER])
def test_outside_the_window_the_button_stays_and_says_it_is_not_open(
    town, browse, sign_in, clock, at
):
    sign_in(town.lin_xiao)
    clock.set(at)
    page = browse.get(f"/courses/{town.painting.id}")
    (button,) = [one for one in page.by_class("button") if one.get("aria-disabled") == "true"]
    assert button.text == "报名"


@pytest.mark.parametrize(
    ("facts", "sentence", "next_step"),
    [
        ({"min_age": 60}, "开课那天要年满 60 岁，那时是 28 岁。", "看看别的课程"),
        (
            {"min_age": 6, "max_age": 12},
            "只收 12 岁及以下，开课那天是 28 岁。",
            "给孩子报名，先在“家人”里加上孩子",
        ),
        ({"residents_only": True}, "只收本中心服务社区的居民", "到柜台登记"),
    ],
)
def test_reasons_that_lie_with_the_person_are_said_with_a_next_step(
    db_session, town, browse, sign_in, enrollments, facts, sentence, next_step
):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    town.lin_xiao.neighborhood = town.other_neighborhood
    town.painting.min_age = town.painting.max_age = None
    for name, value in facts.items():
        setattr(town.painting, name, value)
    db_session.commit()
    words = refused(browse, form)
    assert sentence in words
    assert next_step in words
    assert enrollments() == {}


def test_every_reason_is_said_at_once(db_session, town, pool, browse, sign_in, clock):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    fill(db_session, pool)
    town.painting.min_age = None
    town.painting.max_age = 20
    db_session.commit()
    clock.set(AFTER)
    words = refused(browse, form)
    assert "截止" in words
    assert "只收 20 岁及以下" in words


def test_one_course_a_term_is_named(db_session, town, pool, browse, sign_in):
    builder.course(
        db_session,
        town.wutongli,
        "短视频剪辑",
        starts=builder.time(10),
        term=town.term,
        limit_group="夜校",
    )
    db_session.commit()
    builder.enrollment(db_session, pool, town.lin_xiao)
    db_session.commit()
    sign_in(town.lin_xiao)
    other = browse.get("/centers/wutongli/courses?q=短视频")
    assert "每人每学期只能报一门，已经报了“零基础国画”。" in other.words
    assert "想换课，先到“我的”里退掉那一门" in other.words


def test_a_clash_names_the_course_and_the_time(db_session, town, browse, sign_in):
    latin = builder.course(db_session, town.wutongli, "零基础拉丁", starts=builder.time(19))
    db_session.commit()
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    builder.enrollment(db_session, builder.pool_of(db_session, latin), town.lin_xiao)
    db_session.commit()
    assert "时间冲突：9月22日 周二 19:00 要上“零基础拉丁”。" in refused(browse, form)


def test_a_course_that_filled_up_meanwhile_offers_the_waitlist_in_one_more_step(
    db_session, town, pool, browse, sign_in, enrollments
):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    fill(db_session, pool, capacity=2)
    page = browse.submit(form, status=409)
    assert "2 个名额已经报满。" in page.words
    done = browse.submit(page.form("/waitlist"))
    assert "候补第 1 位" in browse.follow(done).words
    assert enrollments() == {"confirmed": 2, "waitlisted": 1}


def test_a_cancelled_course_takes_nobody(db_session, town, browse, sign_in, clock):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    town.painting.cancelled_at = clock.now()
    db_session.commit()
    assert "已经取消，不再接受报名。" in refused(browse, form)


def test_a_refusal_keeps_for_whom_it_was(db_session, town, browse, sign_in, clock):
    science = builder.course(db_session, town.wutongli, "小小科学家", min_age=6, max_age=12)
    db_session.commit()
    sign_in(town.chen_min)
    form = course_form(browse, science)
    pool = builder.pool_of(db_session, science)
    fill(db_session, pool)
    page = browse.submit(form, {"person_id": town.xiao_mai.id}, status=409)
    assert page.form("/waitlist").fields["person_id"] == [str(town.xiao_mai.id)]


def test_htmx_gets_a_refusal_in_the_place_of_the_seats(town, pool, browse, sign_in, clock):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    clock.set(AFTER)
    part = browse.submit(form, status=409, headers=PARTIAL)
    assert part.by_id(f"pool-{pool.id}") is not None
    assert "截止" in part.words
    assert "<html" not in part.text


def test_a_refusal_is_no_transaction(town, browse, sign_in, clock, count_queries):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    clock.set(AFTER)
    with count_queries() as sent:
        browse.submit(form, status=409)
    assert not [statement for statement in sent if not statement.startswith("SELECT")]
    assert len(sent) <= 12


def test_in_a_rush_those_who_come_too_late_cost_four_queries(
    db_session, town, pool, browse, sign_in, count_queries
):
    """The viewer, the pool; for the page its program, and for its frame the unread messages."""
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    fill(db_session, pool)
    with count_queries() as sent:
        assert "1 个名额已经报满。" in refused(browse, form)
    assert len(sent) == 4


def test_of_a_full_program_the_sessions_are_refused_one_by_one(db_session, town, browse, sign_in):
    tea = builder.course(db_session, town.wutongli, "茶话会", books=Books.SESSION, lessons=2)
    db_session.commit()
    sign_in(town.lin_xiao)
    first, second = [
        one
        for one in browse.get(f"/courses/{tea.id}").forms()
        if one.action.endswith("/enrollments")
    ]
    fill(db_session, builder.pool_of(db_session, tea.sessions[0]))
    words = refused(browse, first)
    assert "茶话会 · 9月22日 周二 18:30–20:00" in words
    assert "报满" in words
    assert "已报名 ✓" in browse.follow(browse.submit(second)).words


def test_a_full_course_refuses_a_child_with_everything_that_stands_against_it(
    db_session, town, pool, browse, sign_in
):
    sign_in(town.chen_min)
    form = course_form(browse, town.painting)
    fill(db_session, pool)
    data = {**form.fields, "person_id": town.xiao_he.id}
    page = browse.post(f"/pools/{pool.id}/enrollments", data, status=409)
    assert "要年满 18 岁" in page.words
    assert "名额已经报满。" in page.words
    assert "可以加入候补" not in page.words


# ---- Bad input ---------------------------------------------------------------------------------


@pytest.mark.parametrize("htmx", [False, True])
def test_a_stranger_is_led_to_sign_in_and_back_to_the_course(town, pool, browse, htmx, enrollments):
    token = browse.get("/login").form("/login").fields["csrf_token"]
    course = f"/courses/{town.painting.id}"
    headers = {"Referer": f"http://localhost{course}", **(PARTIAL if htmx else {})}
    answer = browse.post(
        f"/pools/{pool.id}/enrollments",
        {"csrf_token": token, "submission_key": "k", "person_id": town.lin_xiao.id},
        status=401 if htmx else 302,
        headers=headers,
    )
    place = answer.headers["HX-Redirect"] if htmx else answer.location
    assert unquote(place) == f"/login?next={course}"
    assert enrollments() == {}


@pytest.mark.parametrize("action", ["enrollments", "waitlist"])
@pytest.mark.parametrize("pool_id", [0, 999_999, 2**31])
def test_seats_that_do_not_exist_are_a_page_that_says_so(town, browse, sign_in, action, pool_id):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    answer = browse.post(f"/pools/{pool_id}/{action}", form.fields, status=404)
    assert "没有找到" in answer.title


@pytest.mark.parametrize("person", ["xiao_he", "zhou_jianguo", "he_jing"])
def test_somebody_elses_family_cannot_be_enrolled(town, browse, sign_in, enrollments, person):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    browse.submit(form, {"person_id": getattr(town, person).id}, status=404)
    assert enrollments() == {}


def test_an_ended_delegation_allows_nothing(db_session, town, browse, sign_in, clock, enrollments):
    chess = builder.course(db_session, town.wutongli, "长者象棋", min_age=60)
    db_session.commit()
    sign_in(town.zhou_wen)
    form = course_form(browse, chess)
    delegation = builder.delegation_of(db_session, town.zhou_wen, town.zhou_jianguo)
    delegation.ended_at = clock.now()
    db_session.commit()
    browse.submit(form, {"person_id": town.zhou_jianguo.id}, status=404)
    assert enrollments() == {}


@pytest.mark.parametrize("person_id", ["", "x", "1.5", None])
def test_for_whom_must_be_said(town, pool, browse, sign_in, enrollments, person_id):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    data = {**form.fields, "person_id": person_id}
    if person_id is None:
        del data["person_id"]
    page = browse.post(f"/pools/{pool.id}/enrollments", data, status=422)
    assert "请选择给谁报名。" in page.words
    assert enrollments() == {}


def test_an_expired_page_keeps_the_choice(db_session, town, browse, sign_in, clock, enrollments):
    science = builder.course(db_session, town.wutongli, "小小科学家", min_age=6, max_age=12)
    db_session.commit()
    sign_in(town.chen_min)
    form = course_form(browse, science)
    page = browse.submit(form, {"person_id": town.xiao_mai.id, "csrf_token": "stale"}, status=422)
    assert "页面放得太久了，还没有提交。选的还在，请再点一次。" in page.words
    assert enrollments() == {}
    again = page.form("/enrollments")
    assert again.fields["person_id"] == [str(town.xiao_mai.id)]
    assert "陈小麦：已报名 ✓" in browse.follow(browse.submit(again)).words


def test_a_draft_takes_nobody_and_tells_nobody(db_session, town, pool, browse, sign_in):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    town.painting.published_at = None
    db_session.commit()
    browse.submit(form, status=404)


def test_extra_fields_change_nothing(db_session, town, pool, browse, sign_in):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    extra = {"status": "offered", "capacity": "99", "channel": "counter", "program_id": "7"}
    browse.post(f"/pools/{pool.id}/enrollments", {**form.fields, **extra})
    (enrollment,) = db_session.scalars(select(Enrollment)).all()
    assert (enrollment.status, enrollment.channel) == ("confirmed", "online")
    assert enrollment.pool.capacity == 25


def test_there_is_nothing_to_get_at_these_addresses(town, pool, browse, sign_in):
    sign_in(town.lin_xiao)
    for action in ("enrollments", "waitlist"):
        browse.get(f"/pools/{pool.id}/{action}", status=405)


def test_of_what_one_just_comes_to_there_is_no_button(db_session, town, browse, sign_in):
    walk = builder.course(db_session, town.wutongli, "八段锦", admission=Admission.DROP_IN)
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get(f"/courses/{walk.id}")
    assert "不用报名，到时间直接来就行。" in page.words
    assert not [form for form in page.forms() if "/pools/" in form.action]


def test_a_session_that_has_begun_has_no_button_any_more(db_session, town, browse, sign_in, clock):
    tea = builder.course(db_session, town.wutongli, "茶话会", books=Books.SESSION, lessons=2)
    tea.enroll_closes_at = None
    db_session.commit()
    sign_in(town.lin_xiao)
    first = tea.sessions[0]
    clock.set(first.starts_at + timedelta(minutes=1))
    page = browse.get(f"/courses/{tea.id}")
    assert len([form for form in page.forms() if "/pools/" in form.action]) == 1
