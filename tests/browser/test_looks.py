"""Large print, English, and the time without network: what a browser keeps and shows."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import too_wide
from tests.browser.conftest import Open
from tests.browser.pages import HOME, ZHOU_WEN, program
from tests.browser.residents import choose_tab, open_course
from tests.browser.server import Site, leave_seats
from tests.browser.visiting import NARROWEST

MAIN_BUTTON = 60
"""Least height of a main button in large print, in px."""
HAN = re.compile("[\u4e00-\u9fff]+")


@pytest.mark.parametrize(("label", "pixels"), [("大字", 20), ("特大", 30)])
def test_large_print_is_chosen_once_and_stays(look: Open, label: str, pixels: int) -> None:
    page = look(viewport=NARROWEST).open("/")
    page.get_by_role("link", name=label, exact=True).click()
    for tab in ("课程", "功能室", "长者", "今天"):
        choose_tab(page, tab)
        expect(page.locator("html")).to_have_css("font-size", f"{pixels}px")
        assert too_wide(page) == []
    choose_tab(page, "课程")
    open_course(page, "越剧入门")
    button = page.get_by_role("link", name="登录后报名")
    box, panel = button.bounding_box(), button.locator("..").bounding_box()
    assert box is not None
    assert panel is not None
    assert box["height"] >= MAIN_BUTTON
    assert box["width"] == pytest.approx(panel["width"], abs=1)
    page.get_by_role("link", name="标准", exact=True).click()
    expect(page.locator("html")).to_have_css("font-size", "16px")


def test_large_print_can_be_chosen_where_a_form_was_refused(visit: Open, site: Site) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(ZHOU_WEN)
    page = visitor.open(f"/courses/{program('越剧入门').in_(site.database)}")
    leave_seats(site, "越剧入门", 0)
    visitor.expected.add(409)
    page.get_by_label("周文").check()
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("个名额已经报满")
    page.get_by_role("link", name="大字", exact=True).click()
    expect(page.get_by_role("heading", name="越剧入门", level=1)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-text-size", "large")


def test_nothing_flashes_in_another_size_while_a_page_loads(look: Open) -> None:
    visitor = look(java_script_enabled=False)
    page = visitor.open("/")
    page.get_by_role("link", name="特大", exact=True).click()
    visitor.open(f"/centers/{HOME}/courses")
    size = page.locator("html").evaluate("(it) => getComputedStyle(it).fontSize")
    assert size == "30px"


def test_pages_speak_english_when_asked(look: Open, reading_site: Site) -> None:
    visitor = look()
    page = visitor.open("/")
    page.get_by_role("link", name="EN", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    course = program("越剧入门").in_(reading_site.database)
    for path in (
        f"/centers/{HOME}/",
        f"/centers/{HOME}/rooms",
        f"/centers/{HOME}/courses",
        f"/courses/{course}",
        "/login",
        "/register",
        "/calendars/",
    ):
        visitor.open(path)
        assert chinese_of_ours(page, own_names(reading_site.database)) == [], path
    page.get_by_role("link", name="中文", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def chinese_of_ours(page: Page, own: list[str]) -> list[str]:
    """Return the Chinese in the tabs of the page and in its headings, buttons, labels and terms.

    The names that centers gave stay in their language, also over a panel; `own` are these.
    """
    texts = page.locator("nav.tabs a, h1, h2, h3, button, label, legend, dt").all_inner_texts()
    return [text for text in texts if HAN.search(without(own, text))]


def without(names: list[str], text: str) -> str:
    for name in names:
        text = text.replace(name, "")
    return text


def own_names(town: Path) -> list[str]:
    """Return the names of centers, rooms and programs, the longest first."""
    with sqlite3.connect(f"file:{town}?mode=ro", uri=True) as connection:
        names = connection.execute(
            "SELECT name FROM center UNION SELECT name FROM room UNION SELECT title FROM program"
        ).fetchall()
    connection.close()
    return sorted((name for (name,) in names), key=len, reverse=True)


def test_without_network_a_page_says_so_and_what_to_do(look: Open) -> None:
    visitor = look(service_workers="allow")
    page = visitor.open("/login")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    visitor.context.set_offline(True)
    page.goto(f"{visitor.site.address}/centers/{HOME}/courses")
    expect(page.get_by_role("heading", level=1)).to_contain_text("网络")
    visitor.context.set_offline(False)
    visitor.open(f"/centers/{HOME}/courses")
    expect(page.get_by_role("heading", level=1)).to_contain_text("课程")


def test_a_server_that_fails_is_told_as_a_sentence(look: Open) -> None:
    visitor = look()
    visitor.expected.add(503)
    page = visitor.open(f"/centers/{HOME}/courses")
    page.route("**/courses?*", lambda route: route.fulfill(status=503, body="busy"))
    page.get_by_label("搜索课程").fill("烘焙")
    expect(page.locator("#toast")).to_contain_text("系统正忙")
    assert page.locator(".cards > li").count() > 1
