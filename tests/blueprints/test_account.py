"""The viewer's account: another number, another password, and every login in sight."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import town as make
from tests.browsing import Browser
from venue.accounts.models import LoginSession, User

NEW_PASSWORD = "梧桐 里 的 早晨 7"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def lin_xiao(browse: Browser, db_session, town) -> Browser:
    """Return the browser of 林晓, signed in."""
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    return browse


def send(browse: Browser, path: str, status=303, **typed):
    return browse.submit(browse.get(path).form(path), typed, status)


def test_a_person_sees_with_what_they_sign_in_and_where(lin_xiao: Browser) -> None:
    page = lin_xiao.get("/my/account")
    assert "139 0000 0001" in page.words
    assert "9月16日 周三 10:00 登录 （这台设备）" in page.words


def test_a_new_number_signs_in_and_the_old_one_does_not(
    lin_xiao: Browser, app, db_session, town
) -> None:
    path = "/my/account/phone"
    page = lin_xiao.follow(send(lin_xiao, path, phone="13900001234", password=make.PASSWORD))
    assert "手机号已更换，下次用新号码登录。" in page.words
    assert "139 0000 1234" in page.words
    assert make.user_of(db_session, town.lin_xiao).phone == "+8613900001234"


def test_a_new_password_ends_the_logins_elsewhere(lin_xiao: Browser, app, db_session, town) -> None:
    elsewhere = Browser(app)
    elsewhere.sign_in(make.user_of(db_session, town.lin_xiao))
    path = "/my/account/password"
    answer = send(lin_xiao, path, password=make.PASSWORD, new_password=NEW_PASSWORD)
    assert "密码已更换，其他设备都已退出登录。" in lin_xiao.follow(answer).words
    elsewhere.get("/my/account", status=302)
    fresh = Browser(app)
    send(fresh, "/login", phone="13900000001", password=NEW_PASSWORD)


def test_signing_out_everywhere_ends_this_login_as_well(
    lin_xiao: Browser, app, db_session, town
) -> None:
    elsewhere = Browser(app)
    elsewhere.sign_in(make.user_of(db_session, town.lin_xiao))
    answer = lin_xiao.submit(lin_xiao.get("/my/account").form("/sign-outs"))
    assert "所有设备都已退出登录。" in lin_xiao.follow(answer).words
    for browse in (lin_xiao, elsewhere):
        browse.get("/my/account", status=302)
    assert None not in db_session.scalars(select(LoginSession.ended_at)).all()


WRONG = {
    "no number": ("phone", {"phone": ""}, "请填写手机号。"),
    "a foreign number": ("phone", {"phone": "+852 9123 4567"}, "请填写 11 位的中国大陆手机号。"),
    "a landline": ("phone", {"phone": "021 6666 0018"}, "请填写 11 位的中国大陆手机号。"),
    "no password": ("phone", {"password": ""}, "请填写密码。"),
    "a short password": ("password", {"new_password": "1"}, "密码至少要 8 个字符。"),
    "a common one": ("password", {"new_password": "iloveyou"}, "这个密码太常见"),
    "the number": ("password", {"new_password": "13900000001"}, "密码里请不要用手机号。"),
    "nothing new": ("password", {"new_password": ""}, "请填写密码。"),
}
GOOD = {
    "phone": {"phone": "13900001234", "password": make.PASSWORD},
    "password": {"password": make.PASSWORD, "new_password": NEW_PASSWORD},
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_said_and_changes_nothing(
    lin_xiao: Browser, db_session, town, case: str
) -> None:
    page_name, changes, sentence = WRONG[case]
    user = make.user_of(db_session, town.lin_xiao)
    before = (user.phone, user.password_hash)
    typed = {**GOOD[page_name], **changes}
    page = send(lin_xiao, f"/my/account/{page_name}", 422, **typed)
    assert sentence in page.words
    kept = page.form(f"/my/account/{page_name}").fields
    assert kept["password"] == [""]
    if page_name == "phone":
        assert kept["phone"] == [typed["phone"]]
    db_session.refresh(user)
    assert (user.phone, user.password_hash) == before


@ON_SQLITE
@pytest.mark.parametrize("page_name", GOOD)
def test_a_wrong_password_changes_nothing_and_is_counted(
    lin_xiao: Browser, db_session, town, page_name: str
) -> None:
    path = f"/my/account/{page_name}"
    user = make.user_of(db_session, town.lin_xiao)
    before = (user.phone, user.password_hash)
    for left in (4, 3, 2, 1):
        page = send(lin_xiao, path, 409, **{**GOOD[page_name], "password": "wrong"})
        assert f"密码不对，还可以试 {left} 次。" in page.words
    for _ in range(2):
        page = send(lin_xiao, path, 429, **{**GOOD[page_name], "password": "wrong"})
        assert "请在 10:15 以后再试" in page.words
    db_session.refresh(user)
    assert (user.phone, user.password_hash) == before


@ON_SQLITE
def test_the_number_of_another_account_is_refused(lin_xiao: Browser, db_session, town) -> None:
    typed = {"phone": "13900000002", "password": make.PASSWORD}
    page = send(lin_xiao, "/my/account/phone", 409, **typed)
    assert "这个手机号已经有账号了。" in page.words
    assert page.form("/my/account/phone").fields["phone"] == ["13900000002"]
    assert make.user_of(db_session, town.lin_xiao).phone == "+8613900000001"


@pytest.mark.parametrize("page_name", GOOD)
def test_a_form_sent_twice_gets_its_first_answer(
    lin_xiao: Browser, db_session, town, page_name: str
) -> None:
    form = lin_xiao.get(f"/my/account/{page_name}").form(f"/my/account/{page_name}")
    first = lin_xiao.submit(form, GOOD[page_name])
    kept = db_session.scalar(select(User.password_hash).where(User.person_id == town.lin_xiao.id))
    again = lin_xiao.submit(form, GOOD[page_name])
    assert (first.status, first.location) == (again.status, again.location)
    after = db_session.scalar(select(User.password_hash).where(User.person_id == town.lin_xiao.id))
    assert after == kept
