"""Pages that are the same for all strangers: with a tag, and kept for a moment by those in front.

Nothing of a visitor may be in such an answer. So it is given only to who sends no cookie of a
session, and is not shared when it sets a cookie or carries a form token. What is left that
differs (language, size of print, page or part) is in the tag and in `Vary`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from hashlib import blake2b
from pathlib import Path
from typing import ParamSpec

from flask import Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue

from venue import clock
from venue.config import settings
from venue.db import db
from venue.revision import revision

P = ParamSpec("P")

PERIOD = 10
"""Seconds for which a page counts as unchanged while the database is. Hours and deadlines lie on
whole minutes, which end a period."""

DIFFERS_BY = ("Cookie", "Accept-Language", "HX-Request", "HX-Request-Type")


def cacheable(view: Callable[P, ResponseReturnValue]) -> Callable[P, Response]:
    """Tag what a view shows strangers; answer 304, with one query, to who has just that."""

    @wraps(view)
    def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
        if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
            return make_response(view(*args, **kwargs))
        # Before the page is read: it may be newer than its tag says, never older.
        tag = _tag()
        if request.if_none_match.contains_weak(tag):
            return _shared(Response(status=304), tag)
        response = make_response(view(*args, **kwargs))
        if response.status_code != 200 or "Set-Cookie" in response.headers or "csrf_token" in g:
            return response
        return _shared(response, tag)

    return answered


def _shared(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.vary.update(DIFFERS_BY)
    # Browsers ask each time: after signing in, or with another language, it is another page.
    seconds = settings().shared_cache_seconds
    response.headers["Cache-Control"] = f"public, max-age=0, s-maxage={seconds}"
    return response


def _tag() -> str:
    """Return what stands for all that the page depends on besides its address."""
    parts = (
        revision(db.session()),
        str(int(clock.now().timestamp()) // PERIOD),
        _program(),
        repr(settings()),
        request.host_url,
        *(request.headers.get(name, "") for name in DIFFERS_BY),
    )
    key = settings().secret_key.encode()[:64]
    return blake2b("\0".join(parts).encode(), digest_size=16, key=key).hexdigest()


@cache
def _program() -> str:
    """Return what stands for the program itself: another version writes other pages."""
    folder = Path(__file__).parent
    kinds = {".py", ".html", ".mo", ".css", ".js"}
    digest = blake2b(digest_size=16)
    for path in sorted(path for path in folder.rglob("*") if path.suffix in kinds):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
