"""A visitor at a Chromium window: what the browser complains about fails the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
)

from tests.browser.server import Site
from venue.demo import PASSWORD

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
NARROWEST = {"width": 320, "height": 700}

TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} forbids ${event.blockedURI || event.sample}`));
"""
LEFT_BEHIND = "net::ERR_ABORTED"
"""What the browser says of a request that nobody waits for any more, because the page changed."""


@dataclass
class Visitor:
    """One window with cookies of its own; `faults` is what went wrong in it, by the browser."""

    site: Site
    context: BrowserContext
    page: Page
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)
    """Statuses that the story means to see: 409 for a refusal, 422 for a wrong form."""
    cut_off: bool = False
    """The story has taken the network away: requests that fail are meant to."""

    def open(self, path: str) -> Page:
        """Go to a page of the site, which must answer."""
        answer = self.page.goto(self.site.address + path)
        assert answer is not None, f"{path} did not answer"
        assert answer.ok or answer.status in self.expected, f"{path} answered {answer.status}"
        return self.page

    def sign_in(self, phone: str, password: str = PASSWORD) -> Page:
        """Sign in as people do."""
        self.open("/login")
        self.page.get_by_label("手机号").fill(phone)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: urlsplit(url).path != "/login")
        return self.page

    def watch(self) -> None:
        """Note everything that a good site never makes a browser say."""
        page = self.page
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._fault(f"script: {error}"))
        page.on("dialog", self._interrupted)
        page.on("response", self._answered)
        page.on("requestfailed", self._failed)
        page.on("request", self._asked)

    def _fault(self, sentence: str) -> None:
        self.faults.append(f"{urlsplit(self.page.url).path}: {sentence}")

    def _heard(self, message: ConsoleMessage) -> None:
        # Of an answer that is an error, `_answered` knows more than the console does.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self._fault(f"console: {message.text}")

    def _interrupted(self, dialog: Dialog) -> None:
        self._fault(f"a pop-up: {dialog.message}")
        dialog.dismiss()

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self._fault(f"{response.request.method} {response.url} answered {response.status}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND and not self.cut_off:
            self._fault(f"{request.url} failed: {request.failure}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:")):
            self._fault(f"asks {request.url}, which is not this site")


@contextmanager
def visiting(browser: Browser, site: Site, **options: Any) -> Iterator[Visitor]:
    """Open a window on the site, a phone's in Chinese unless `options` say otherwise.

    `options` are those of Playwright's `new_context`.
    """
    # The offline page has a test of its own; elsewhere its worker would only take time.
    given = {
        "viewport": PHONE,
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "service_workers": "block",
        # A color halfway to another is nobody's contrast.
        "reduced_motion": "reduce",
        **options,
    }
    context = browser.new_context(**given)
    context.set_default_timeout(5_000)
    context.set_default_navigation_timeout(15_000)
    if given.get("java_script_enabled", True):
        context.add_init_script(TELL_VIOLATIONS)
    visitor = Visitor(site, context, context.new_page())
    visitor.watch()
    try:
        yield visitor
    finally:
        context.close()
    assert visitor.faults == []
