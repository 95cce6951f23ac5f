"""What is printed: each of the sheets on A4, and large enough for the wall it hangs on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import HE_JING, HOME, OPEN_SEAT, SHEN_LAN
from tests.browser.sheets import (
    A3_UPRIGHT,
    A4_ACROSS,
    A4_UPRIGHT,
    A5_UPRIGHT,
    embeds_chinese,
    sheets,
)
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


@pytest.mark.parametrize(
    "endpoint",
    ["slips", "slips/{seat}"],
    ids=["everything", "one seat"],
)
def test_a_slip_is_one_sheet_of_a5_in_large_chinese_type(
    look: Open, town_file: Path, endpoint: str
) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(HE_JING)
    person_id, seat = (OPEN_SEAT[name].in_(town_file) for name in ("person_id", "enrollment_id"))
    page = visitor.open(f"/desk/{HOME}/people/{person_id}/{endpoint.format(seat=seat)}")
    expect(page.locator(".pocket-slip")).to_contain_text("零基础国画·山水小品")
    assert sheets(page) == [A5_UPRIGHT]
    assert embeds_chinese(page)
    page.emulate_media(media="print")
    assert page.locator("main").evaluate(SMALLEST_TYPE) >= SIXTEEN_POINTS - 0.1


@pytest.mark.parametrize(("size", "sheet"), [("a3", A3_UPRIGHT), ("a4", A4_UPRIGHT)])
def test_the_weekly_poster_is_one_sheet_with_codes_and_no_names(
    look: Open, size: str, sheet: tuple[int, int]
) -> None:
    visitor = look(viewport=DESK)
    visitor.sign_in(SHEN_LAN)
    page = visitor.open(f"/office/{HOME}/poster?paper={size}")
    assert sheets(page) == [sheet]
    assert embeds_chinese(page)
    expect(page.locator(".board-codes svg")).not_to_have_count(0)
    expect(page.locator(".board")).not_to_contain_text("顾")
