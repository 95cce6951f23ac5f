"""Language and text size, kept in cookies: how pages look to this browser, and nothing else."""

from __future__ import annotations

from enum import StrEnum

from flask import Blueprint, g, request
from werkzeug.wrappers import Response

from venue.blueprints.destinations import own_path
from venue.htmx import answer
from venue.people.rules import Language

blueprint = Blueprint("preferences", __name__)

YEAR = 365 * 24 * 3600


class TextSize(StrEnum):
    """The three sizes of text: 16, 20 and 30 px (MIIT specification for elder-friendly apps)."""

    STANDARD = "standard"
    LARGE = "large"
    EXTRA = "extra"


def text_size() -> TextSize:
    """Return the size that this browser asked for."""
    try:
        return TextSize(request.cookies.get("text_size", TextSize.STANDARD))
    except ValueError:
        return TextSize.STANDARD


def language() -> Language:
    """Return the language of the page: the one chosen here, else the browser's, else Chinese.

    It is made out once a request: a page of a year asks for each of its days.
    """
    if "language" not in g:
        g.language = _asked_language()
    return Language(g.language)


def _asked_language() -> Language:
    chosen = request.cookies.get("lang")
    if chosen in set(Language):
        return Language(chosen)
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en", "en-US"], "zh")
    return Language.ENGLISH if best.startswith("en") else Language.CHINESE


@blueprint.get("/preferences")
def change() -> Response:
    """Keep the choice in a cookie and lead back to the page it was made on."""
    response = answer(own_path(request.args.get("next")))
    for cookie, kinds in (("text_size", TextSize), ("lang", Language)):
        chosen = request.args.get(cookie)
        if chosen in set(kinds):
            response.set_cookie(cookie, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response
