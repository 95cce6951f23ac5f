"""The code from the desk in the browser: a grandfather gets in, a guesser does not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from tests.browsing import Browser
from venue import clock as venue_clock
from venue.accounts.desk_codes import code_key, issue_code
from venue.accounts.models import DeskCode, User
from venue.accounts.rules import code_groups
from venue.audit.rules import Actor, Channel

PASSWORD = "梧桐 里 的 早晨 7"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def code_for(db_session, settings, town):
    """Let the desk give a person a code, as it stands on the slip."""

    def code_for(person) -> str:
        issued = issue_code(
            db_session(),
            person.id,
            key=code_key(settings.secret_key),
            lifetime=settings.desk_code_lifetime,
            actor=Actor(town.he_jing.id, Channel.COUNTER),
            now=venue_clock.now(),
        )
        db_session.commit()
        return code_groups(issued.code)

    return code_for


def use(browse: Browser, code: str, phone="13900001234", password=PASSWORD, status=303):
    form = browse.get("/code").form("/code")
    return browse.submit(form, {"code": code, "phone": phone, "password": password}, status)


def test_a_person_of_the_desk_gets_an_account_and_is_signed_in(
    browse: Browser, db_session, town, code_for
) -> None:
    answer = use(browse, code_for(town.zhou_jianguo))
    page = browse.follow(answer)
    assert "好了。以后用这个手机号和新密码登录。" in page.words
    assert "周建国" in browse.get("/my/account").words
    assert make.user_of(db_session, town.zhou_jianguo).phone == "+8613900001234"


def test_a_forgotten_password_is_set_anew(browse: Browser, app, town, code_for) -> None:
    use(browse, code_for(town.lin_xiao), phone="13900000001")
    login = Browser(app)
    form = login.get("/login").form("/login")
    old = {"phone": "13900000001", "password": make.PASSWORD}
    login.submit(form, old, status=409)
    login.submit(form, {**old, "password": PASSWORD})


def test_a_code_works_once(browse: Browser, app, town, code_for) -> None:
    code = code_for(town.zhou_jianguo)
    use(browse, code)
    page = use(Browser(app), code, phone="13900005678", status=409)
    assert "验证码不对，或者已经用过、过期了。还可以试 4 次。" in page.words


def test_the_form_sent_again_after_a_lost_answer_signs_in(
    browse: Browser, app, db_session, town, code_for
) -> None:
    form = browse.get("/code").form("/code")
    typed = {"code": code_for(town.zhou_jianguo), "phone": "13900001234", "password": PASSWORD}
    with browse.client.session_transaction() as cookie:
        kept = dict(cookie)
    browse.submit(form, typed)
    again = Browser(app)
    with again.client.session_transaction() as cookie:
        cookie.update(kept)
    again.submit(form, typed)
    assert "周建国" in again.get("/my/account").words


WRONG = {
    "no code": ({"code": ""}, "请填写验证码。"),
    "a short code": ({"code": "1234"}, "验证码是 8 位数字，请核对。"),
    "words": ({"code": "没有收到"}, "验证码是 8 位数字，请核对。"),
    "a landline": ({"phone": "021 6666 0018"}, "请填写 11 位的中国大陆手机号。"),
    "a short password": ({"password": "k7#Qm2!"}, "密码至少要 8 个字符。"),
    "a common password": ({"password": "qwertyuiop"}, "这个密码太常见"),
    "the number as password": ({"password": "13900001234"}, "密码里请不要用手机号。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_said_and_kept(
    browse: Browser, db_session, town, code_for, case: str
) -> None:
    changes, sentence = WRONG[case]
    typed = {
        "code": code_for(town.zhou_jianguo),
        "phone": "13900001234",
        "password": PASSWORD,
        **changes,
    }
    page = browse.submit(browse.get("/code").form("/code"), typed, status=422)
    assert sentence in page.words
    kept = page.form("/code").fields
    assert (kept["code"], kept["phone"]) == ([typed["code"]], [typed["phone"]])
    assert kept["password"] == [""]
    assert db_session.scalars(select(DeskCode.used_at)).one() is None
    assert (
        db_session.scalars(select(User).where(User.person_id == town.zhou_jianguo.id)).all() == []
    )


@ON_SQLITE
def test_whoever_guesses_must_wait(browse: Browser, town, code_for) -> None:
    right = code_for(town.zhou_jianguo)
    for number in range(5):
        guess = f"{number:08}"
        page = use(browse, guess, status=409 if number < 4 else 429)
        assert page.form("/code").fields["code"] == [guess]
    page = use(browse, right, status=429)
    assert "请在 10:15 以后再试" in page.words


@ON_SQLITE
def test_each_refusal_says_what_next(browse: Browser, town, code_for) -> None:
    page = use(browse, code_for(town.lin_xiao), status=409)
    assert "您的账号用的是另一个手机号，尾号 0001。" in page.words
    page = use(browse, code_for(town.zhou_jianguo), phone="13900000002", status=409)
    assert "这个手机号已经有账号了。" in page.words
