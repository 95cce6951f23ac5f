"""The database stopped, locked or out of reach: 503 with a calm page, whoever asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import Context
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests import town as make
from tests.browsing import PARTIAL, Browser
from tests.pages import read_page
from venue import create_app
from venue.db import db
from venue.people.models import Person
from venue.turns import turn


def calm(answer) -> None:
    assert answer.status_code == 503, answer.text[:300]
    assert int(answer.headers["Retry-After"]) > 0
    assert "Content-Security-Policy" in answer.headers
    assert "<h1>" in answer.text
    assert "sqlalche.me" not in answer.text


@pytest.fixture
def known(app, db_session) -> dict:
    """Return the cookie of somebody who is signed in, as a browser keeps it."""
    town = make.build(db_session)
    browser = Browser(app)
    browser.sign_in(make.user_of(db_session, town.lin_xiao))
    with browser.client.session_transaction() as cookie:
        return dict(cookie)


def visitors(app, known):
    for cookie_of in ({}, known):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(cookie_of)
        yield client


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://nobody@127.0.0.1:1/none",
        "sqlite:////nowhere/at/all/venue.db",
    ],
)
def test_a_database_that_is_gone_is_said_to_everybody(settings, known, url: str) -> None:
    away = create_app(replace(settings, database_url=url))
    away.config["PROPAGATE_EXCEPTIONS"] = False
    stranger, resident = visitors(away, known)
    for path in ("/", "/centers/wutongli/", "/login", "/calendars/centers/wutongli.ics"):
        calm(Context().run(stranger.get, path))
        calm(Context().run(resident.get, path))
    page = Context().run(stranger.get, "/centers/wutongli/courses?q=%E7%94%BB")
    assert page.headers["Refresh"] == page.headers["Retry-After"]
    assert 'href="/centers/wutongli/courses?q=%E7%94%BB"' in page.text
    part = Context().run(stranger.get, "/centers/wutongli/courses", headers=PARTIAL)
    assert part.status_code == 503
    assert "Refresh" not in part.headers
    assert part.text.strip().startswith('<div class="notice warn" role="alert" data-busy>')
    with stranger.session_transaction() as cookie:
        cookie["csrf_token"] = "a" * 40
    page = Context().run(stranger.post, "/login", data={"phone": "1", "password": "hunter2"})
    assert "hunter2" not in page.text
    calm(Context().run(resident.get, "/my/"))
    assert resident.get("/static/offline.html", buffered=True).status_code == 200
    with away.app_context():
        db.engine.dispose()


@contextmanager
def somebody_at_the_file(database: str) -> Iterator[None]:
    """Write out of turn, as one who mends the file by hand does, and take long."""
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


@contextmanager
def a_writer_that_stalls(database: str) -> Iterator[None]:
    with turn(Path(f"{database}.lock"), 0):
        yield


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kept_by", [somebody_at_the_file, a_writer_that_stalls])
def test_a_file_that_is_kept_is_said_and_nothing_is_half_done(
    settings, known, db_session, kept_by
) -> None:
    patient = create_app(replace(settings, lock_timeout_ms=50, busy_timeout_ms=50))
    patient.config["PROPAGATE_EXCEPTIONS"] = False
    *_, client = visitors(patient, known)
    page = Context().run(client.get, "/my/family/children")
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {
        "csrf_token": token,
        "submission_key": "k",
        "full_name": "林一",
        "birth_on": "2016-02-03",
    }
    with kept_by(make_url(settings.database_url).database):
        answer = Context().run(client.post, "/my/family/children", data=sent)
        calm(answer)
        assert "Refresh" not in answer.headers
        assert Context().run(client.get, "/my/family").status_code == 200
    again = read_page(answer.text)[0].find(".//form")
    assert again.get("action") == "/my/family/children"
    typed = {field.get("name"): field.get("value") for field in again.iter("input")}
    assert typed == sent
    assert Context().run(client.post, "/my/family/children", data=typed).status_code == 303
    assert Context().run(client.post, "/my/family/children", data=typed).status_code == 303
    db_session.rollback()
    named = db_session.query(Person).filter_by(full_name="林一")
    assert named.count() == 1
    with patient.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_connections_that_broke_meanwhile_are_replaced(
    app, known, db_session, postgres_template
) -> None:
    """The server was started anew between two requests: nobody notices."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    *_, client = visitors(app, known)
    assert Context().run(client.get, "/my/").status_code == 200
    db_session.remove()
    name = db.engine.url.database
    terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname::name = '{}'"
    postgres_template.execute(terminate.format(name))
    assert Context().run(client.get, "/my/").status_code == 200
