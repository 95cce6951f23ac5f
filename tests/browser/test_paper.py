"""What is printed: each of the sheets on A4, and large enough for the wall it hangs on."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import HOME, SHEN_LAN
from tests.browser.sheets import A4_ACROSS, A4_UPRIGHT, sheets
from tests.browser.visiting import DESK

SIXTEEN_POINTS = 16 / 72 * 96
"""In pixels of CSS."""
TWELVE_POINTS = 12 / 72 * 96
LUNCH_ON = "2026-09-17"

SMALLEST_TYPE = """
(root) => Math.min(...[...root.querySelectorAll("*")]
  .filter((it) => it.getClientRects().length)
  .filter((it) => [...it.childNodes].some((one) => one.nodeType === 3 && one.data.trim()))
  .map((it) => parseFloat(getComputedStyle(it).fontSize)))
"""


@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
def test_the_duty_poster_is_one_sheet_in_large_type(look: Open, lang: str) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(SHEN_LAN)
    visitor.context.add_cookies([{"name": "lang", "value": lang, "url": visitor.site.address}])
    visitor.open(f"/office/{HOME}/duty")
    page = visitor.page
    page.get_by_role("link", name="打印值班表" if lang == "zh_Hans" else "Print the roster").click()
    expect(page.locator(".poster")).to_be_visible()
    assert sheets(page) == [A4_UPRIGHT]
    page.emulate_media(media="print")
    assert page.locator("main").evaluate(SMALLEST_TYPE) >= SIXTEEN_POINTS - 0.1
    expect(page.get_by_role("navigation").first).to_be_hidden()


def test_a_managers_day_is_one_sheet_across_with_nothing_to_press(look: Open) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(SHEN_LAN)
    page = visitor.open(f"/office/{HOME}/day?on=2026-09-18")
    assert sheets(page) == [A4_ACROSS]
    page.emulate_media(media="print")
    expect(page.get_by_text("08:00–09:00")).to_be_visible()
    expect(page.locator("#day-picture")).to_be_hidden()
    expect(page.get_by_role("link", name="调整")).to_have_count(0)


def test_the_list_of_rooms_is_one_sheet(look: Open) -> None:
    page = look(viewport=DESK).open(f"/centers/{HOME}/rooms/list")
    assert sheets(page) == [A4_UPRIGHT]


def test_forty_deliveries_are_one_sheet_in_large_type(look: Open) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(SHEN_LAN)
    page = visitor.open(f"/office/{HOME}/lunch/deliveries?on={LUNCH_ON}")
    expect(page.locator(".deliveries li")).to_have_count(40)
    assert sheets(page) == [A4_UPRIGHT]
    page.emulate_media(media="print")
    assert page.locator(".deliveries").evaluate(SMALLEST_TYPE) >= TWELVE_POINTS - 0.1


def test_the_papers_of_care_are_a_sheet_each(look: Open) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(SHEN_LAN)
    page = visitor.open(f"/office/{HOME}/kitchen")
    assert sheets(page) == [A4_UPRIGHT]
    page.get_by_role("link", name="四点半课堂").first.click()
    page.get_by_role("link", name="空白签到表").click()
    expect(page.locator(".week-of-hands")).to_be_visible()
    assert sheets(page) == [A4_ACROSS]
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name="打印名单").locator("visible=true").first.click()
    expect(page.locator(".roll-of-care")).to_be_visible()
    assert sheets(page) == [A4_ACROSS]
