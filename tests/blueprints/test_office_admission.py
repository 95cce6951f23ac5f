"""The office's pages of admission: the seats of a program, and applications to answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus, Quota

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def painting(office, session):
    """Return the painting course before its window opens."""
    program = office.town.painting
    program.enroll_opens_at = venue_clock.now() + timedelta(days=1)
    session.commit()
    return program


def quotas(session, program):
    session.expire_all()
    rows = session.scalars(
        select(SeatPool).where(SeatPool.program_id == program.id, SeatPool.quota.is_not(None))
    )
    return {one.quota: one for one in rows}


# ---- Seats -------------------------------------------------------------------------------------


def test_quotas_are_given_resized_and_taken_back_before_the_window(office, session, painting):
    path = f"/programs/{painting.id}/seats"
    assert office.get(f"/programs/{painting.id}").links()["改名额"].endswith(path)
    typed = {"quota": "residents", "quota_capacity": "6"}
    answer = office.fill(path, typed, action=f"/programs/{painting.id}/quotas")
    page = office.browse.follow(answer)
    assert "已保存，居民在课程页上看得到。" in page.words
    pool = quotas(session, painting)[Quota.RESIDENTS]
    assert pool.capacity == 6
    resizing = f"/programs/{painting.id}/pools/{pool.id}/capacity"
    office.fill(path, {"capacity": "4"}, action=resizing)
    assert quotas(session, painting)[Quota.RESIDENTS].capacity == 4
    make.enrollment(session, session.get_one(SeatPool, pool.id), office.town.lin_xiao)
    session.commit()
    closing = f"/programs/{painting.id}/pools/{pool.id}/closing"
    page = office.press(path, closing, 409)
    assert "已经有 1 人占着这组名额，不能取消。" in page.words
    page = office.fill(path, {"capacity": "0"}, 422, resizing)
    assert "请填写 1 到 2000 之间的数" in page.words
    session.get_one(SeatPool, pool.id).taken = 0
    session.commit()
    office.press(path, closing)
    assert quotas(session, painting) == {}


def test_once_the_window_is_open_quotas_only_grow(office, session):
    program = office.town.painting
    quota = SeatPool(program=program, quota=Quota.IN_NEED, capacity=3)
    session.add(quota)
    session.commit()
    path = f"/programs/{program.id}/seats"
    page = office.get(path)
    assert "报名已经在 9月10日 周四 09:00 开始，优先名额按公布的算。" in page.words
    actions = [form.action for form in page.forms()]
    assert not [one for one in actions if one.endswith(("/quotas", "/closing"))]
    resizing = f"/programs/{program.id}/pools/{quota.id}/capacity"
    page = office.fill(path, {"capacity": "2"}, 409, resizing)
    assert "优先名额不能再加、再减。" in page.words
    assert page.form(resizing).fields["capacity"] == ["2"]
    keys = page.form(resizing).fields
    forged = {"csrf_token": keys["csrf_token"], "submission_key": "k"}
    root = f"{office.root}/programs/{program.id}"
    typed = {**forged, "quota": "residents", "quota_capacity": "5"}
    assert "不能再加、再减" in office.browse.post(f"{root}/quotas", typed, 409).words
    closing = f"{root}/pools/{quota.id}/closing"
    assert "不能再加、再减" in office.browse.post(closing, forged, 409).words
    office.fill(path, {"capacity": "5"}, action=resizing)
    assert {key: one.capacity for key, one in quotas(session, program).items()} == {
        Quota.IN_NEED: 5
    }


def test_nobody_is_new_to_a_program_without_a_limit_group(office, session, painting):
    path = f"/programs/{painting.id}/seats"
    form = office.get(path).form(f"/programs/{painting.id}/quotas")
    painting.limit_group = None
    session.commit()
    assert "first_timers" not in office.get(path).text
    typed = {**form.fields, "quota": "first_timers", "quota_capacity": "2"}
    page = office.browse.post(form.action, typed, 409)
    assert "看不出谁是第一次参加：这个项目不在任何限报组里。" in page.words
    assert quotas(session, painting) == {}


def test_seats_are_kept_for_the_counter_as_is_usual(office, session):
    program = office.town.painting
    pool = make.pool_of(session, program)
    path, action = f"/programs/{program.id}/seats", f"/programs/{program.id}/kept-seats"
    form = office.get(path).form(action)
    assert form.fields["kept"] == ["5"]
    assert form.fields["kept_until"] == ["2026-09-20T18:00"]
    page = office.browse.submit(form, {"kept_until": ""}, 422)
    assert "请填写留到什么时候。" in page.words
    assert page.form(action).fields["kept"] == ["5"]
    office.browse.submit(form)
    session.refresh(pool)
    assert (pool.kept, pool.kept_until) == (5, make.CLOSES_AT - timedelta(days=1))
    assert "现在留着 5 席，到 9月20日 周日 18:00；柜台已经用了 0 席。" in office.get(path).words
    pool.capacity = 6
    for one in make.crowd(session, 3):
        make.enrollment(session, pool, one)
    session.commit()
    page = office.fill(path, {"kept": "4"}, 409, action)
    assert "最多能留 3 席" in page.words
    assert page.form(action).fields["kept"] == ["4"]
    office.fill(path, {"kept": "0"}, action=action)
    session.refresh(pool)
    assert pool.kept == 0


def test_there_are_seats_only_where_the_series_has_them(office, session):
    by_date = make.course(session, office.town.wutongli, "茶话会", books=Books.SESSION)
    other = make.course(session, office.town.elsewhere, "别处的课")
    walk = make.course(session, office.town.wutongli, "八段锦", admission=Admission.DROP_IN)
    session.commit()
    for program in (by_date, other, walk):
        office.get(f"/programs/{program.id}/seats", 404)
    painting = office.town.painting
    path = f"/programs/{painting.id}/seats"
    fields = office.get(path).form("/kept-seats").fields
    foreign = make.pool_of(session, other).id
    root = f"{office.root}/programs/{painting.id}/pools"
    office.browse.post(f"{root}/{foreign}/capacity", {**fields, "capacity": "9"}, 404)
    general = make.pool_of(session, painting).id
    office.browse.post(f"{root}/{general}/closing", fields, 404)


# ---- Applications ------------------------------------------------------------------------------


@pytest.fixture
def applied(office, session):
    """Let two people apply for one seat, the second with a child."""
    town = office.town
    program = make.course(
        session,
        town.wutongli,
        "志愿讲师",
        capacity=1,
        starts=make.time(9),
        admission=Admission.APPROVAL,
        criteria="会用手机\n每月来得了两次",
        group_limit=2,
    )
    pool = make.pool_of(session, program)
    made = [
        make.enrollment(session, pool, one, EnrollmentStatus.APPLIED)
        for one in (town.lin_xiao, town.chen_min, town.xiao_he)
    ]
    made[0].statement = "天天用手机。"
    made[1].group_id = made[2].group_id = made[1].id
    session.commit()
    return made


def test_applications_are_read_in_order_with_what_decides(office, applied):
    page = office.get("/applications")
    assert "公布的条件： 会用手机 每月来得了两次" in page.words
    first = " ".join(page.by_id(f"application-{applied[0].id}").itertext())
    assert "林晓" in first
    assert "28 岁 · 梧桐里社区" in " ".join(first.split())
    assert "天天用手机。" in first
    both = " ".join(" ".join(page.by_id(f"application-{applied[1].id}").itertext()).split())
    assert "陈敏、陈小禾" in both
    assert "陈小禾 9 岁 · 梧桐里社区" in both
    assert page.words.index("林晓") < page.words.index("陈敏、陈小禾")
    assert "报名审核 3" in page.words


def test_what_is_approved_gets_a_seat_and_then_a_place_in_line(office, session, applied):
    one, pair, _ = applied
    answer = office.press("/applications", f"/applications/{one.id}/approval")
    assert "已同意，名额给了申请人" in office.browse.follow(answer).words
    answer = office.press("/applications", f"/applications/{pair.id}/approval")
    assert "名额满了，先排在候补第 1 位" in office.browse.follow(answer).words
    session.expire_all()
    assert one.status is EnrollmentStatus.CONFIRMED
    waiting = session.scalars(
        select(Enrollment).where(Enrollment.status == EnrollmentStatus.WAITLISTED)
    ).all()
    assert len(waiting) == 2
    by = session.scalars(select(AuditEntry).where(AuditEntry.action == "enrollment.approved"))
    assert {entry.actor_id for entry in by} == {office.town.shen_lan.id}
    assert "没有等着审核的申请" in office.get("/applications").words


def test_what_is_refused_is_refused_by_a_stated_criterion(office, session, applied):
    one = applied[0]
    action = f"/applications/{one.id}/refusal"
    page = office.fill("/applications", {}, 422, action)
    assert "请选不符合的那一条。" in page.words
    form = page.form(action)
    assert "别的理由" not in page.words
    invented = office.browse.post(form.action, {**form.fields, "criterion": "看着不像"}, 422)
    assert invented.form(action)
    office.browse.submit(form, {"criterion": "每月来得了两次"})
    session.expire_all()
    assert (one.status, one.decision) == (EnrollmentStatus.REFUSED, "每月来得了两次")
    late = office.browse.post(
        f"{office.root}/applications/{one.id}/approval",
        {"csrf_token": form.fields["csrf_token"], "submission_key": "other"},
        409,
    )
    assert "这个申请已经不在等审核了。" in late.words


def test_who_has_taken_another_time_meanwhile_is_told_to_the_office(office, session, applied):
    clashing = make.course(session, office.town.wutongli, "早课", starts=make.time(9))
    make.enrollment(session, make.pool_of(session, clashing), office.town.lin_xiao)
    session.commit()
    page = office.press("/applications", f"/applications/{applied[0].id}/approval", 409)
    assert "时间冲突：9月22日 周二 09:00 要上“早课”。" in page.words


@pytest.mark.usefixtures("applied")
def test_the_queue_asks_as_many_queries_for_few_as_for_many(office, session, count_queries):
    def sent():
        with count_queries() as queries:
            office.get("/applications")
        return len(queries)

    few = sent()
    for number in range(6):
        program = make.course(
            session,
            office.town.wutongli,
            f"志愿{number}",
            admission=Admission.APPROVAL,
            criteria="有空",
        )
        for one in make.crowd(session, 2):
            pool = make.pool_of(session, program)
            make.enrollment(session, pool, one, EnrollmentStatus.APPLIED)
    session.commit()
    assert sent() == few
