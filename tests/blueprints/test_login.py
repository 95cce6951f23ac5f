"""Signing in and out in the browser: whom it lets in, what the cookie is worth, who must wait."""

from __future__ import annotations

from contextvars import Context
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import town as make
from tests.browsing import Browser
from venue import create_app
from venue.accounts.models import LoginAttempt, LoginSession
from venue.config import Environment
from venue.db import db

PHONE = "13900000001"
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def sign_in(browse: Browser, password=make.PASSWORD, phone=PHONE, status=303, path="/login", **kw):
    form = browse.get(path).form("/login")
    return browse.submit(form, {"phone": phone, "password": password}, status, **kw)


def is_in(browse: Browser) -> bool:
    # An empty context: the test's own would remember who was seen last.
    return Context().run(browse.client.get, "/my/account").status_code == 200


def test_number_and_password_sign_in(browse: Browser, town) -> None:
    assert sign_in(browse, phone="139 0000 0001").location == "/my/"
    assert is_in(browse)


def test_signing_out_ends_the_login_on_the_server(browse: Browser, app, town) -> None:
    sign_in(browse)
    with browse.client.session_transaction() as cookie:
        stolen = dict(cookie)
    page = browse.get("/my/account")
    browse.submit(page.form("/logout"))
    assert not is_in(browse)
    thief = Browser(app)
    with thief.client.session_transaction() as cookie:
        cookie.update(stolen)
    assert not is_in(thief)


WRONG = {
    "no number": ({"phone": ""}, "请填写手机号。"),
    "a foreign number": ({"phone": "+852 9123 4567"}, "请填写 11 位的中国大陆手机号。"),
    "a landline": ({"phone": "021 6666 0018"}, "请填写 11 位的中国大陆手机号。"),
    "no password": ({"password": ""}, "请填写密码。"),
}


@ON_SQLITE
@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_is_said_and_kept(browse: Browser, db_session, town, case: str) -> None:
    changes, sentence = WRONG[case]
    typed = {"phone": PHONE, "password": "x", **changes}
    page = browse.submit(browse.get("/login").form("/login"), typed, status=422)
    assert sentence in page.words
    assert page.form("/login").fields["phone"] == [typed["phone"]]
    assert page.form("/login").fields["password"] == [""]
    assert db_session.scalars(select(LoginAttempt)).all() == []


def said(browse: Browser, phone: str) -> list[tuple[int, str]]:
    """Return what six wrong passwords are answered."""
    answers = []
    for number in range(6):
        page = sign_in(browse, "wrong", phone, status=409 if number < 4 else 429)
        assert page.form("/login").fields["phone"] == [phone]
        assert page.form("/login").fields["password"] == [""]
        (notice,) = [one for one in page.by_class("notice") if "warn" in one.get("class")]
        answers.append((page.status, " ".join("".join(notice.itertext()).split())))
    return answers


def test_an_unknown_number_is_answered_like_a_known_one(browse: Browser, app, town) -> None:
    known = said(browse, PHONE)
    unknown = said(Browser(app), "13900009999")
    assert known == unknown
    assert "手机号或密码不对，还可以试 4 次。" in known[0][1]
    assert "请在 10:15 以后再试。" in known[5][1]


def test_the_right_password_waits_too_and_then_goes_in(browse: Browser, clock, town) -> None:
    said(browse, PHONE)
    page = sign_in(browse, status=429)
    assert page.headers["Retry-After"] == str(15 * 60)
    clock.advance(timedelta(minutes=15))
    sign_in(browse)


@pytest.fixture
def behind(settings, clock, town):
    """Return visitors behind so many proxies, where an address has three tries."""
    apps = []

    def behind(proxies: int) -> Browser:
        apps.append(
            create_app(replace(settings, login_attempts_per_address=3, trusted_proxies=proxies))
        )
        return Browser(apps[-1])

    yield behind
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def test_no_header_makes_another_address(behind) -> None:
    visitor = behind(0)
    for number in range(4):
        forged = {"X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}"}
        phone, status = f"1390000111{number}", 409 if number < 2 else 429
        sign_in(visitor, "wrong", phone, status, headers=forged)


PASSED_ON = {
    "one proxy": (1, "192.0.2.{forged}, 198.51.100.{address}"),
    "two proxies": (2, "192.0.2.{forged}, 198.51.100.{address}, 203.0.113.1"),
    "something else than an address": (1, "forged {forged}, " + "so-long" * 12 + "{address}"),
}


@pytest.mark.parametrize(("proxies", "header"), PASSED_ON.values(), ids=PASSED_ON)
def test_behind_proxies_the_address_that_they_saw_counts_whatever_stands_before_it(
    behind, proxies: int, header: str
) -> None:
    visitor = behind(proxies)
    for number in range(4):
        sent = {"X-Forwarded-For": header.format(forged=number, address=7)}
        phone, status = f"1390000111{number}", 409 if number < 2 else 429
        sign_in(visitor, "wrong", phone, status, headers=sent)


@ON_SQLITE
def test_behind_a_proxy_each_visitor_has_tries_of_their_own(behind) -> None:
    visitor = behind(1)
    for number in range(4):
        sent = {"X-Forwarded-For": f"198.51.100.{number}"}
        sign_in(visitor, "wrong", f"1390000111{number}", 409, headers=sent)


@ON_SQLITE
def test_a_proxy_is_believed_nothing_but_the_address(behind) -> None:
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere.example"}
    page = behind(1).get("/login", headers={**sent, "X-Forwarded-For": "198.51.100.7"})
    assert "Strict-Transport-Security" not in page.headers
    assert "elsewhere.example" not in page.text


