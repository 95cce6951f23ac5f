"""The eyes of these tests: a bad page must be seen as bad, or the good ones prove nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route

from tests.browser.axe import axe_findings, too_wide
from tests.browser.conftest import Open
from tests.browser.visiting import Visitor
from venue.security import POLICY

FAULTS = {
    "an inline script": ("<script>1</script>", "policy: script-src"),
    "an inline style": ('<p style="color: red">a</p>', "policy: style-src"),
    "another site": ('<img src="http://127.0.0.1:9/a.png" alt="a">', "which is not this site"),
    "a missing file": ('<script src="/static/js/none.js"></script>', "answered 404"),
    "an error of the server": ('<img src="/broken" alt="a">', "answered 500"),
    "a script that fails": ('<script src="/fails.js"></script>', "script: too bad"),
    "an error in the console": ('<script src="/says.js"></script>', "console: too bad"),
    "a pop-up": ('<script src="/asks.js"></script>', "a pop-up: sure?"),
}
SCRIPTS = {
    "fails": "throw new Error('too bad')",
    "says": "console.error('too bad')",
    "asks": "alert('sure?')",
}
FINDINGS = {
    "faint text": ('<p style="color: #ccc">hello</p>', "color-contrast"),
    "a field without a label": ("<input>", "label"),
    "a small target": (
        '<a href="/" style="font-size: 8px">a</a><a href="/a" style="font-size: 8px">b</a>',
        "target-size",
    ),
}
WIDE = {
    "over the edge": ('<div style="width: 3000px; height: 9px"></div>', "reaches 30"),
    "cut off": (
        '<div style="overflow: hidden; width: 99px"><p style="width: 3000px">a</p></div>',
        "cuts off 2901 px",
    ),
}


def show(visitor: Visitor, body: str, headers: dict[str, str]) -> None:
    """Let the site answer with this page, as if a template were so bad."""
    html = f'<!doctype html><html lang="zh"><title>a</title><main>{body}</main></html>'

    def page(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html", headers=headers)

    def script(route: Route) -> None:
        name = route.request.url.rpartition("/")[2].removesuffix(".js")
        route.fulfill(body=SCRIPTS[name], content_type="text/javascript")

    visitor.page.route("**/bad", page)
    visitor.page.route(re.compile(rf"/({'|'.join(SCRIPTS)})\.js$"), script)
    visitor.page.route("**/broken", lambda route: route.fulfill(status=500))
    visitor.open("/bad")


@pytest.mark.parametrize("body_and_fault", FAULTS.values(), ids=FAULTS)
def test_a_window_notices(look: Open, body_and_fault: tuple[str, str]) -> None:
    body, fault = body_and_fault
    visitor = look()
    show(visitor, body, {"Content-Security-Policy": POLICY})
    # What a page says of itself can reach us after the page is loaded.
    for _ in range(50):
        if any(fault in line for line in visitor.faults):
            break
        visitor.page.wait_for_timeout(100)
    visitor.page.close()
    assert [line for line in visitor.faults if fault in line], visitor.faults
    visitor.faults.clear()


@pytest.mark.parametrize("body_and_finding", FINDINGS.values(), ids=FINDINGS)
def test_axe_finds(look: Open, body_and_finding: tuple[str, str]) -> None:
    body, finding = body_and_finding
    visitor = look()
    show(visitor, body, {})
    assert [line for line in axe_findings(visitor.page) if line.startswith(finding)]


@pytest.mark.parametrize("body_and_complaint", WIDE.values(), ids=WIDE)
def test_a_page_that_does_not_fit_is_found(look: Open, body_and_complaint: tuple[str, str]) -> None:
    body, complaint = body_and_complaint
    visitor = look()
    show(visitor, body, {})
    assert [line for line in too_wide(visitor.page) if complaint in line], too_wide(visitor.page)
