"""Sentences of forms, translated when they are shown and not when the module is imported."""

from __future__ import annotations

from typing import cast

from flask_babel import lazy_gettext


def _l(sentence: str, **parameters: object) -> str:
    """Return the sentence as a lazy string; WTForms' types know only `str`."""
    return cast(str, lazy_gettext(sentence, **parameters))
