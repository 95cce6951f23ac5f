"""What every page must be, read off its HTML: valid, titled, labeled, and safe in its forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from tinyhtml5.parser import HTMLParser

FIELDS = ("input", "select", "textarea")
UNLABELED_INPUTS = {"hidden", "submit", "button", "reset", "image"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
KEYS_OF_UNSAFE_FORMS = ("csrf_token", "submission_key")
CONTAINERS = {"tr": "tbody", "td": "tr", "th": "tr", "tbody": "table", "option": "select"}
"""Elements that HTML allows only inside others: a fragment that begins with one is read there."""


def read_page(html: str) -> tuple[Element, list[str]]:
    """Parse a whole document; return its root and what is not valid in it."""
    parser = HTMLParser(namespace_html_elements=False)
    root = parser.parse(html)
    return root, _syntax_errors(parser, html)


def read_fragment(html: str) -> tuple[Element, list[str]]:
    """Parse a piece of a page as it would be swapped in; return what surrounds it, and faults."""
    first = re.match(r"\s*<([a-z0-9]+)", html)
    container = CONTAINERS.get(first.group(1) if first else "", "div")
    parser = HTMLParser(namespace_html_elements=False)
    root = parser.parse_fragment(html, container=container)
    return root, _syntax_errors(parser, html)


def page_problems(root: Element) -> list[str]:
    """Return what is wrong with a whole page, one sentence each."""
    return [*_problems_of_a_document(root), *fragment_problems(root)]


def fragment_problems(root: Element) -> list[str]:
    """Return what is wrong with a piece of a page, one sentence each."""
    return [
        *_duplicate_ids(root),
        *_dangling_references(root),
        *_nameless_fields(root),
        *_unsafe_forms(root),
        *_what_the_policy_forbids(root),
    ]


def text_of(element: Element) -> str:
    """Return the text inside, with runs of white space made one space."""
    return " ".join("".join(element.itertext()).split())


def _syntax_errors(parser: HTMLParser, html: str) -> list[str]:
    lines = html.splitlines()
    return [
        f"line {line}: {code} {details or ''}: {lines[line - 1].strip()[:100] if lines else ''}"
        for (line, _column), code, details in parser.errors
    ]


def _problems_of_a_document(root: Element) -> Iterator[str]:
    if not root.get("lang"):
        yield "<html> has no lang"
    title = root.find("head/title")
    if title is None or not text_of(title):
        yield "the page has no <title>"
    headings = len(list(root.iter("h1")))
    if headings != 1:
        yield f"the page has {headings} <h1>, not one"
    if len(list(root.iter("main"))) != 1:
        yield "the page has not exactly one <main>"


def _duplicate_ids(root: Element) -> Iterator[str]:
    for found, times in Counter(element.get("id") for element in root.iter()).items():
        if found is not None and times > 1:
            yield f"id {found!r} stands {times} times"
        if found == "" or (found and re.search(r"\s", found)):
            yield f"id {found!r} is empty or has a space in it"


def _dangling_references(root: Element) -> Iterator[str]:
    """Only in a whole page: a fragment may point to its surroundings."""
    if root.tag != "html":
        return
    ids = {element.get("id") for element in root.iter()}
    for element in root.iter():
        for attribute in REFERENCES:
            for target in (element.get(attribute) or "").split():
                if target not in ids:
                    yield f"<{element.tag} {attribute}={target!r}> points to nothing"
        href = element.get("href") or ""
        if element.tag == "a" and href.startswith("#") and len(href) > 1 and href[1:] not in ids:
            yield f"<a href={href!r}> points to nothing"


def _nameless_fields(root: Element) -> Iterator[str]:
    labeled = {label.get("for") for label in root.iter("label")}
    wrapped = {
        id(field) for label in root.iter("label") for tag in FIELDS for field in label.iter(tag)
    }
    for tag in FIELDS:
        for field in root.iter(tag):
            if tag == "input" and field.get("type", "text") in UNLABELED_INPUTS:
                continue
            named = field.get("aria-label") or field.get("aria-labelledby")
            if not named and field.get("id") not in labeled - {None} and id(field) not in wrapped:
                yield f"<{tag} name={field.get('name')!r}> has no label"


def _unsafe_forms(root: Element) -> Iterator[str]:
    for form in root.iter("form"):
        action = form.get("action")
        if not action:
            yield "a form has no action"
        method = form.get("method", "get").lower()
        keys = {field.get("name"): field.get("value") for field in form.iter("input")}
        for key in KEYS_OF_UNSAFE_FORMS:
            if method == "post" and not keys.get(key):
                yield f"the form to {action} has no {key}"
            if method == "get" and key in keys:
                yield f"the form to {action} shows its {key} in the address"


def _what_the_policy_forbids(root: Element) -> Iterator[str]:
    for element in root.iter():
        for attribute in element.attrib:
            if attribute == "style" or re.match(r"on|hx-on", attribute):
                yield f"<{element.tag} {attribute}> is forbidden by the content policy"
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"an inline <{element.tag}> is forbidden by the content policy"
