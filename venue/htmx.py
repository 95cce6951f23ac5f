"""One URL, two sizes of answer: the whole page, or the fragment that htmx asked for."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse


def wants_fragment() -> bool:
    """Tell whether htmx asks for a part of the page; a boosted link asks for all of it."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(
    page: str, fragment: str | None = None, *, status: int = 200, **context: Any
) -> Response:
    """Render the fragment when htmx asks for a part, otherwise the page that includes it."""
    template = fragment if fragment is not None and wants_fragment() else page
    response = make_response(render_template(template, **context), status)
    response.vary.update(("HX-Request", "HX-Request-Type"))
    return response


def answer(location: str) -> BaseResponse:
    """Lead the sender of a form to the page that shows what was done.

    htmx follows the redirect with its own headers, so the same URL gives it the fragment.
    """
    return redirect(location, 303)
