"""What every page asks of its templates many times over, made cheap: sentences and imports."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import flask_babel
from flask import Flask
from flask.templating import Environment
from markupsafe import Markup

from venue.blueprints.preferences import language
from venue.people.rules import Language


class QuickEnvironment(Environment):
    """Jinja's, which at each import of macros compares the names that all templates know.

    They are kept in a dictionary; Jinja's own way asks two of them for one name after the other.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return what a template knows without being told; pages add nothing of their own."""
        return super().make_globals(d) if d else self.globals


_said: dict[tuple[Language, str], Markup] = {}
"""The sentences of the templates that were said so far; there are some thousand."""


def gettext(sentence: str, **parameters: Any) -> Markup:
    """Return a sentence of a template in the language of the page, its parameters escaped.

    Flask-Babel finds out language and catalog anew for each, which took a tenth of a page.
    """
    key = (language(), sentence)
    said = _said.get(key)
    if said is None:
        said = _said[key] = Markup(flask_babel.gettext(sentence))  # noqa: S704  (no visitor's)
    return said % parameters if parameters or "%" in said else said


def speak_quickly(app: Flask) -> None:
    """Let templates say their sentences this way; plurals and contexts are rare."""
    app.jinja_env.globals.update({"gettext": gettext, "_": gettext})
