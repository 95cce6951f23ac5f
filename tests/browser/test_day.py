"""The manager's day: what takes place is dragged, or moved by the keyboard alone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe_findings
from tests.browser.conftest import Open
from tests.browser.pages import HOME, SHEN_LAN
from tests.browser.visiting import DESK

FRIDAY = f"/office/{HOME}/day?on=2026-09-18"
EXERCISES = "八段锦晨练"
COMPUTERS = "银龄电脑角"
OPERA_LOVERS = "戏曲票友社"


def bar(page: Page, title: str) -> Locator:
    """Return what takes place as it stands in the picture."""
    return page.locator("#day-picture").get_by_role("button", name=title)


def room_of(page: Page, name: str) -> Locator:
    """Return a room with what takes place in it, in the list below the picture."""
    return page.locator("section").filter(has=page.get_by_role("heading", name=name, exact=True))


def center_of(thing: Locator) -> tuple[float, float]:
    box = thing.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def place_in_picture(page: Page, title: str) -> tuple[float, float]:
    """Return where a bar lies, however far the page is scrolled."""
    x, y = center_of(bar(page, title))
    left, top = center_of(page.locator("#day-picture"))
    return x - left, y - top


def drag(page: Page, title: str, to: tuple[float, float]) -> None:
    """Drag a bar by its middle, as slowly as a hand does."""
    x, y = center_of(bar(page, title))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*to, steps=12)
    page.mouse.up()
    expect(page.get_by_role("heading", name=title).first).to_be_focused()


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the focus stands there."""
    for _ in range(100):
        if goal.evaluate("(it) => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {goal}")


def test_a_session_is_dragged_and_then_another_one_moved_by_keyboard(visit: Open) -> None:
    manager = visit(viewport={**DESK, "height": 1400})
    manager.sign_in(SHEN_LAN)
    page = manager.open(FRIDAY)

    # Dropped onto another one, it says so before anything is saved, and goes back.
    place = place_in_picture(page, EXERCISES)
    drag(page, EXERCISES, center_of(bar(page, COMPUTERS)))
    adjustment = page.locator("#adjustment")
    expect(adjustment).to_contain_text("这样调整有冲突，还没有保存")
    expect(adjustment).to_contain_text(f"已经是“{COMPUTERS}”")
    assert axe_findings(page) == []
    adjustment.get_by_role("link", name="不调整").click()
    expect(adjustment).to_be_empty()
    assert place_in_picture(page, EXERCISES) == place
    expect(room_of(page, "报告厅")).to_contain_text(f"08:00–09:00 {EXERCISES}")

    # Into a free room at the same time: it is saved when the form says so.
    free = page.locator(".ec-row-head").filter(has_text="棋牌室")
    drag(page, OPERA_LOVERS, (center_of(bar(page, OPERA_LOVERS))[0], center_of(free)[1]))
    expect(adjustment.get_by_label("功能室")).to_have_value(re.compile(r"\d+"))
    expect(adjustment.locator("option:checked")).to_have_text("棋牌室")
    adjustment.get_by_role("button", name="确定调整").click()
    expect(page.get_by_text("已调整，通知了")).to_be_visible()
    expect(room_of(page, "棋牌室")).to_contain_text(f"14:00–16:00 {OPERA_LOVERS}")

    # Another one without the mouse: from the list to its form, half an hour later.
    tab_to(page, room_of(page, "科创室").get_by_role("link", name="调整"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("几点开始"))
    page.keyboard.type("1000")
    tab_to(page, page.get_by_label("几点结束"))
    page.keyboard.type("1130")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已调整，通知了")).to_be_visible()
    expect(room_of(page, "科创室")).to_contain_text(f"10:00–11:30 {COMPUTERS}")


def test_the_keyboard_reaches_the_bars_of_the_picture_too(visit: Open) -> None:
    manager = visit(viewport=DESK)
    manager.sign_in(SHEN_LAN)
    page = manager.open(FRIDAY)
    tab_to(page, bar(page, COMPUTERS))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=COMPUTERS)).to_be_focused()
    expect(page.get_by_label("几点开始")).to_have_value("09:30")


def test_a_phone_has_the_list_alone(look: Open) -> None:
    manager = look()
    manager.sign_in(SHEN_LAN)
    page = manager.open(FRIDAY)
    expect(page.locator("#day-picture")).to_be_hidden()
    expect(room_of(page, "科创室").get_by_role("link", name="调整")).to_be_visible()
