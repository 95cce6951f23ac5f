"""Families choose days of care on a calendar, look at the price, book, give back, tell absences."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.pages import text_of
from venue.childcare.models import CareDay, CareProgram
from venue.childcare.planning import copy_terms
from venue.consents.writing import write_text
from venue.programs.models import Program
from venue.seats.models import Enrollment


@pytest.fixture
def care(db_session, town):
    """Ten days of care from a Tuesday on."""
    made = make.care(db_session, town.wutongli)
    db_session.commit()
    return made


@pytest.fixture
def mother(browse, sign_in, town, care):
    sign_in(town.chen_min)
    return browse


def at(care: Program, more: str = "") -> str:
    return f"/care/{care.id}{more}"


def day_ids(care, *numbers):
    return [str(care.sessions[number].id) for number in numbers]


def choosing(page):
    """Return the form of the calendar."""
    return next(form for form in page.forms() if re.fullmatch("/care/[0-9]+", form.action))


def fields(page, *, children=(), days=(), **more):
    form = choosing(page)
    return {
        "csrf_token": form.fields["csrf_token"],
        "submission_key": form.fields["submission_key"],
        "child_id": [str(one.id) for one in children],
        "session_id": list(days),
        "when_full": "refuse",
        **more,
    }


def summary(mother, care, status=200, **typed):
    page = mother.get(at(care))
    return mother.post(at(care), {**fields(page, **typed), "step": "summary"}, status)


def give_back(mother, page, enrollment_id, status=303):
    form = page.form("/returns")
    return mother.post(form.action, {**form.fields, "enrollment_id": str(enrollment_id)}, status)


def test_strangers_see_what_each_day_holds_and_sign_in_to_choose(browse, care):
    page = browse.get(at(care))
    assert "周二 22 余 25" in page.words
    assert page.links()["登录后选日子"].startswith("/login")
    assert "选日子" in browse.get(f"/courses/{care.id}").links()


def test_every_tuesday_and_thursday_for_two_children_in_one_go(mother, town, care, db_session):
    both = [town.xiao_he, town.xiao_mai]
    page = mother.get(at(care))
    typed = {**fields(page, children=both), "weekday": ["2", "4"], "step": "pattern"}
    page = mother.post(at(care), typed, 200)
    chosen = choosing(page).fields
    assert chosen["session_id"] == day_ids(care, 0, 2, 5, 7)
    assert chosen["child_id"] == [str(one.id) for one in both]
    page = mother.post(at(care), {**chosen, "meal": "y", "step": "summary"}, 200)
    assert "4 天 × ¥45 含用餐 ¥15 = ¥180" in page.words
    assert "一共 ¥360" in page.words
    assert db_session.scalars(select(Enrollment)).all() == []
    answer = mother.submit(page.form("/bookings"))
    page = mother.follow(answer)
    assert "报好了 8 天。" in page.words
    assert "一共¥180" in page.words
    assert len(db_session.scalars(select(CareDay).where(CareDay.meal)).all()) == 8
    assert "陈小禾 ✓" in mother.get(at(care)).words


def test_whole_weeks_of_summer_are_one_box_each(mother, town, care, db_session):
    db_session.get_one(CareProgram, care.id).whole_weeks = True
    db_session.commit()
    page = mother.get(at(care))
    assert "整周 5 天" in page.words
    typed = {**fields(page, children=[town.xiao_he]), "week": "2026-09-28", "step": "summary"}
    page = mother.post(at(care), typed, 200)
    mother.submit(page.form("/bookings"))
    assert len(db_session.scalars(select(Enrollment)).all()) == 5


@pytest.mark.parametrize("typed", [{}, {"children": True}, {"days": True}])
def test_without_a_child_or_a_day_there_is_no_price_and_nothing_is_lost(mother, town, care, typed):
    chosen = {
        "children": [town.xiao_he] if "children" in typed else [],
        "days": day_ids(care, 1) if "days" in typed else [],
    }
    page = summary(mother, care, 422, **chosen)
    assert "请至少选一个孩子和一天" in page.words
    kept = choosing(page).fields
    assert kept.get("session_id", []) == chosen["days"]


def test_a_day_that_filled_up_meanwhile_is_marked_and_the_rest_stays(
    mother, town, care, db_session
):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0, 1))
    pool = make.pool_of(db_session, care.sessions[1])
    pool.capacity = 0
    db_session.commit()
    page = mother.submit(page.form("/bookings"), status=409)
    assert "还没有报上。" in page.words
    assert "9月23日 周三 15:30–17:30 0 个名额已经报满。" in page.words
    assert db_session.scalars(select(Enrollment)).all() == []
    page = mother.post(at(care), {**choosing(page).fields, "step": "edit"}, 200)
    assert choosing(page).fields["session_id"] == day_ids(care, 0, 1)
    waits = {**choosing(page).fields, "when_full": "wait", "step": "summary"}
    page = mother.post(at(care), waits, 200)
    assert "满了，排候补" in page.words
    page = mother.follow(mother.submit(page.form("/bookings")))
    assert "报好了 1 天。1 天在候补，有空位会通知。" in page.words


@pytest.mark.parametrize(
    ("forged", "status"),
    [
        ({"when_full": "x"}, 404),
        ({"child_id": "x"}, 404),
        ({"week": "x"}, 404),
        ({"session_id": str(2**80)}, 422),
        ({"csrf_token": "old"}, 422),
    ],
)
def test_a_forged_word_is_no_crash_and_books_nothing(
    mother, town, care, db_session, forged, status
):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0))
    form = page.form("/bookings")
    mother.post(form.action, {**form.fields, **forged}, status)
    mother.post(at(care), {**form.fields, **forged, "step": "summary"}, status)
    assert db_session.scalars(select(Enrollment)).all() == []


def test_a_form_that_is_sent_twice_books_once(mother, town, care, db_session):
    form = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0)).form("/bookings")
    first, second = mother.submit(form), mother.submit(form)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(db_session.scalars(select(Enrollment)).all()) == 1


def test_the_agreement_is_read_and_agreed_to_once(mother, town, care, db_session):
    care.consent_text = write_text(
        db_session, "托管协议", "按时接孩子。", follows=None, **make.acts()
    )
    db_session.commit()
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0))
    assert "我是监护人，看过并同意“托管协议”" in page.words
    refused = mother.submit(page.form("/bookings"), status=409)
    assert "还没有同意“托管协议”。" in refused.words
    mother.submit(page.form("/bookings"), {"agreed": "y"})
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 1))
    assert "我是监护人" not in page.words


def test_a_grade_is_asked_once_and_a_wrong_one_is_said(mother, town, care, db_session):
    town.xiao_he.grade = town.xiao_he.grade_year = None
    town.xiao_mai.grade = 7
    db_session.commit()
    page = mother.get(at(care))
    assert "陈小禾今年读几年级？" in page.words
    assert "只收 1–6 年级，那时是 7 年级。" in page.words
    page = summary(mother, care, children=[town.xiao_mai], days=day_ids(care, 0))
    assert not [form for form in page.forms() if form.action.endswith("/bookings")]
    asked = mother.get(at(care)).form("/grade")
    for nonsense in ("0", "7", "x"):
        mother.submit(asked, {"grade": nonsense}, 404)
    mother.submit(asked, {"grade": "4"})
    db_session.expire_all()
    assert (town.xiao_he.grade, town.xiao_he.grade_year) == (4, 2026)
    assert "今年读几年级" not in mother.get(at(care)).words


def test_days_go_back_in_time_and_an_absence_is_told_later(mother, town, care, db_session, clock):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0, 1, 2))
    mother.submit(page.form("/bookings"))
    ids = db_session.scalars(select(Enrollment.id).order_by(Enrollment.id)).all()
    page = mother.get(at(care, "/days"))
    nothing = mother.submit(page.form("/returns"), status=422)
    assert "请先勾选要退的日子。" in nothing.words
    page = mother.follow(give_back(mother, page, ids[2]))
    assert "退了 1 天，不收费。" in page.words
    assert "一共¥60" in page.words
    clock.set(care.sessions[0].starts_at - timedelta(hours=20))
    late = give_back(mother, page, ids[0], 409)
    assert "9月22日 周二 已经过了能改的时间" in late.words
    page = mother.get(at(care, "/days"))
    form = page.form("/absences")
    assert "请写一句原因" in mother.submit(form, {"why": " "}, 422).words
    page = mother.follow(mother.submit(form, {"why": "发烧"}))
    assert "请假：发烧" in page.words
    assert "一共¥60" in page.words
    page = mother.follow(mother.submit(page.form("/comings")))
    assert "好的，那天还来。" in page.words


def test_another_family_s_child_is_nobody_s(browse, sign_in, mother, town, care, db_session):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0))
    form = page.form("/bookings")
    mother.submit(form)
    enrollment_id = db_session.scalars(select(Enrollment.id)).one()
    returns = mother.get(at(care, "/days")).form("/returns")
    sign_in(town.zhou_wen)
    page = browse.get(at(care))
    keys = {name: choosing(page).fields[name] for name in ("csrf_token", "submission_key")}
    sent = {**form.fields, **keys}
    assert "请至少选一个孩子和一天" in browse.post(form.action, sent, 422).words
    browse.post(returns.action, {**keys, "enrollment_id": str(enrollment_id)}, 404)
    foreign = {**keys, "enrollment_id": str(enrollment_id), "why": "x"}
    for act in ("absences", "comings", "extras"):
        browse.post(at(care, f"/children/{town.xiao_he.id}/{act}"), foreign, 404)
    browse.post(at(care, f"/children/{town.xiao_he.id}/grade"), {**keys, "grade": "3"}, 404)
    assert "陈小禾" not in browse.get(at(care, "/days")).words


def test_a_day_is_not_left_by_the_button_of_a_course(mother, town, care, db_session):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0, 1))
    mother.submit(page.form("/bookings"))
    mine = mother.get("/my/")
    assert "共 2 天" in mine.words
    assert mine.links()["看每一天，退或请假"] == at(care, "/days")
    enrollment_id = db_session.scalars(select(Enrollment.id).order_by(Enrollment.id)).first()
    keys = mother.get(at(care, "/days")).form("/returns").fields
    for way in ("withdrawal", "group-withdrawal"):
        mother.post(f"/my/enrollments/{enrollment_id}/{way}", keys, 404)


TERMS = {
    "min_grade": "2",
    "max_grade": "5",
    "meal_fen": "",
    "nap_fen": "5.5",
    "change_days": "3",
    "change_time": "12:00",
}


def test_the_office_says_what_care_offers(browse, sign_in, town, care, db_session):
    sign_in(town.shen_lan)
    path = f"/office/wutongli/programs/{care.id}/care"
    form = browse.get(path).form("/care")
    assert form.fields["meal_fen"] == ["15"]
    page = browse.submit(form, {**TERMS, "max_grade": "1"}, 422)
    assert "年级要从低到高。" in page.words
    assert page.form("/care").fields["nap_fen"] == ["5.5"]
    browse.submit(form, TERMS)
    known = db_session.get_one(CareProgram, care.id, populate_existing=True)
    assert (known.min_grade, known.max_grade, known.meal_fen, known.nap_fen) == (2, 5, None, 550)
    assert (known.change_days, f"{known.change_time:%H:%M}") == (3, "12:00")
    browse.get(f"/office/wutongli/programs/{town.painting.id}/care", 302)
    assert "年级、用餐、期限" in browse.get(f"/office/wutongli/programs/{care.id}").links()


def test_a_new_program_of_care_and_its_copy_offer_days(browse, sign_in, town, care, db_session):
    sign_in(town.shen_lan)
    page = browse.get("/office/wutongli/programs/new")
    browse.submit(
        page.form("/programs/new"), {"title": "寒假班", "joining": "days", "capacity": ""}
    )
    made = db_session.scalars(select(Program).where(Program.title == "寒假班")).one()
    assert db_session.get_one(CareProgram, made.id).max_grade == 6
    assert "capacity" in browse.get(f"/office/wutongli/programs/{made.id}/series").text
    copy_terms(db_session, care.id, made.id, **make.acts())
    assert db_session.get_one(CareProgram, made.id).meal_fen == 1500


def test_what_is_no_care_or_a_draft_has_no_calendar(browse, town, care, db_session):
    answer = browse.get(f"/care/{town.painting.id}", 302)
    assert answer.headers["Location"] == f"/courses/{town.painting.id}"
    browse.get("/care/99999/days", 302)
    browse.get("/care/99999", 404)
    care.published_at = None
    db_session.commit()
    browse.get(at(care), 404)


@pytest.mark.parametrize("path", ["", "/days"])
def test_a_long_period_costs_as_many_queries_as_a_short_one(
    mother, town, care, db_session, count_queries, path
):
    long = make.care(db_session, town.wutongli, "整学期", days=60)
    db_session.commit()

    def sent(program):
        with count_queries() as statements:
            mother.get(at(program, path))
        return len(statements)

    sent(care)
    assert sent(long) == sent(care)


def test_in_english(mother, town, care):
    mother.get("/preferences?lang=en&next=/", 303)
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0))
    assert page.form("/bookings")


def book_with_meal(mother, care, children, *numbers):
    page = summary(mother, care, children=children, days=day_ids(care, *numbers), meal="y")
    mother.submit(page.form("/bookings"))


def test_the_bill_of_a_family_says_days_meals_and_what_is_owed_by_month(mother, town, care):
    book_with_meal(mother, care, [town.xiao_he, town.xiao_mai], 0, 9)
    page = mother.get("/care/bill")
    assert [text_of(one) for one in page.root.iter("caption")] == ["2026-09", "2026-10"]
    lines = [[text_of(cell) for cell in line] for line in page.root.iter("tr")]
    assert lines[1] == ["陈小禾放学托管", "1", "1", "0", "¥45"]
    assert lines[3] == ["一共", "2", "2", "0", "¥90"]
    assert "全部月份一共 ¥180。" in page.words
    assert mother.get(at(care, "/days")).links()["托管账单"] == "/care/bill"
    assert mother.get("/my/").links()["托管账单"] == "/care/bill"


def test_the_bill_lists_the_meals_ahead_and_none_that_is_over(mother, town, care, clock):
    book_with_meal(mother, care, [town.xiao_he], 0, 4)
    clock.set(care.sessions[0].ends_at)
    page = mother.get("/care/bill")
    assert "9月28日 周一 起的一周" in page.words
    assert "9月28日 周一：陈小禾 放学托管" in page.words
    assert "9月22日 周二：陈小禾" not in page.words


def test_a_family_sees_its_own_bill_alone(mother, visit, town, care):
    book_with_meal(mother, care, [town.xiao_he], 0)
    page = visit(town.lin_xiao).get("/care/bill")
    assert "还没有报过托管的日子。" in page.words
    assert "陈小禾" not in page.words


def test_the_bill_reads_english_and_asks_as_little_for_many_days(mother, town, care, count_queries):
    book_with_meal(mother, care, [town.xiao_he], 0)
    mother.get("/care/bill")
    with count_queries() as few:
        mother.get("/care/bill")
    book_with_meal(mother, care, [town.xiao_he, town.xiao_mai], *range(1, 10))
    with count_queries() as many:
        mother.get("/care/bill")
    assert len(many) == len(few)
    mother.get("/preferences?lang=en&next=/", 303)
    assert mother.get("/care/bill").root.get("lang") == "en"


def test_a_meal_of_one_day_is_taken_out_until_its_time_is_over(
    mother, town, care, db_session, clock
):
    page = summary(mother, care, children=[town.xiao_he], days=day_ids(care, 0))
    mother.submit(page.form("/bookings"))
    day = mother.get(at(care, "/days")).form("/extras")
    before = db_session.scalars(select(CareDay.meal)).one()
    page = mother.follow(mother.submit(day))
    assert "改好了。" in page.words
    db_session.expire_all()
    assert db_session.scalars(select(CareDay.meal)).one() is not before
    again = page.form("/extras")
    clock.set(care.sessions[0].starts_at)
    late = mother.submit(again, status=409)
    assert "已经过了能改的时间，没有改" in late.words
    mother.post(again.action, {**again.fields, "enrollment_id": "x"}, 422)
