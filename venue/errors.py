"""What people see when something cannot be done: a calm page, with the right status."""

from __future__ import annotations

from random import randrange
from typing import Any

from flask import Flask, current_app, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from venue.blueprints.preferences import language, text_size
from venue.db import db
from venue.htmx import wants_fragment
from venue.turns import NoTurn

PAGES = frozenset({400, 401, 403, 404, 405, 413, 422, 429, 500})
RETRY_AFTER_SECONDS = 4
"""Twice the time that a lock or a connection is waited for is rarely over before (own) …"""
RETRY_SPREAD_SECONDS = 6
"""… and not everybody comes back at the same moment."""
SECRETS = ("password", "code")
"""What is never sent back, not even to who typed it."""


def register_error_pages(app: Flask) -> None:
    """Answer every error with its page; none of them asks the database for anything."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(PoolTimeoutError, _database_busy)
    app.register_error_handler(NoTurn, _database_busy)


def _http_error(error: HTTPException) -> Response:
    response = error.get_response()
    status = error.code or 500
    if status < 400:
        return response
    response.data = _page_of(status)
    response.content_type = "text/html; charset=utf-8"
    return response


def _database_busy(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Answer 503: the database is away, or somebody keeps what others wait for; nothing changed.

    A page asks again by itself. A form comes back with what was typed and with its key, so that
    sending it again is safe even if only the answer was lost.
    """
    current_app.logger.warning("database unavailable: %s", error)
    db.session.rollback()
    seconds = RETRY_AFTER_SECONDS + randrange(RETRY_SPREAD_SECONDS)  # noqa: S311  (no secret)
    headers = {"Retry-After": str(seconds)}
    if wants_fragment():
        return _page("_busy"), 503, headers
    if request.method == "GET":
        headers["Refresh"] = str(seconds)
    return _page("503", kept=_kept(), seconds=seconds), 503, headers


def _kept() -> list[tuple[str, str]] | None:
    """Return the fields of the form that was sent; None when it cannot be sent from here again."""
    if request.method != "POST" or request.files:
        return None
    if any(secret in name for name in request.form for secret in SECRETS):
        return None
    return list(request.form.items(multi=True))


def _page_of(status: int) -> str:
    name = status if status in PAGES else 500 if status >= 500 else 400
    return _page(str(name))


def _page(name: str, **context: Any) -> str:
    # Not render_template: that asks the database who is looking, and at which center.
    page = current_app.jinja_env.get_template(f"errors/{name}.html")
    return page.render(text_size=text_size(), locale=language(), **context)
