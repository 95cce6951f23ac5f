"""The desk by keyboard alone, and how many keys are pressed: nobody in the queue waits for a mouse.

Each story prints a line: `story=walk_in keys=…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import HE_JING
from tests.browser.visiting import DESK, Visitor

MOST_TABS = 80
"""Stops on one page before somebody gives up."""


@dataclass
class Keyboard:
    """The keys of a page, counted; a character that needs an input method counts as one key."""

    page: Page
    pressed: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)
        self.pressed += len(text)

    def enter(self) -> None:
        """Press Enter, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.press("Enter")

    def tab_to(self, name: str) -> None:
        """Press Tab until something of this name has the focus; a page is left by its skip link."""
        wanted = re.compile(name)
        for _ in range(MOST_TABS):
            if wanted.search(self._focused()):
                return
            self.press("Tab")
        raise AssertionError(f"no way to {name} by keyboard, only to {self._focused()}")

    def tab_to_field(self, name: str) -> None:
        """Press Tab until a field of the form has the focus."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("() => document.activeElement.name") == name:
                return
            self.press("Tab")
        raise AssertionError(f"no way to the field {name} by keyboard")

    def skip_to_content(self) -> None:
        """Jump over the navigation."""
        self.tab_to("^跳到主要内容$")
        self.press("Enter")

    def _focused(self) -> str:
        return self.page.evaluate(
            """() => {
              const it = document.activeElement;
              const label = it.labels?.[0] ?? it;
              return (label.innerText || it.getAttribute("aria-label") || "").trim();
            }"""
        )

    def told(self, story: str) -> None:
        print(f"story={story} keys={self.pressed}")  # noqa: T201  (read with pytest -s)


def at_desk(visit: Open) -> tuple[Visitor, Keyboard]:
    visitor = visit(viewport=DESK)
    visitor.sign_in(HE_JING)
    visitor.open("/desk/wutongli/")
    return visitor, Keyboard(visitor.page)


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def test_a_walk_in_is_written_down_enrolled_fed_and_handed_a_slip(visit: Open) -> None:
    _, keys = at_desk(visit)
    page = keys.page
    keys.type("吴桂兰 1954")  # the search has the focus
    keys.enter()
    keys.skip_to_content()
    keys.tab_to("^登记新人$")
    keys.enter()
    expect(page.get_by_label("姓名")).to_have_value("吴桂兰")
    expect(page.get_by_label("出生年份")).to_have_value("1954")
    keys.skip_to_content()
    keys.tab_to("^姓名")
    keys.enter()
    heading(page, "吴桂兰")
    keys.type("书法沙龙")  # whoever has nothing yet is about to get something
    keys.enter()
    keys.enter()  # the first button of the search has the focus
    claims = page.get_by_role("region", name="现有的名额")
    expect(claims.get_by_role("article")).to_contain_text("已报名 ✓")
    keys.skip_to_content()
    keys.tab_to("^午餐$")
    keys.enter()
    keys.skip_to_content()
    keys.tab_to_field("dish_id")
    keys.press("Space")
    keys.tab_to_field("way")
    keys.press("Space")
    keys.enter()
    expect(page.get_by_text("订好了")).to_be_visible()
    keys.skip_to_content()
    keys.tab_to("^返回$")
    keys.enter()
    keys.skip_to_content()
    keys.tab_to("^打印条子$")
    keys.enter()
    expect(page.get_by_text("书法沙龙").first).to_be_visible()
    keys.told("walk_in")


def test_what_is_typed_is_found_without_enter(visit: Open) -> None:
    _, keys = at_desk(visit)
    keys.type("zjg")
    expect(keys.page.get_by_role("region", name="找到的人")).to_contain_text("周建国")
    keys.told("find")


def test_two_records_of_one_person_are_merged(visit: Open) -> None:
    _, keys = at_desk(visit)
    page = keys.page
    keys.type("顾招娣")
    keys.enter()
    heading(page, "顾招娣")
    keys.skip_to_content()
    keys.tab_to("^对照，合并")
    keys.enter()
    keys.skip_to_content()
    keys.tab_to("^核对过证件")
    keys.press("Space")
    keys.enter()
    expect(page.get_by_text("两份记录已经合并")).to_be_visible()
    keys.told("merge")
