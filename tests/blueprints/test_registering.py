"""Registering in the browser: signed in at once, and every wrong input said beside its field."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.browsing import Browser
from venue.accounts.models import LoginAttempt, LoginSession, User
from venue.people.models import Person

PHONE = "139 0000 1234"
SUN_YUE = {
    "full_name": "孙悦",
    "phone": PHONE,
    "birth_on": "1995-01-31",
    "password": "梧桐 里 的 早晨 7",
}
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def form_of(browse: Browser, path="/register"):
    return browse.get(path).form("/register")


def counts(session) -> tuple[int, int, int]:
    return tuple(
        session.scalar(select(func.count()).select_from(table))
        for table in (Person, User, LoginSession)
    )


def test_a_newcomer_registers_and_is_signed_in(browse: Browser, db_session, town) -> None:
    answer = browse.submit(form_of(browse), SUN_YUE)
    assert answer.location == "/my/"
    assert "孙悦" in browse.follow(answer).words
    user = db_session.scalars(select(User).where(User.phone == "+8613900001234")).one()
    assert user.person.full_name == "孙悦"
    assert user.person.neighborhood_id is None
    assert db_session.scalars(select(LoginAttempt)).all() == []


def test_the_way_leads_back_to_where_it_began(browse: Browser, town) -> None:
    course = f"/courses/{town.painting.id}"
    login = browse.get(f"/login?next={course}")
    form = browse.get(login.links()["注册"]).form("/register")
    answer = browse.submit(form, SUN_YUE)
    assert answer.location == course


WRONG = {
    "no name": ({"full_name": "  "}, "请填写姓名。"),
    "a name of 300 characters": ({"full_name": "孙" * 300}, "姓名最多 40 个字。"),
    "a name of emoji": ({"full_name": "🎉🎉"}, "请填写真实姓名，只用文字。"),
    "a name of digits": ({"full_name": "12345"}, "请填写真实姓名，只用文字。"),
    "no number": ({"phone": ""}, "请填写手机号。"),
    "a short number": ({"phone": "1390000123"}, "请填写 11 位的中国大陆手机号。"),
    "a foreign number": ({"phone": "+1 415 555 2671"}, "请填写 11 位的中国大陆手机号。"),
    "a landline": ({"phone": "021 6666 0018"}, "请填写 11 位的中国大陆手机号。"),
    "no birth date": ({"birth_on": ""}, "请填写出生日期。"),
    "no date at all": ({"birth_on": "去年"}, "请填写日期，例如 1957-03-08。"),
    "a day that never was": ({"birth_on": "1995-02-30"}, "请填写日期，例如 1957-03-08。"),
    "born tomorrow": ({"birth_on": "2026-09-17"}, "出生日期不能晚于今天。"),
    "born 121 years ago": ({"birth_on": "1905-09-16"}, "出生日期太早了，请核对年份。"),
    "thirteen": ({"birth_on": "2012-09-17"}, "未满 14 岁，请由家长注册，再在“家人”里添加孩子。"),
    "no password": ({"password": ""}, "请填写密码。"),
    "a short password": ({"password": "k7#Qm2!"}, "密码至少要 8 个字符。"),
    "a long password": ({"password": "ab7#" * 33}, "密码最多 128 个字符。"),
    "a common password": ({"password": "password1"}, "这个密码太常见"),
    "the number as password": ({"password": "13900001234"}, "密码里请不要用手机号。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_said_and_kept(browse: Browser, db_session, town, case: str) -> None:
    changes, sentence = WRONG[case]
    before = counts(db_session)
    typed = {**SUN_YUE, **changes}

    page = browse.submit(form_of(browse), typed, status=422)

    assert page.title.startswith("注册")
    assert sentence in page.words
    assert "填的内容都还在。 只有密码要再填一次。" in page.words
    (name,) = changes
    assert page.by_id(name).get("aria-invalid") == "true"
    kept = page.form("/register").fields
    assert kept.pop("password") == [""]
    for field in ("full_name", "phone", "birth_on"):
        assert kept[field] == [typed[field].strip()]
    assert counts(db_session) == before


@ON_SQLITE
def test_everything_wrong_is_said_at_once(browse: Browser, town) -> None:
    typed = {"full_name": "😀", "phone": "1", "birth_on": "2030-01-01", "password": "1"}
    page = browse.submit(form_of(browse), typed, status=422)
    for sentence in ("只用文字", "11 位", "不能晚于今天", "至少要 8 个字符"):
        assert sentence in page.words


@ON_SQLITE
def test_one_thing_wrong_with_a_birth_date_is_said_once(browse: Browser, town) -> None:
    page = browse.submit(form_of(browse), {**SUN_YUE, "birth_on": "2026-09-17"}, status=422)
    assert "未满 14 岁" not in page.words


@ON_SQLITE
@pytest.mark.parametrize("typed", ["1957/3/8", "1957.3.8", "1957年3月8日", " 1957-03-08 "])
def test_a_birth_date_may_be_typed_as_people_do(browse: Browser, db_session, town, typed) -> None:
    browse.submit(form_of(browse), {**SUN_YUE, "birth_on": typed})
    assert str(db_session.scalars(select(Person.birth_on).order_by(Person.id.desc())).first()) == (
        "1957-03-08"
    )


@ON_SQLITE
def test_fourteen_is_old_enough(browse: Browser, town) -> None:
    browse.submit(form_of(browse), {**SUN_YUE, "birth_on": "2012-09-16"})


def test_a_number_with_an_account_is_refused_with_the_way_on(
    browse: Browser, db_session, town
) -> None:
    before = counts(db_session)
    page = browse.submit(form_of(browse), {**SUN_YUE, "phone": "13900000001"}, status=409)
    assert "这个手机号已经有账号了。" in page.words
    assert "林晓" not in page.text
    assert page.links()["用这个号码登录"].startswith("/login?next=")
    assert page.form("/register").fields["full_name"] == ["孙悦"]
    assert page.form("/register").fields["password"] == [""]
    assert counts(db_session) == before


@ON_SQLITE
def test_whoever_asks_for_number_after_number_must_wait(browse: Browser, app, town) -> None:
    form = form_of(browse)
    for number in range(40):
        browse.submit(form, {**SUN_YUE, "phone": f"1390000000{number % 7 + 1}"}, status=409)
    page = browse.submit(form, SUN_YUE, status=429)
    assert "请在 10:15 以后再试" in page.words
    assert page.headers["Retry-After"] == str(15 * 60)


def test_a_form_sent_twice_makes_one_account_and_signs_in_twice(
    browse: Browser, app, db_session, town
) -> None:
    """The first answer was lost: the browser sends the same form with the cookie it had."""
    form = form_of(browse)
    before = counts(db_session)
    with browse.client.session_transaction() as cookie:
        kept = dict(cookie)
    first = browse.submit(form, SUN_YUE)
    again = Browser(app)
    with again.client.session_transaction() as cookie:
        cookie.update(kept)
    second = again.submit(form, SUN_YUE)
    assert first.location == second.location
    people, users, logins = counts(db_session)
    assert (people, users, logins) == (before[0] + 1, before[1] + 1, before[2] + 2)
    assert "孙悦" in again.follow(second).words


@ON_SQLITE
def test_an_old_page_keeps_what_was_typed(browse: Browser, clock, db_session, town) -> None:
    form = form_of(browse)
    before = counts(db_session)
    form.fields["csrf_token"] = ["old"]
    page = browse.submit(form, SUN_YUE, status=422)
    assert "页面放得太久了" in page.words
    assert page.form("/register").fields["full_name"] == ["孙悦"]
    assert counts(db_session) == before
    browse.submit(page.form("/register"), {"password": SUN_YUE["password"]})


@ON_SQLITE
def test_fields_that_no_form_has_change_nothing(browse: Browser, db_session, town) -> None:
    form = form_of(browse)
    forged = {"person_id": town.lin_xiao.id, "role": "administrator", "neighborhood_id": "1"}
    browse.post("/register", {**form.fields, **SUN_YUE, **forged})
    made = db_session.scalars(select(Person).order_by(Person.id.desc())).first()
    assert (made.full_name, made.neighborhood_id) == ("孙悦", None)
    assert made.id != town.lin_xiao.id


@ON_SQLITE
def test_whoever_is_signed_in_need_not_register(browse: Browser, db_session, town) -> None:
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    assert browse.get("/register?next=/calendars/", status=303).location == "/calendars/"


@ON_SQLITE
def test_the_lifetime_of_a_login_is_that_of_the_setting(browse: Browser, db_session, town) -> None:
    answer = browse.submit(form_of(browse), SUN_YUE)
    (made,) = db_session.scalars(select(LoginSession)).all()
    assert made.expires_at - made.created_at == timedelta(days=30)
    assert "Expires=" in answer.headers["Set-Cookie"]
