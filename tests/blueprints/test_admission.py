"""The faces of admission: together, by application, with consent, kept seats and quotas."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.blueprints.test_enrollments import course_form, fill
from venue.audit.rules import SYSTEM
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment, SeatPool
from venue.seats.opening import resize_pool
from venue.seats.rules import EnrollmentStatus, Quota

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def pottery(db_session, town):
    """Return a course of four seats to which parent and child come together, begun at ten."""
    made = make.course(
        db_session, town.wutongli, "亲子陶艺", capacity=4, starts=make.time(10), group_limit=2
    )
    db_session.commit()
    return made


def states(session, program):
    session.rollback()
    rows = session.execute(
        select(Enrollment.status, func.count())
        .where(Enrollment.program_id == program.id)
        .group_by(Enrollment.status)
    )
    return {row[0].value: row[1] for row in rows}


def together(browse, program, *people, action="/enrollments", status=303, **typed):
    form = course_form(browse, program, action)
    return browse.submit(form, {"person_id": [one.id for one in people], **typed}, status)


# ---- Together ----------------------------------------------------------------------------------


def test_parent_and_child_come_with_one_form(db_session, town, browse, sign_in, pottery):
    sign_in(town.chen_min)
    page = browse.get(f"/courses/{pottery.id}")
    assert "一次最多 2 个人。一起报的要么都有座位，要么一起候补。" in page.words
    done = together(browse, pottery, town.chen_min, town.xiao_he)
    page = browse.follow(done)
    assert "陈敏、陈小禾：已报名 ✓" in page.words
    assert states(db_session, pottery) == {"confirmed": 2}
    mine = browse.get("/my/")
    assert "陈敏、陈小禾 · 梧桐里党群服务中心" in mine.words
    assert mine.words.count("已报名 ✓") == 1


def test_two_who_may_both_come_are_chosen_already(db_session, town, browse, sign_in, pottery):
    pottery.max_age = 60
    pottery.min_age = 7
    db_session.commit()
    sign_in(town.chen_min)
    form = course_form(browse, pottery)
    assert form.fields["person_id"] == [str(town.chen_min.id), str(town.xiao_he.id)]


@pytest.mark.parametrize(
    ("left", "sentence"),
    [(1, "只剩 1 个名额，不够一起来的人坐。"), (0, "4 个名额已经报满。")],
)
def test_both_or_neither_and_then_one_place_in_line(
    db_session, town, browse, sign_in, pottery, left, sentence
):
    sign_in(town.chen_min)
    form = course_form(browse, pottery)
    pool = make.pool_of(db_session, pottery)
    for one in make.crowd(db_session, 4 - left):
        make.enrollment(db_session, pool, one)
    db_session.commit()
    pair = {"person_id": [town.chen_min.id, town.xiao_mai.id]}
    page = browse.submit(form, pair, 409)
    assert sentence in page.words
    again = page.form("/waitlist")
    assert again.fields["person_id"] == [str(town.chen_min.id), str(town.xiao_mai.id)]
    page = browse.follow(browse.submit(again))
    assert "陈敏、陈小麦：候补第 1 位" in page.words
    assert states(db_session, pottery) == {"confirmed": 4 - left, "waitlisted": 2}


def test_what_lies_with_whom_is_said_by_name(db_session, town, browse, sign_in, pottery):
    pottery.max_age = 8
    db_session.commit()
    sign_in(town.chen_min)
    form = course_form(browse, pottery)
    forged = {**form.fields, "person_id": [town.chen_min.id, town.xiao_he.id]}
    page = browse.post(form.action, forged, 409)
    assert "陈敏：只收 8 岁及以下，开课那天是 40 岁。" in page.words
    assert "陈小禾：只收 8 岁及以下，开课那天是 9 岁。" in page.words
    three = {
        **form.fields,
        "person_id": [one.id for one in (town.chen_min, town.xiao_he, town.xiao_mai)],
    }
    assert "一张表最多报 2 个人。" in browse.post(form.action, three, 409).words
    assert states(db_session, pottery) == {}


def test_a_family_that_may_come_together_chooses_again_for_each_date(
    db_session, town, browse, sign_in
):
    play = make.course(
        db_session, town.wutongli, "亲子游戏", books=Books.SESSION, lessons=2, group_limit=3
    )
    db_session.commit()
    sign_in(town.chen_min)
    first, _second = [
        one
        for one in browse.get(f"/courses/{play.id}").forms()
        if one.action.endswith("/enrollments")
    ]
    page = browse.follow(browse.submit(first, {"person_id": [town.chen_min.id, town.xiao_he.id]}))
    assert "陈敏、陈小禾：已报名 ✓" in page.words


def test_one_answer_takes_the_offer_for_all(db_session, town, browse, sign_in, pottery):
    pool = make.pool_of(db_session, pottery)
    sign_in(town.chen_min)
    fill(db_session, pool, 2)
    together(browse, pottery, town.chen_min, town.xiao_he, action="/waitlist")
    pool = db_session.get_one(SeatPool, pool.id)
    assert "候补第 1 位" in browse.get("/my/").words
    resize_pool(db_session, pool.id, 4, actor=SYSTEM, now=make.clock.now())
    db_session.commit()
    mine = browse.get("/my/")
    assert "陈敏、陈小禾：亲子陶艺" in mine.words
    assert mine.words.count("名额留到") == 1
    page = browse.follow(browse.submit(mine.form("/acceptance")))
    assert "名额确认好了" in page.words
    assert states(db_session, pottery) == {"confirmed": 4}


def test_one_leaves_alone_or_all_leave(db_session, town, browse, sign_in, pottery):
    sign_in(town.chen_min)
    together(browse, pottery, town.chen_min, town.xiao_he)
    mine = browse.get("/my/")
    child = db_session.scalars(select(Enrollment).filter_by(person_id=town.xiao_he.id)).one()
    assert "只退出陈小禾" in mine.words
    page = browse.follow(browse.submit(mine.form(f"/enrollments/{child.id}/withdrawal")))
    assert states(db_session, pottery) == {"confirmed": 1, "withdrawn": 1}
    assert "一起报的" not in page.words
    together(browse, pottery, town.xiao_mai)
    together_again = make.course(
        db_session, town.wutongli, "亲子烘焙", starts=make.time(14), group_limit=2
    )
    db_session.commit()
    together(browse, together_again, town.chen_min, town.xiao_mai)
    mine = browse.get("/my/")
    page = browse.follow(browse.submit(mine.form("/group-withdrawal")))
    assert "已经一起退出" in page.words
    assert states(db_session, together_again) == {"withdrawn": 2}
    assert states(db_session, pottery)["confirmed"] == 2


def test_who_may_act_for_one_of_them_withdraws_that_one(db_session, town, visit, pottery):
    """周文 acts for her father, who came with 林晓."""
    pool = make.pool_of(db_session, pottery)
    father, friend = (
        make.enrollment(db_session, pool, one) for one in (town.zhou_jianguo, town.lin_xiao)
    )
    father.group_id = friend.group_id = father.id
    db_session.commit()
    browse = visit(town.zhou_wen)
    mine = browse.get("/my/")
    assert "周建国和另外 1 人" in mine.words
    assert "林晓" not in mine.words
    assert "一起退出" not in mine.words
    form = mine.form(f"/enrollments/{father.id}/withdrawal")
    browse.post(f"/enrollments/{father.id}/group-withdrawal", form.fields, 404)
    browse.submit(form)
    assert states(db_session, pottery) == {"confirmed": 1, "withdrawn": 1}


# ---- Consent -----------------------------------------------------------------------------------


@pytest.fixture
def agreement(db_session, town):
    """Let everybody who enrolls in the painting course agree to a text."""
    text = write_text(
        db_session, "安全须知", "颜料不能吃。\n剪刀要还。", follows=None, **make.acts()
    )
    town.painting.consent_text = text
    db_session.commit()
    return text.id


def test_a_text_is_read_in_place_and_agreed_to_by_hand(
    db_session, town, browse, sign_in, agreement
):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    page = browse.get(f"/courses/{town.painting.id}")
    assert "颜料不能吃。" in page.words
    assert page.links()["单独打开这份同意书"] == f"/consents/{agreement}"
    assert "agreed" not in form.fields
    refused = browse.submit(form, status=409)
    assert "还没有同意“安全须知”。" in refused.words
    browse.submit(refused.form("/enrollments"), {"agreed": "y"})
    consent = db_session.scalars(select(Consent)).one()
    assert (consent.person_id, consent.text_id) == (town.lin_xiao.id, agreement)
    assert states(db_session, town.painting) == {"confirmed": 1}


def test_from_the_list_one_comes_to_the_text_first(town, browse, sign_in, agreement):
    sign_in(town.lin_xiao)
    page = browse.get("/centers/wutongli/courses?q=国画")
    assert not [form for form in page.forms() if "/pools/" in form.action]
    assert page.links()["报名"].startswith(f"/courses/{town.painting.id}#pool-")


def test_what_one_has_agreed_to_is_not_asked_again(
    db_session, town, pool, browse, sign_in, agreement
):
    db_session.add(
        Consent(
            text_id=agreement,
            person_id=town.lin_xiao.id,
            channel=make.Channel.ONLINE,
            given_at=make.clock.now(),
        )
    )
    fill(db_session, pool)
    sign_in(town.lin_xiao)
    page = browse.get(f"/courses/{town.painting.id}")
    assert "安全须知" not in page.words
    browse.submit(page.form("/waitlist"))
    assert states(db_session, town.painting) == {"confirmed": 1, "waitlisted": 1}


def test_who_comes_too_late_is_asked_before_the_line(
    db_session, town, pool, browse, sign_in, agreement
):
    sign_in(town.lin_xiao)
    form = course_form(browse, town.painting)
    fill(db_session, pool)
    page = browse.submit(form, {"agreed": "y"}, 409)
    assert "1 个名额已经报满。" in page.words
    browse.submit(page.form("/waitlist"), {"agreed": "y"})
    assert states(db_session, town.painting) == {"confirmed": 1, "waitlisted": 1}


# ---- By application ----------------------------------------------------------------------------


@pytest.fixture
def fitness(db_session, town):
    """Return a course for which one applies."""
    made = make.course(
        db_session,
        town.wutongli,
        "健身教练班",
        starts=make.time(9),
        admission=Admission.APPROVAL,
        criteria="满 18 岁\n每周来得了三次",
    )
    db_session.commit()
    return made


def test_one_applies_by_published_criteria_and_takes_it_back(
    db_session, town, browse, sign_in, fitness
):
    sign_in(town.lin_xiao)
    listed = browse.get("/centers/wutongli/courses?q=健身")
    assert listed.links()["申请"].startswith(f"/courses/{fitness.id}#pool-")
    page = browse.get(f"/courses/{fitness.id}")
    assert "按这些条件审核，不面试： 满 18 岁 每周来得了三次" in page.words
    long = browse.submit(page.form("/enrollments"), {"statement": "好" * 301}, 422)
    assert "最多 300 个字" in long.words
    assert long.form("/enrollments").fields["statement"] == ["好" * 301]
    page = browse.follow(browse.submit(page.form("/enrollments"), {"statement": "天天来"}))
    assert "已申请 · 等待审核" in page.words
    applied = db_session.scalars(select(Enrollment)).one()
    assert (applied.status, applied.statement) == (EnrollmentStatus.APPLIED, "天天来")
    assert "已申请 · 等待审核" in browse.get("/centers/wutongli/courses?q=健身").words
    mine = browse.get("/my/")
    assert "已申请 · 等待审核" in mine.words
    browse.submit(mine.form("/withdrawal"))
    assert states(db_session, fitness) == {"withdrawn": 1}


def test_who_was_turned_down_reads_by_which_criterion(db_session, town, browse, sign_in, fitness):
    pool = make.pool_of(db_session, fitness)
    refused = make.enrollment(db_session, pool, town.lin_xiao, EnrollmentStatus.REFUSED)
    refused.decision = "每周来得了三次"
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get(f"/courses/{fitness.id}")
    assert "林晓上次的申请没有通过：每周来得了三次" in page.words
    assert page.form("/enrollments")
    assert "申请没有通过 每周来得了三次" in browse.get("/my/").words


# ---- For whom the seats are --------------------------------------------------------------------


def test_kept_seats_and_quotas_are_published(db_session, town, pool, browse, sign_in):
    pool.kept, pool.kept_until = 5, make.CLOSES_AT - timedelta(days=1)
    quota = SeatPool(program=town.painting, quota=Quota.RESIDENTS, capacity=6)
    db_session.add(quota)
    db_session.commit()
    page = browse.get(f"/courses/{town.painting.id}")
    assert (
        "不限 25 席，其中 5 席留给柜台和电话到 9月20日 周日 18:00 · 余 20 席 "
        "本社区居民 6 席 · 余 6 席"
    ) in page.words
    sign_in(town.lin_xiao)
    browse.submit(course_form(browse, town.painting))
    seat = db_session.scalars(select(Enrollment)).one()
    assert seat.pool_id == quota.id


def test_what_is_kept_leads_to_the_counter_or_the_line(db_session, town, pool, browse, sign_in):
    pool.capacity, pool.kept, pool.kept_until = 3, 2, make.CLOSES_AT - timedelta(days=1)
    make.enrollment(db_session, pool, town.chen_min)
    db_session.commit()
    sign_in(town.lin_xiao)
    sentence = "网上的名额已经报满，还有 2 席留给柜台和电话到 9月20日 周日 18:00。"
    page = browse.get(f"/courses/{town.painting.id}")
    assert sentence in page.words
    assert "可以到柜台或者打电话报：" in page.words
    assert "柜台和电话还有 2 席" in browse.get("/centers/wutongli/courses?q=国画").words
    form = page.form("/waitlist")
    forced = browse.post(f"/pools/{pool.id}/enrollments", form.fields, 409)
    assert sentence in forced.words
    browse.submit(forced.form("/waitlist"))
    assert states(db_session, town.painting) == {"confirmed": 1, "waitlisted": 1}


def test_those_whose_seats_are_gone_wait_beside_the_free_seats_of_others(
    db_session, town, pool, browse, sign_in
):
    fill(db_session, pool)
    db_session.add(SeatPool(program=town.painting, quota=Quota.IN_NEED, capacity=2))
    db_session.commit()
    sign_in(town.lin_xiao)
    page = browse.get(f"/courses/{town.painting.id}")
    assert "1 个名额已经报满。" in page.words
    assert "困难家庭 2 席 · 余 2 席" in page.words
    assert page.form("/waitlist")
    town.lin_xiao.in_need_until = make.FIRST_LESSON
    db_session.commit()
    assert course_form(browse, town.painting)


def test_who_waits_for_a_draw_learns_until_when(db_session, town, browse, sign_in):
    by_lot = make.course(
        db_session, town.wutongli, "热门陶艺", starts=make.time(9), admission=Admission.LOTTERY
    )
    db_session.commit()
    for who in (None, town.lin_xiao):
        if who is not None:
            sign_in(who)
        page = browse.get(f"/courses/{by_lot.id}")
        assert "摇号 · 9月21日 周一 18:00 截止" in page.words
        assert not [form for form in page.forms() if "/pools/" in form.action]
        assert "摇号 · 共 25 席" in browse.get("/centers/wutongli/courses?q=热门").words