def test_two_processes_share_the_count(browse: Browser, settings, town) -> None:
    other = create_app(settings)
    visitors = [browse, Browser(other)]
    for number in range(5):
        sign_in(visitors[number % 2], "wrong", status=409 if number < 4 else 429)
    for visitor in visitors:
        sign_in(visitor, status=429)
    with other.app_context():
        db.engine.dispose()


def test_whoever_is_led_to_sign_in_comes_back(browse: Browser, town) -> None:
    led = browse.get("/my/family", status=302)
    assert led.location == "/login?next=%2Fmy%2Ffamily"
    assert sign_in(browse, path=led.location).location == "/my/family"


@ON_SQLITE
def test_a_form_of_somebody_signed_out_leads_back_to_its_page(browse: Browser, town) -> None:
    came_from = {"Referer": "http://localhost/my/family?page=2"}
    led = browse.post("/delegations/1/ending", {}, status=302, headers=came_from)
    assert led.location == "/login?next=%2Fmy%2Ffamily%3Fpage%3D2"
    led = browse.post("/delegations/1/ending", {}, status=302)
    assert led.location == "/login"


@ON_SQLITE
def test_a_piece_of_a_page_is_not_replaced_by_the_sign_in_page(browse: Browser, town) -> None:
    led = browse.fragment("/my/family", status=401)
    assert led.headers["HX-Redirect"] == "/login?next=%2Fmy%2Ffamily"
    assert led.text == ""


OUTSIDE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "evil.example",
    " //evil.example",
]


@ON_SQLITE
@pytest.mark.parametrize("wanted", OUTSIDE)
@pytest.mark.parametrize("path", ["/login", "/register", "/code"])
def test_nobody_is_led_to_another_site(browse: Browser, town, path: str, wanted: str) -> None:
    page = browse._ask("GET", path, 200, query_string={"next": wanted})
    assert page.form(path).action == f"{path}?next=/my/"
    if path == "/login":
        typed = {"phone": PHONE, "password": make.PASSWORD}
        fields = {**page.form(path).fields, **typed}
        answer = browse._ask("POST", path, 303, query_string={"next": wanted}, data=fields)
        assert answer.headers["Location"] == "/my/"


def test_a_cookie_planted_before_is_worth_nothing_after(browse: Browser, app, town) -> None:
    attacker = Browser(app)
    sign_in(attacker, phone="13900000002")
    with attacker.client.session_transaction() as cookie:
        planted = dict(cookie)
    with browse.client.session_transaction() as cookie:
        cookie.update(planted)
        cookie["planted"] = "yes"
    form = browse.get("/my/account").form("/logout")  # whoever sees this is the attacker
    with browse.client.session_transaction() as cookie:
        token_before, csrf_before = cookie["_user_id"], cookie["csrf_token"]
    fields = {"phone": PHONE, "password": make.PASSWORD, **_keys(form)}
    browse.post("/login", fields)
    with browse.client.session_transaction() as cookie:
        assert cookie["_user_id"] != token_before
        assert "planted" not in cookie
        assert cookie.get("csrf_token") != csrf_before
    assert "林晓" in browse.get("/my/account").words
    assert not is_in(attacker)


def _keys(form) -> dict[str, list[str]]:
    return {name: form.fields[name] for name in ("csrf_token", "submission_key")}


@ON_SQLITE
@pytest.mark.parametrize("path", ["/login", "/logout", "/register", "/code"])
def test_a_form_from_elsewhere_does_nothing(browse: Browser, db_session, town, path: str) -> None:
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    logins = select(func.count()).select_from(LoginSession).where(LoginSession.ended_at.is_(None))
    db_session.rollback()
    typed = {"phone": PHONE, "password": make.PASSWORD}
    for headers in ({}, {"HX-Request": "true", "HX-Request-Type": "partial"}):
        browse.post(path, typed, status=422, headers=headers)
        browse.post(path, {**typed, "csrf_token": "forged"}, status=422, headers=headers)
    assert is_in(browse)
    assert db_session.scalar(logins) == 1


def flags_of(app, headers=None, **options) -> tuple[str, set[str]]:
    answer = app.test_client().get("/login", headers=headers, **options)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    return name, {part.strip() for part in rest.split(";")[1:]}


@ON_SQLITE
def test_the_cookie_is_for_this_site_alone(app, settings, town) -> None:
    name, flags = flags_of(app)
    assert name == "venue"
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    production = replace(
        settings,
        environment=Environment.PRODUCTION,
        trusted_hosts="venue.test",
        site_domain="venue.test",
    )
    strict = create_app(production)
    name, flags = flags_of(strict, base_url="https://venue.test")
    assert name == "__Host-venue"
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
    assert not any(flag.startswith("Domain") for flag in flags)
    with strict.app_context():
        db.engine.dispose()


@ON_SQLITE
def test_pages_of_a_person_are_kept_nowhere(browse: Browser, town) -> None:
    assert sign_in(browse).headers["Cache-Control"] == "no-store"
    assert browse.get("/my/account").headers["Cache-Control"] == "no-store"


@ON_SQLITE
def test_an_opened_page_changes_nothing(browse: Browser, db_session, town) -> None:
    browse.sign_in(make.user_of(db_session, town.lin_xiao))
    assert browse.get("/logout", status=405).status == 405
    assert is_in(browse)
    assert browse.get("/login", status=303).location == "/my/"
