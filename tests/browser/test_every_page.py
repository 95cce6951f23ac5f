"""Every page in every look: axe finds nothing at WCAG 2.2 AA, and nothing reaches over the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.browser.axe import ALL_BUT_COLORS, COLORS, OF_SIZE, axe_findings, too_low, too_wide
from tests.browser.pages import (
    NOT_PAGES,
    RESIDENT_SIGHTS,
    STAFF_SIGHTS,
    Sight,
    page_routes,
)
from tests.browser.server import Site
from tests.browser.visiting import DESK, NARROWEST, PHONE, Visitor, visiting
from tests.databases import settings_for
from venue import create_app

SIGHTS = [*RESIDENT_SIGHTS, *STAFF_SIGHTS]
LARGER = ("large", "extra")
TARGET, MAIN_TARGET = 44, 60
"""Least height of a button, and of a main one in large print, in px."""


class Faults(list[str]):
    """What was found, a line each, with the look in which it was found."""

    def note(self, look: str, *found: list[str]) -> None:
        self.extend(f"{look}: {line}" for lines in found for line in lines)

    def fail_for(self, sight: Sight) -> None:
        assert not self, f"{sight.name} ({sight.endpoint}):\n" + "\n".join(self)


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application for its addresses alone."""
    folder = tmp_path_factory.mktemp("routes")
    return create_app(settings_for(f"sqlite:///{folder}/empty.db", folder))


@pytest.fixture(scope="module")
def windows(chromium: Browser, reading_site: Site) -> Iterator[dict[str | None, Visitor]]:
    """Return a window for each person who looks, signed in once."""
    with ExitStack() as opened:
        found: dict[str | None, Visitor] = {}
        for who in {sight.who for sight in SIGHTS}:
            visitor = opened.enter_context(visiting(chromium, reading_site))
            if who is not None:
                visitor.sign_in(who)
            found[who] = visitor
        yield found


@pytest.fixture
def window(windows: dict[str | None, Visitor], sight: Sight) -> Iterator[Visitor]:
    """Return the window of the one who may see this page; its faults count for this page."""
    visitor = windows[sight.who]
    visitor.faults.clear()
    yield visitor
    visitor.page.emulate_media(color_scheme="light")
    assert visitor.faults == []


def test_every_page_is_looked_at(routes: Flask) -> None:
    assert page_routes(routes) - {sight.endpoint for sight in SIGHTS} == set()
    every = {rule.endpoint for rule in routes.url_map.iter_rules()}
    assert ({sight.endpoint for sight in SIGHTS} | NOT_PAGES) - every == set()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
def test_everybody_can_use_it(
    sight: Sight, window: Visitor, routes: Flask, town_file: Path
) -> None:
    page = window.page
    page.set_viewport_size(PHONE)
    window.open(sight.path(routes, town_file))
    faults = Faults()
    faults.note("390", axe_findings(page), too_wide(page))
    if sight in RESIDENT_SIGHTS:
        faults.note("390", too_low(page, TARGET))
    page.set_viewport_size(DESK)
    faults.note("1280", axe_findings(page, ALL_BUT_COLORS), too_wide(page))
    if sight.dark:
        page.emulate_media(color_scheme="dark")
        faults.note("1280 dark", axe_findings(page, COLORS))
        page.set_viewport_size(PHONE)
        faults.note("390 dark", axe_findings(page, COLORS))
    if sight in RESIDENT_SIGHTS:
        look_at_large_print(page, faults)
    faults.fail_for(sight)


def look_at_large_print(page: Page, faults: Faults) -> None:
    """Look at the page as a server would have sent it with the size kept in a cookie."""
    html = page.locator("html")
    for size in LARGER:
        page.set_viewport_size(PHONE)
        html.evaluate("(it, size) => { it.dataset.textSize = size }", size)
        faults.note(f"390 {size}", axe_findings(page, OF_SIZE), too_wide(page))
        faults.note(f"390 {size}", too_low(page, MAIN_TARGET))
    page.set_viewport_size(NARROWEST)
    faults.note("320 extra", too_wide(page))
    page.set_viewport_size(DESK)
    faults.note("1280 extra", too_wide(page))
