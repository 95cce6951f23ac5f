"""The week of the rooms: one sheet of paper, a table on a desk, a day of cards on a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import HOME
from tests.browser.sheets import A4_ACROSS, sheets
from tests.browser.visiting import DESK

WEEK = f"/centers/{HOME}/rooms"


@pytest.mark.parametrize("size", ["standard", "large", "extra"])
def test_the_week_prints_on_one_sheet_across(look: Open, size: str) -> None:
    visitor = look(viewport=DESK)
    cookie = {"name": "text_size", "value": size, "url": visitor.site.address}
    visitor.context.add_cookies([cookie])
    assert sheets(visitor.open(WEEK)) == [A4_ACROSS]


def test_a_phone_prints_the_table_too(look: Open) -> None:
    page = look().open(WEEK)
    page.emulate_media(media="print")
    expect(page.locator("table.week")).to_be_visible()
    expect(page.locator(".room-card").first).to_be_hidden()
    assert sheets(page) == [A4_ACROSS]


def test_a_desk_has_the_table_and_a_phone_the_cards(look: Open) -> None:
    page = look(viewport=DESK).open(WEEK)
    expect(page.locator("table.week")).to_be_visible()
    expect(page.locator(".room-card").first).to_be_hidden()
    phone = look().open(WEEK)
    expect(phone.locator("table.week")).to_be_hidden()
    expect(phone.locator(".room-card").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_another_day_is_one_touch_away(look: Open, scripts) -> None:
    page = look(java_script_enabled=scripts).open(WEEK)
    strip = page.get_by_role("navigation", name="选择日期")
    links = strip.get_by_role("link")
    for number in (0, 6):
        name = links.nth(number).inner_text()
        links.nth(number).click()
        expect(strip.locator("[aria-current]")).to_have_text(re.compile(name.replace("\n", r"\s*")))
    page.go_back()
    expect(links.nth(0)).to_have_attribute("aria-current", "date")


def test_the_day_strip_stays_in_sight_and_the_reader_where_they_were(look: Open) -> None:
    page = look().open(WEEK)
    page.evaluate("scrollTo(0, 500)")
    link = page.get_by_role("navigation", name="选择日期").get_by_role("link").nth(6)
    expect(link).to_be_in_viewport()
    link.evaluate("(it) => it.click()")
    expect(link).to_have_attribute("aria-current", "date")
    assert page.evaluate("scrollY") > 300
