"""Every visible sentence is Chinese in the code and has its English in the catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
ENGLISH = ROOT / "venue/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
HAN = re.compile(r"[\u3400-\u9fff]")
OWN_NAME = "中文"
"""A language is called by its own name in every language."""
BILINGUAL = {"certificates/_sheet.html"}
"""Documents that say everything in both languages, side by side."""
MARKERS = {"_", "gettext", "ngettext", "pgettext", "npgettext"}

Message = tuple[str | tuple[str, ...], str | None]
"""A sentence, with its plural where it has one, and its context where two would look alike."""


@cache
def messages_in_the_code() -> dict[Message, str]:
    """Each message that stands in code and templates -> the file and line of its first place."""
    with (ROOT / "babel.cfg").open() as config:
        methods, options = parse_mapping_cfg(config)
    found: dict[Message, str] = {}
    for path, line, message, _comments, context in extract_from_dir(
        ROOT, methods, options, keywords=KEYWORDS
    ):
        found.setdefault((message, context), f"{path}:{line}")
    return found


@cache
def english_catalog() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def texts_of(translation: Any) -> list[str]:
    return [translation] if isinstance(translation, str) else list(translation)


def test_every_sentence_has_an_english_translation() -> None:
    catalog = english_catalog()
    missing = [
        f"{place}: {message}"
        for (message, context), place in messages_in_the_code().items()
        if (entry := catalog.get(message, context)) is None or not all(texts_of(entry.string))
    ]
    assert not missing, "run `make translations` and translate:\n" + "\n".join(missing)


def test_no_translation_is_fuzzy_or_left_over() -> None:
    known = messages_in_the_code()
    catalog = english_catalog()
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    left_over = [
        message.id
        for message in catalog
        if message.id and (message.id, message.context) not in known
    ]
    assert left_over == [], "run `make translations`"
    assert list(catalog.obsolete) == []


def test_a_translation_names_what_the_sentence_names() -> None:
    catalog = english_catalog()
    wrong = [
        (message.id, errors)
        for message in catalog
        if message.id and (errors := list(message.check(catalog)))
    ]
    assert wrong == []


def bare_chinese(source: str) -> Iterator[str]:
    """Yield the Chinese in a template that no marker makes translatable."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(source)
    marked = {
        id(constant)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in MARKERS
        for constant in call.find_all(nodes.Const)
    }
    bare = [(data.lineno, data.data) for data in tree.find_all(nodes.TemplateData)] + [
        (constant.lineno, constant.value)
        for constant in tree.find_all(nodes.Const)
        if isinstance(constant.value, str) and id(constant) not in marked
    ]
    for line, text in bare:
        if HAN.search(text.replace(OWN_NAME, "")):
            yield f"line {line}: {text.strip()}"


@pytest.mark.parametrize(
    ("source", "bare"),
    [
        ("<p>{{ _('报名') }}</p>", []),
        ("{% trans n=n %}余 {{ n }} 席{% endtrans %}", []),
        ("{# 说明 #}<a lang='zh-Hans'>中文</a>", []),
        ("<p>报名</p>", ["line 1: <p>报名</p>"]),
        ("{% set tab = '今天' %}", ["line 1: 今天"]),
        ("{{ show('今天', _('明天')) }}", ["line 1: 今天"]),
    ],
)
def test_chinese_without_a_marker_is_found(source: str, bare: list[str]) -> None:
    assert list(bare_chinese(source)) == bare


def test_every_template_marks_its_chinese() -> None:
    faults = [
        f"{path.relative_to(ROOT)}, {fault}"
        for path in sorted((ROOT / "venue/templates").rglob("*.*"))
        if path.relative_to(ROOT / "venue/templates").as_posix() not in BILINGUAL
        for fault in bare_chinese(path.read_text("utf-8"))
    ]
    assert not faults, "put these into _('…'):\n" + "\n".join(faults)
