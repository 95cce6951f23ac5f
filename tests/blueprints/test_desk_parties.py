"""The desk enrolls several together, takes kept seats, and asks for consent and statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.blueprints.test_desk import DESK, page_of, press
from venue.audit.rules import Channel
from venue.consents.models import Consent
from venue.consents.writing import write_text
from venue.places.models import Patron
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus, Quota
from venue.settlements.settling import take_payment

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def town(db_session):
    """Let the desk know 陈敏, 小禾 and 林晓, but not 小麦."""
    made = make.build(db_session)
    for one in (made.chen_min, made.xiao_he, made.lin_xiao):
        db_session.add(Patron(center_id=made.wutongli.id, person_id=one.id, since_at=make.OPENS_AT))
    db_session.commit()
    return made


@pytest.fixture
def desk(browse, db_session, town):
    browse.sign_in(make.user_of(db_session, town.he_jing))
    db_session.rollback()
    return browse


@pytest.fixture
def pottery(db_session, town):
    made = make.course(
        db_session, town.wutongli, "亲子陶艺", capacity=2, starts=make.time(10), group_limit=2
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


def test_a_companion_is_found_added_and_left_out_again(desk, town, pottery):
    path = page_of(town.chen_min, q="陶艺")
    page = desk.get(path)
    assert "加上陈小禾" in page.links()
    assert "加上陈小麦" not in page.links()
    found = desk.get(f"{path}&companion=林")
    page = desk.get(found.links()["加上林晓"])
    assert "林晓 1998 年出生" in page.words
    assert "（2 人）" in page.words
    page = desk.get(page.links()["加上陈小禾"])
    assert "这门一张表最多报 2 个人，请分开报。" in page.words
    assert not [form for form in page.forms() if form.action.endswith("/enrollments")]
    page = desk.get(page.links()["不一起：林晓"])
    assert "林晓" not in page.words
    assert [form for form in page.forms() if form.action.endswith("/enrollments")]
    assert "没有找到。" in desk.get(f"{path}&companion=小麦").words


def test_both_or_neither_at_the_counter_too(desk, db_session, town, pottery):
    path = page_of(town.chen_min, q="陶艺", **{"with": town.xiao_he.id})
    answer = press(desk, path, "/enrollments")
    assert "已报名。" in desk.follow(answer).words
    both = db_session.scalars(select(Enrollment).order_by(Enrollment.id)).all()
    assert {one.channel for one in both} == {Channel.COUNTER}
    assert len({one.group_id for one in both}) == 1
    page = desk.get(page_of(town.xiao_he))
    assert "一起的：陈敏、陈小禾" in page.words
    both[0].price_fen = 6_000
    at = {"open_fen": 6_000, "center_id": town.wutongli.id}
    take_payment(db_session, both[0].id, "A1", 6_000, **at, **make.acts(town.he_jing))
    db_session.commit()
    page = desk.get(page_of(town.xiao_he))
    assert "大家的位置马上给后面的人。陈敏：现在退出可退 ¥60。" in page.words
    press(desk, page_of(town.xiao_he), f"{both[1].id}/group-withdrawal")
    assert states(db_session, pottery) == {"withdrawn": 2}


def test_what_stands_against_it_is_said_by_name_and_the_line_is_next(
    desk, db_session, town, pottery
):
    path = page_of(town.chen_min, q="陶艺", **{"with": town.xiao_he.id})
    form = desk.get(path).form("/enrollments")
    pottery.min_age = 10
    db_session.commit()
    page = desk.submit(form, status=409)
    assert "陈小禾：开课那天要年满 10 岁，那时是 9 岁。 请另选一门。" in page.words
    pottery.min_age = None
    make.enrollment(db_session, make.pool_of(db_session, pottery), town.lin_xiao)
    db_session.commit()
    page = desk.submit(form, status=409)
    assert "只剩 1 个名额，不够一起来的人坐。" in page.words
    assert "陈小禾 2017 年出生" in page.words
    answer = desk.submit(page.form("/waitlist"))
    assert "已加入候补，排在第 1 位。" in desk.follow(answer).words
    assert states(db_session, pottery) == {"confirmed": 1, "waitlisted": 2}


def test_only_those_whom_the_center_knows_come_along(desk, db_session, town, pottery):
    desk.get(page_of(town.chen_min, **{"with": town.xiao_mai.id}), 404)
    desk.get(page_of(town.chen_min, **{"with": "x"}))
    form = desk.get(page_of(town.chen_min, q="陶艺")).form("/enrollments")
    desk.post(form.action, {**form.fields, "companion_id": [town.xiao_mai.id]}, 404)
    desk.post(form.action, {**form.fields, "companion_id": ["x"]}, 404)
    assert states(db_session, pottery) == {}


def test_kept_seats_are_for_the_desk(desk, db_session, town):
    pool = make.pool_of(db_session, town.painting)
    pool.capacity, pool.kept, pool.kept_until = 3, 3, make.CLOSES_AT - timedelta(days=1)
    db_session.add(SeatPool(program=town.painting, quota=Quota.IN_NEED, capacity=1))
    db_session.commit()
    path = page_of(town.lin_xiao, q="国画")
    page = desk.get(path)
    assert "柜台还有 4 席 网上余 1 席" in page.words
    assert "其中 3 席留给柜台和电话到 9月20日 周日 18:00 · 余 3 席" in page.words
    press(desk, path, "/enrollments")
    db_session.expire_all()
    assert (pool.taken, pool.counter_taken) == (1, 1)


def test_consent_and_statement_are_given_at_the_counter(desk, db_session, town):
    text = write_text(db_session, "安全须知", "戴好护具。", follows=None, **make.acts())
    program = make.course(
        db_session,
        town.wutongli,
        "志愿讲师",
        starts=make.time(9),
        admission=Admission.APPROVAL,
        criteria="会用手机\n每月来得了两次",
        consent_text=text,
    )
    db_session.commit()
    path = page_of(town.lin_xiao, q="志愿", channel="telephone")
    page = desk.get(path)
    assert "条件：会用手机；每月来得了两次" in page.words
    form = page.form("/enrollments")
    long = desk.submit(form, {"statement": "天天用。" * 76}, 422)
    assert "最多 300 个字。" in long.words
    assert long.form("/enrollments").fields["statement"] == ["天天用。" * 76]
    refused = desk.submit(form, {"statement": "天天用。"}, 409)
    assert "还没有同意“安全须知”。 当面说明，本人同意后勾选，再报名。" in refused.words
    again = refused.form("/enrollments")
    assert again.fields["statement"] == ["天天用。"]
    answer = desk.submit(again, {"agreed": "y"})
    page = desk.follow(answer)
    assert "已提交申请，等待审核。" in page.words
    assert "已申请 · 等待审核" in page.words
    applied = db_session.scalars(select(Enrollment)).one()
    assert (applied.status, applied.statement) == (EnrollmentStatus.APPLIED, "天天用。")
    consent = db_session.scalars(select(Consent)).one()
    assert (consent.channel, consent.given_by_id) == (Channel.TELEPHONE, town.he_jing.id)
    press(desk, f"{DESK}people/{town.lin_xiao.id}", f"{applied.id}/withdrawal")
    assert states(db_session, program) == {"withdrawn": 1}
