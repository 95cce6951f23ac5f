"""One door for every test of a page: asks as a browser would, and checks each answer's HTML."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from tests.pages import fragment_problems, page_problems, read_fragment, read_page, text_of
from venue import clock
from venue.accounts.models import LoginSession, User
from venue.accounts.rules import token_hash
from venue.db import db, write_transaction

Fields = Mapping[str, Any]
"""What is typed into a form: a text, or a list of texts for several values of one name."""

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
"""What htmx says when it asks for a piece of a page."""


@dataclass
class Form:
    """A form as it stands on a page, and what a browser would send of it untouched."""

    action: str
    method: str
    fields: dict[str, list[str]]
    element: Element = field(repr=False)


@dataclass
class Answer:
    """What came back: status, headers, text, and for HTML its parsed and checked tree."""

    status: int
    headers: Headers
    body: bytes
    root: Element | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def location(self) -> str:
        """Where a redirect leads: path and query, without the host."""
        parts = urlsplit(self.headers["Location"])
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def title(self) -> str:
        title = self._tree.find("head/title")
        return "" if title is None else text_of(title)

    @property
    def words(self) -> str:
        """What a reader reads: the text of the body, white space collapsed."""
        body = self._tree.find("body")
        return text_of(self._tree if body is None else body)

    def by_id(self, id_: str) -> Element:
        """Return the element with this id; fails when there is none."""
        found = [element for element in self._tree.iter() if element.get("id") == id_]
        assert found, f"no element has the id {id_!r}"
        return found[0]

    def by_class(self, name: str) -> list[Element]:
        """Return the elements that have this class, in the page's order."""
        return [
            element for element in self._tree.iter() if name in (element.get("class") or "").split()
        ]

    def links(self) -> dict[str, str]:
        """Return the links: text -> address (the last one where two read the same)."""
        return {text_of(link): link.get("href", "") for link in self._tree.iter("a")}

    def forms(self) -> list[Form]:
        return [_read_form(element) for element in self._tree.iter("form")]

    def form(self, action: str) -> Form:
        """Return the one form whose action, without its query, ends with `action`."""
        every = self.forms()
        found = [form for form in every if form.action.split("?")[0].endswith(action)]
        assert len(found) == 1, (
            f"{len(found)} forms lead to …{action}; the page has {[form.action for form in every]}"
        )
        return found[0]

    @property
    def _tree(self) -> Element:
        assert self.root is not None, f"a {self.status} without HTML: {self.text[:200]}"
        return self.root


class Browser:
    """A visitor with cookies of their own. Every answer is checked; a fault fails the test."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def sign_in(self, user: User) -> None:
        """Come back as somebody who signed in a moment ago, without the time a password takes."""
        token = secrets.token_urlsafe(32)
        now = clock.now()
        Context().run(self._open_login_session, token, user.id, now)
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token

    def _open_login_session(self, token: str, user_id: int, now: datetime) -> None:
        with self.app.app_context(), write_transaction() as session:
            session.add(
                LoginSession(
                    token_hash=token_hash(token),
                    user_id=user_id,
                    created_at=now,
                    expires_at=now + timedelta(days=30),
                )
            )

    def get(self, path: str, status: int = 200, headers: Fields | None = None) -> Answer:
        """Open a page."""
        return self._ask("GET", path, status, headers=headers)

    def fragment(self, path: str, status: int = 200) -> Answer:
        """Ask as htmx does for a piece of a page."""
        return self._ask("GET", path, status, headers=PARTIAL)

    def post(
        self, path: str, data: Fields, status: int = 303, headers: Fields | None = None
    ) -> Answer:
        """Send raw fields, for what no page would offer: forged, missing or foreign values."""
        return self._ask("POST", path, status, data=data, headers=headers)

    def submit(
        self,
        form: Form,
        typed: Fields | None = None,
        status: int = 303,
        headers: Fields | None = None,
    ) -> Answer:
        """Send a form found on a page, with its hidden fields and what was typed over the rest."""
        unknown = set(typed or {}) - {element.get("name") for element in form.element.iter()}
        assert not unknown, f"the form to {form.action} has no field {sorted(unknown)}"
        data = {**form.fields, **(typed or {})}
        if form.method == "get":
            return self._ask("GET", form.action, status, query_string=data, headers=headers)
        return self._ask("POST", form.action, status, data=data, headers=headers)

    def follow(self, answer: Answer, status: int = 200) -> Answer:
        """Open the page that a redirect leads to."""
        return self.get(answer.location, status)

    def _ask(self, method: str, path: str, status: int, **options: Any) -> Answer:
        if has_app_context():
            pending = [*db.session.new, *db.session.dirty, *db.session.deleted]
            assert not pending, f"commit before you browse: {pending}"
            db.session.rollback()
        # An empty context: a request must not share the test's own session and viewer.
        response = Context().run(self.client.open, path, method=method, **options)
        if has_app_context():
            db.session.expire_all()
        assert response.status_code == status, (
            f"{method} {path} answered {response.status_code}, not {status}: "
            f"{response.headers.get('Location') or response.text[:2000]}"
        )
        return _read_answer(response)


def _read_answer(response: TestResponse) -> Answer:
    answer = Answer(response.status_code, response.headers, response.data)
    if response.mimetype != "text/html" or not response.data or 300 <= response.status_code < 400:
        return answer
    whole = response.text.lstrip()[:9].lower() == "<!doctype"
    answer.root, faults = read_page(response.text) if whole else read_fragment(response.text)
    faults += page_problems(answer.root) if whole else fragment_problems(answer.root)
    assert not faults, f"{response.request.path} is not a good page:\n" + "\n".join(faults)
    return answer


def _read_form(element: Element) -> Form:
    fields: dict[str, list[str]] = {}
    for name, value in _values(element):
        fields.setdefault(name, []).append(value)
    return Form(element.get("action", ""), element.get("method", "get").lower(), fields, element)


def _values(form: Element) -> Iterator[tuple[str, str]]:
    """Yield name and value of each field that a browser sends when nothing is touched."""
    for control in form.iter():
        name = control.get("name")
        if not name or control.get("disabled") is not None:
            continue
        if control.tag == "textarea":
            yield name, (control.text or "").removeprefix("\n")
        elif control.tag == "select":
            options = list(control.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None]
            if not chosen and control.get("multiple") is None:
                chosen = options[:1]
            for option in chosen:
                yield name, option.get("value", text_of(option))
        elif control.tag == "input":
            kind = control.get("type", "text")
            if kind in {"submit", "button", "reset", "image", "file"}:
                continue
            if kind in {"checkbox", "radio"} and control.get("checked") is None:
                continue
            yield name, control.get("value", "on" if kind in {"checkbox", "radio"} else "")
