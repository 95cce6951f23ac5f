"""The visitor of the tests sends what a browser would send, and lets no bad page pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, redirect, request
from sqlalchemy.orm import Session, scoped_session

from tests.browsing import Browser
from venue import clock
from venue.accounts.models import User
from venue.db import db
from venue.people.models import Neighborhood, Person

PAGE = """<!doctype html>
<html lang="zh-Hans"><head><title>一页</title></head><body>
<main><h1>一页</h1>{}</main></body></html>"""
FORM = """<form action="/kept?from=page" method="post">
<input type="hidden" name="csrf_token" value="c">
<input type="hidden" name="submission_key" value="k">
<label>姓名 <input name="name" value="林小满"></label>
<label>说明 <textarea name="note">
第一行</textarea></label>
<label>社区 <select name="home">
<option>东湖</option><option value="w" selected>西湖</option></select></label>
<label>楼层 <select name="floor">
<option value="1">一楼</option><option>二楼</option></select></label>
<label><input type="checkbox" name="day" value="1" checked>周一</label>
<label><input type="checkbox" name="day" value="2">周二</label>
<label><input type="checkbox" name="day" value="3" checked>周三</label>
<label>照片 <input type="file" name="photo"></label>
<label>不能改 <input name="fixed" value="x" disabled></label>
<button name="way" value="short">好</button></form>"""
UNTOUCHED = {
    "csrf_token": ["c"],
    "submission_key": ["k"],
    "name": ["林小满"],
    "note": ["第一行"],
    "home": ["w"],
    "floor": ["1"],
    "day": ["1", "3"],
}


@pytest.fixture
def serve() -> Callable[[str], Browser]:
    """Return a visitor of a site that has only one page, and shows what its form was sent."""

    def serving(body: str) -> Browser:
        site = Flask("site")
        site.add_url_rule("/", "page", lambda: body)
        site.add_url_rule("/shown", "shown", lambda: request.args.to_dict(flat=False))
        site.add_url_rule("/moved", "moved", lambda: redirect("/?page=2", 303))
        site.add_url_rule(
            "/kept", "kept", lambda: request.form.to_dict(flat=False), methods=["POST"]
        )
        return Browser(site)

    return serving


def test_a_form_is_sent_as_it_stands(serve: Callable[[str], Browser]) -> None:
    browser = serve(PAGE.format(FORM))
    form = browser.get("/").form("/kept")
    assert form.fields == UNTOUCHED
    sent = browser.submit(form, {"name": "沈一诺", "day": ["2", "3"]}, status=200)
    assert '"name":["\\u6c88\\u4e00\\u8bfa"]' in sent.text
    assert '"day":["2","3"]' in sent.text


def test_a_search_form_is_sent_in_the_address(serve: Callable[[str], Browser]) -> None:
    search = '<form action="/shown"><label>找 <input name="q"></label></form>'
    browser = serve(PAGE.format(search))
    found = browser.submit(browser.get("/").form("/shown"), {"q": "ink"}, status=200)
    assert found.text == '{"q":["ink"]}\n'


def test_a_field_that_the_form_does_not_have_cannot_be_typed(
    serve: Callable[[str], Browser],
) -> None:
    browser = serve(PAGE.format(FORM))
    with pytest.raises(AssertionError, match="has no field"):
        browser.submit(browser.get("/").form("/kept"), {"role": "manager"}, status=200)


def test_a_redirect_is_followed_with_its_query(serve: Callable[[str], Browser]) -> None:
    browser = serve(PAGE.format(""))
    moved = browser.get("/moved", status=303)
    assert moved.location == "/?page=2"
    assert browser.follow(moved).title == "一页"


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (PAGE.format("<p id='a'></p><p id='a'></p>"), "stands 2 times"),
        (PAGE.format("<p><div></div></p>"), "unexpected-end-tag"),
        ("<p style='color:red'>一段</p>", "forbidden"),
    ],
)
def test_a_bad_page_fails_the_test_that_opened_it(
    serve: Callable[[str], Browser], body: str, fault: str
) -> None:
    with pytest.raises(AssertionError, match=fault):
        serve(body).get("/")


def test_another_status_than_expected_fails_the_test(serve: Callable[[str], Browser]) -> None:
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        serve(PAGE.format("")).get("/nowhere")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_signing_in_makes_a_visitor_the_viewer_and_nobody_else(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    now = clock.now()
    person = Person(full_name="林小满", birth_year=1998, created_at=now)
    user = User(person=person, phone="+8613800000001", password_hash="none", created_at=now)
    db_session.add(user)
    db_session.commit()
    signed_in, stranger = Browser(app), Browser(app)
    signed_in.sign_in(user)
    assert "林小满" in signed_in.get("/my/").words
    assert "/login" in stranger.get("/my/", 302).location


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_browsing_with_rows_not_yet_committed_is_a_mistake(
    app: Flask, db_session: scoped_session[Session]
) -> None:
    db.session.add(Neighborhood(name="东湖社区"))
    with pytest.raises(AssertionError, match="commit before you browse"):
        Browser(app).get("/who")
