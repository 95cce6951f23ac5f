"""The office's forms for programs: making, changing, publishing, hiding, cancelling, seats."""

from __future__ import annotations

from datetime import date, time

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.notifications.models import Message
from venue.notifications.rules import MessageKind
from venue.places.rules import Category
from venue.programs.models import Program
from venue.programs.rules import Admission, Books
from venue.seats.models import SeatPool
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import instant

TEA = {
    "title": "茶艺小课",
    "category": "course",
    "audience": "成人",
    "summary": "一壶茶的时间。",
    "syllabus": "认识茶\r\n水温\r\n",
    "price_fen": "99.5",
    "min_age": "18",
    "max_age": "70",
    "joining": "series",
    "capacity": "16",
    "enroll_opens_at": "2026-09-20T09:00",
    "enroll_closes_at": "2026-09-30T18:00",
}


def titled(session, title):
    session.expire_all()
    return session.scalars(select(Program).where(Program.title == title)).one_or_none()


def seats_of(session, program):
    session.expire_all()
    return session.scalars(select(SeatPool).where(SeatPool.program_id == program.id)).one()


def test_a_program_begins_as_a_draft_with_its_seats(office, session):
    typed = {
        **TEA,
        "teacher_id": str(office.town.teacher_gu.id),
        "term_id": str(office.town.term.id),
        "limit_group": "夜校",
        "residents_only": "y",
    }
    answer = office.fill("/programs/new", typed)
    made = titled(session, "茶艺小课")
    assert answer.location == f"/office/wutongli/programs/{made.id}"
    page = office.browse.follow(answer)
    assert "这是草稿，居民看不到。先排课，再发布。" in page.words
    assert "0 / 16" in page.words
    assert "限报组夜校" in page.words
    assert made.published_at is None
    assert (made.price_fen, made.min_age, made.max_age) == (9950, 18, 70)
    assert (made.admission, made.books) == (Admission.FIRST_COME, Books.SERIES)
    assert (made.limit_group, made.residents_only, made.syllabus) == ("夜校", True, "认识茶\n水温")
    assert made.teacher.full_name == "顾长青"
    assert made.enroll_opens_at == instant(date(2026, 9, 20), time(9))


@pytest.mark.parametrize(
    ("joining", "columns"),
    [
        ("session", (Admission.FIRST_COME, Books.SESSION)),
        ("drop_in", (Admission.DROP_IN, Books.SERIES)),
    ],
)
def test_a_program_without_seats_of_the_series_needs_no_number(office, session, joining, columns):
    office.fill("/programs/new", {**TEA, "joining": joining, "capacity": ""})
    made = titled(session, "茶艺小课")
    assert (made.admission, made.books) == columns
    of_it = select(SeatPool).where(SeatPool.program_id == made.id)
    assert session.scalars(of_it).all() == []


RULES = {"joining": "approval", "criteria": "住在本社区\r\n\r\n有老人同住 ", "group_limit": "2"}


