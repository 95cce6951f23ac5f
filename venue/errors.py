"""What people see when something cannot be done: a calm page, with the right status."""

from __future__ import annotations

from flask import Flask, current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from venue.blueprints.preferences import language, text_size
from venue.db import db
from venue.turns import NoTurn

PAGES = frozenset({400, 401, 403, 404, 405, 413, 422, 429, 500, 503})
RETRY_AFTER_SECONDS = 3


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
    response.data = _page(status)
    response.content_type = "text/html; charset=utf-8"
    return response


def _database_busy(error: Exception) -> tuple[str, int, dict[str, str]]:
    """Answer 503: the database is away, or somebody keeps what others wait for; nothing changed."""
    current_app.logger.warning("database unavailable: %s", error)
    db.session.rollback()
    return _page(503), 503, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def _page(status: int) -> str:
    name = status if status in PAGES else 500 if status >= 500 else 400
    # Not render_template: that asks the database who is looking, and at which center.
    page = current_app.jinja_env.get_template(f"errors/{name}.html")
    return page.render(text_size=text_size(), locale=language())