def test_who_approves_states_by_what_and_people_agree_to_a_text(office, session):
    agreement = {"consent_title": "安全须知", "consent_body": "请看好孩子。"}
    office.fill("/programs/new", {**TEA, **RULES, **agreement})
    made = titled(session, "茶艺小课")
    assert (made.admission, made.group_limit) == (Admission.APPROVAL, 2)
    assert made.criteria == "住在本社区\n有老人同住"
    assert (made.consent_text.title, made.consent_text.version) == ("安全须知", 1)
    assert seats_of(session, made).capacity == 16
    path = f"/programs/{made.id}/edit"
    first_id = made.consent_text_id
    office.fill(path, {"title": "茶艺"})
    assert titled(session, "茶艺").consent_text_id == first_id
    office.fill(path, {"consent_body": "请看好孩子和热水。"})
    changed = titled(session, "茶艺")
    assert (changed.consent_text.version, changed.consent_text.follows_id) == (2, first_id)
    office.fill(path, {"consent_title": "", "consent_body": "", "joining": "lottery"})
    changed = titled(session, "茶艺")
    assert changed.consent_text_id is None
    assert (changed.admission, changed.criteria) == (Admission.LOTTERY, "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({**RULES, "criteria": " "}, "请写明按什么条件审核"),
        ({**RULES, "group_limit": "0"}, "请填写 1 到 10 之间的数"),
        ({"consent_title": "安全须知"}, "请填写同意书的内容"),
        ({"consent_body": "请看好孩子。"}, "请给同意书起个名称"),
        ({"joining": "audition"}, "怎样参加"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rules_that_say_only_half_are_not_made(office, session, typed, sentence):
    page = office.fill("/programs/new", {**TEA, **typed}, 422)
    assert sentence in page.words
    assert titled(session, "茶艺小课") is None


def test_a_published_program_asks_for_its_criteria_as_long_as_it_lives(office, session):
    program = make.course(
        session, office.town.wutongli, "茶艺", admission=Admission.APPROVAL, criteria="住在本社区"
    )
    session.commit()
    path = f"/programs/{program.id}/edit"
    other = f"/programs/{office.town.painting.id}/edit"
    assert "criteria" not in office.get(other).form(other).fields
    assert "请写明按什么条件审核" in office.fill(path, {"criteria": ""}, 422).words
    office.fill(path, {"criteria": "有老人同住", "group_limit": "3"})
    session.refresh(program)
    assert (program.criteria, program.group_limit) == ("有老人同住", 3)


def test_the_form_says_what_a_limit_group_is_and_how_one_is_named(office):
    page = office.get("/programs/new")
    [hint] = page.by_id("limit_group-hint").itertext()
    assert hint == "同一学期里同名的一组课，每人只能占一个名额，例如：夜校。"


BAD = [
    ({"title": " "}, "请填写名称"),
    ({"title": "长" * 61}, "最多 60 个字"),
    ({"min_age": "70", "max_age": "18"}, "最大年龄不能小于最小年龄"),
    ({"min_age": "-1"}, "请填写 0 到 120 之间的数"),
    ({"enroll_closes_at": "2026-09-20T09:00"}, "报名截止要晚于报名开始"),
    ({"enroll_opens_at": "后天"}, "请填写日期和时间"),
    ({"price_fen": "-1"}, "价格在 0 到 100000 元之间"),
    ({"price_fen": "一百"}, "请用数字填写价格"),
    ({"price_fen": "9.999"}, "价格最多两位小数"),
    ({"price_fen": "NaN"}, "价格在 0 到"),
    ({"price_fen": "1e400"}, "价格在 0 到"),
    ({"price_fen": ""}, "请填写价格，免费请填 0"),
    ({"category": "secret"}, "类别"),
    ({"limit_group": "夜校"}, "限报组在一个学期里起作用"),
    ({"teacher_id": "1"}, "老师"),
    ({"term_id": "999"}, "学期"),
]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [*BAD, ({"capacity": ""}, "请填写座位数"), ({"capacity": "0"}, "请填写 1 到 2000 之间的数")],
)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_program_typed_wrong_is_not_made(office, session, typed, sentence):
    form = office.get("/programs/new").form("/programs/new")
    sent = {**form.fields, **TEA, **typed}
    page = office.browse.post("/office/wutongli/programs/new", sent, 422)
    assert sentence in page.words
    kept = page.form("/programs/new").fields
    assert kept["summary"] == ["一壶茶的时间。"]
    for name, text in typed.items():
        if name not in {"category", "teacher_id", "term_id"}:
            assert kept[name] == [text.strip()]
    assert len(session.scalars(select(Program)).all()) == 1


@pytest.mark.parametrize(("typed", "sentence"), BAD)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_program_changed_wrong_stays_as_it_was(office, session, typed, sentence):
    program = office.town.painting
    program.published_at = None
    program.term_id, program.limit_group = None, None
    session.commit()
    path = f"/programs/{program.id}/edit"
    form = office.get(path).form(path)
    right = {key: value for key, value in TEA.items() if key not in {"joining", "capacity"}}
    page = office.browse.post("/office/wutongli" + path, {**form.fields, **right, **typed}, 422)
    assert sentence in page.words
    session.refresh(program)
    assert (program.title, program.price_fen) == ("零基础国画", 18000)


def test_a_program_is_changed(office, session):
    program = office.town.painting
    path = f"/programs/{program.id}/edit"
    assert office.get(path).form(path).fields["price_fen"] == ["180"]
    answer = office.fill(path, {"title": "国画入门", "price_fen": "0", "category": "senior"})
    assert "国画入门" in office.browse.follow(answer).words
    session.refresh(program)
    assert (program.title, program.price_fen, program.category) == ("国画入门", 0, Category.SENIOR)
    assert program.enroll_opens_at == make.OPENS_AT
    assert program.term_id == office.town.term.id


def test_what_a_published_program_keeps_is_not_asked_and_not_taken(office, session):
    program = office.town.painting
    path = f"/programs/{program.id}/edit"
    page = office.get(path)
    assert "发布以后，怎样参加、学期和限报组不能再改" in page.words
    fields = page.form(path).fields
    assert not {"term_id", "limit_group", "joining", "capacity"} & set(fields)
    forged = {"term_id": "", "limit_group": "", "published_at": "", "books": "session"}
    forged |= {"joining": "lottery", "admission": "lottery"}
    office.browse.post("/office/wutongli" + path, {**fields, **forged})
    session.refresh(program)
    assert (program.term_id, program.limit_group) == (office.town.term.id, "夜校")
    assert (program.books, program.published_at is None) == (Books.SERIES, False)
    assert program.admission is Admission.FIRST_COME


def test_a_teacher_who_left_stays_on_the_program(office, session):
    town = office.town
    town.painting.teacher_id = town.lin_xiao.id
    session.commit()
    path = f"/programs/{town.painting.id}/edit"
    office.fill(path, {"title": "国画入门"})
    session.refresh(town.painting)
    assert town.painting.teacher_id == town.lin_xiao.id


def test_a_draft_is_published_once_it_has_sessions(office, session):
    town = office.town
    empty = make.program(session, town.wutongli, "空的", published_at=None)
    ready = make.course(session, town.wutongli, "茶艺", lessons=2, published_at=None)
    session.commit()
    page = office.press(f"/programs/{empty.id}", f"/programs/{empty.id}/publication", 409)
    assert "还没有排课" in page.words
    answer = office.press(f"/programs/{ready.id}", f"/programs/{ready.id}/publication")
    assert "已发布，居民现在能看到了" in office.browse.follow(answer).words
    session.expire_all()
    assert empty.published_at is None
    assert ready.published_at == venue_clock.now()


def test_a_program_nobody_has_joined_goes_back_to_draft(office, session):
    program = office.town.painting
    page, action = f"/programs/{program.id}", f"/programs/{program.id}/retraction"
    office.press(page, action)
    session.refresh(program)
    assert program.published_at is None


def test_a_program_that_people_have_joined_does_not(office, session):
    program = office.town.painting
    make.enrollment(session, make.pool_of(session, program), office.town.lin_xiao)
    session.commit()
    page = office.press(f"/programs/{program.id}", f"/programs/{program.id}/retraction", 409)
    assert "已经有 1 人报名或候补" in page.words
    session.refresh(program)
    assert program.published_at is not None


def seats_page(program, pool) -> tuple[str, str]:
    """Return the page of a program's seats, and where the number of those of a pool is sent."""
    path = f"/programs/{program.id}"
    return f"{path}/seats", f"{path}/pools/{pool.id}/capacity"


def test_seats_cannot_be_fewer_than_people(office, session):
    program = office.town.painting
    pool = make.pool_of(session, program)
    for who in make.crowd(session, 4):
        make.enrollment(session, pool, who)
    session.commit()
    path, resizing = seats_page(program, pool)
    page = office.fill(path, {"capacity": "3"}, 409, resizing)
    assert "已经有 4 人有座位" in page.words
    assert page.form(resizing).fields["capacity"] == ["3"]
    assert seats_of(session, program).capacity == 25
    office.fill(path, {"capacity": "4"}, action=resizing)
    assert seats_of(session, program).capacity == 4
    page = office.fill(path, {"capacity": "0"}, 422, resizing)
    assert "请填写 1 到 2000 之间的数" in page.words


def test_added_seats_go_to_the_people_who_wait(office, session):
    program = office.town.painting
    pool = make.pool_of(session, program)
    pool.capacity = 1
    make.enrollment(session, pool, office.town.lin_xiao)
    waiting = make.enrollment(session, pool, office.town.chen_min, EnrollmentStatus.WAITLISTED)
    session.commit()
    path, resizing = seats_page(program, pool)
    office.fill(path, {"capacity": "2"}, action=resizing)
    session.refresh(waiting)
    assert waiting.status is EnrollmentStatus.OFFERED


def test_cancelling_a_program_tells_everybody_why(office, session):
    program = office.town.painting
    make.enrollment(session, make.pool_of(session, program), office.town.lin_xiao)
    session.commit()
    path = f"/programs/{program.id}/cancellation"
    page = office.get(path)
    assert "2 人会收到通知" in page.words  # who learns, and who teaches
    page = office.fill(path, {"reason": " "}, 422)
    assert "请写明原因" in page.words
    answer = office.browse.submit(page.form(path), {"reason": "老师病了"})
    assert "已取消，通知了 2 人" in office.browse.follow(answer).words
    session.expire_all()
    assert program.cancelled_at == venue_clock.now()
    told = session.scalars(select(Message).where(Message.kind == MessageKind.PROGRAM_CANCELLED))
    assert {one.parameters["reason"] for one in told} == {"老师病了"}
    # A second one, from another page that lay open:
    form = page.form(path)
    again = {**form.fields, "submission_key": "another", "reason": "又一次"}
    page = office.browse.post("/office/wutongli" + path, again, 409)
    assert "已经取消了，不能再改" in page.words
    page = office.browse.post(
        f"/office/wutongli/programs/{program.id}/publication",
        {"csrf_token": form.fields["csrf_token"], "submission_key": "third"},
        409,
    )
    assert "已经取消了，不能再改" in page.words
    office.get(f"/programs/{program.id}/series", 404)


def test_a_cancelled_program_is_not_changed(office, session):
    program = office.town.painting
    path = f"/programs/{program.id}/edit"
    form = office.get(path).form(path)
    program.cancelled_at = venue_clock.now()
    session.commit()
    page = office.browse.submit(form, {"title": "国画入门"}, 409)
    assert "已经取消了，不能再改" in page.words
    session.refresh(program)
    assert program.title == "零基础国画"


def test_the_list_is_sorted_by_state(office, session):
    wutongli = office.town.wutongli
    make.course(session, wutongli, "春茶", lessons=1, published_at=None)
    make.course(session, wutongli, "去年的", lessons=1, first_on=date(2025, 9, 2))
    make.course(session, wutongli, "停办的", lessons=1, cancelled_at=venue_clock.now())
    make.program(session, wutongli, "还没排课的")
    make.course(session, office.town.elsewhere, "别的中心的", lessons=1)
    session.commit()
    titles = {
        state: {
            title
            for title in ("零基础国画", "春茶", "去年的", "停办的", "还没排课的", "别的中心的")
            if title in office.get(f"/programs{state}").words
        }
        for state in (
            "",
            "?state=draft",
            "?state=published",
            "?state=over",
            "?state=cancelled",
            "?state=nonsense",
        )
    }
    assert titles == {
        "": {"零基础国画", "春茶", "还没排课的"},
        "?state=draft": {"春茶"},
        "?state=published": {"零基础国画", "还没排课的"},
        "?state=over": {"去年的"},
        "?state=cancelled": {"停办的"},
        "?state=nonsense": {"零基础国画", "春茶", "还没排课的"},
    }
