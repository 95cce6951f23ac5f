"""A closure with three conflicts is resolved, and a year of opening is looked at on a phone."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import axe_findings, too_wide
from tests.browser.conftest import Open
from tests.browser.pages import HOME, LIN_XIAO, SHEN_LAN
from tests.browser.residents import choose_tab, open_course
from tests.browser.sheets import A4_ACROSS, sheets
from tests.browser.visiting import DESK

STORIES = "老街故事会"
COUNCIL = "业委会协商会"
EXERCISES = "八段锦晨练"


def hit(page: Page, title: str) -> Locator:
    """Return the part of the form that is about one thing hit."""
    return page.get_by_role("region", name=re.compile(title))


def choose(page: Page, title: str, fate: str) -> Locator:
    found = hit(page, title)
    found.get_by_role("radio", name=fate, exact=True).check()
    return found


def close_the_hall(page: Page) -> None:
    page.get_by_label("关闭哪里").select_option(label="报告厅")
    page.get_by_label("开始日期").fill("2026-09-26")
    page.get_by_label("结束日期").fill("2026-09-29")
    page.get_by_label("原因").fill("更换空调")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("这段时间里有 3 个安排")).to_be_visible()


def decide(page: Page) -> None:
    page.get_by_role("button", name="登记，并照上面办理").click()


def test_a_closure_with_three_conflicts_is_resolved(visit: Open) -> None:
    resident = visit()
    resident.sign_in(LIN_XIAO)
    choose_tab(resident.page, "课程")
    open_course(resident.page, STORIES)
    row = resident.page.locator(".dates > li").filter(has_text="9月26日")
    row.get_by_role("button", name="报名", exact=True).click()
    expect(row.get_by_text("已报名 ✓")).to_be_visible()

    manager = visit(viewport=DESK)
    manager.expected.update({409, 422})
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/closures/new")
    close_the_hall(page)
    assert axe_findings(page) == []

    # Only a move asks where to; the others say why.
    stories = choose(page, STORIES, "改期或换房间")
    stories.get_by_label("功能室").select_option(label="影音室")
    council = choose(page, COUNCIL, "照常")
    expect(council.get_by_label("日期")).to_be_hidden()
    choose(page, EXERCISES, "取消")
    decide(page)
    expect(hit(page, COUNCIL).get_by_text("照常进行要写明理由")).to_be_visible()
    hit(page, COUNCIL).get_by_label("理由").fill("在大厅里开")
    decide(page)

    # The film room is taken then: it says by what, and nothing has happened yet.
    expect(hit(page, STORIES).get_by_text("社区合唱排练")).to_be_visible()
    hit(page, STORIES).get_by_label("功能室").select_option(label="服务大厅")
    hit(page, STORIES).get_by_label("理由").fill("大厅里加座")
    decide(page)
    expect(page.get_by_text(re.compile("已登记，通知了 [0-9]+ 人"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("更换空调.*报告厅"))).to_be_visible()

    choose_tab(resident.page, "我的")
    resident.page.get_by_role("link", name=re.compile("^消息")).click()
    expect(resident.page.get_by_text("地点 服务大厅")).to_be_visible()


def test_a_closure_is_resolved_without_scripts(visit: Open) -> None:
    manager = visit(java_script_enabled=False)
    manager.expected.add(409)
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/closures/new")
    close_the_hall(page)
    for title in (STORIES, COUNCIL, EXERCISES):
        choose(page, title, "取消")
    decide(page)
    expect(page.get_by_role("row", name=re.compile("更换空调.*报告厅"))).to_be_visible()


def test_the_year_preview_on_a_phone(visit: Open) -> None:
    manager = visit()
    manager.expected.add(409)
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/hours")
    late = page.get_by_role("listitem").filter(has_text="16:30–21:00")
    late.get_by_role("link", name=re.compile("^修改")).click()
    page.get_by_label("关门").fill("20:00")
    page.get_by_label("从哪天起").fill("2026-11-01")
    page.get_by_role("button", name="看全年的变化").click()

    # One month stands there, the one in which it begins, with what changes marked.
    november = page.get_by_role("table", name="11月")
    expect(november).to_be_visible()
    expect(page.get_by_role("table", name="10月")).to_be_hidden()
    first = november.get_by_role("link", name=re.compile("^11月1日"))
    expect(first).to_have_accessible_name(re.compile("07:30–20:00.*有变化"))
    assert too_wide(page) == []
    assert axe_findings(page) == []

    # Another month keeps what was typed.
    page.get_by_role("button", name="12月", exact=True).click()
    expect(page.get_by_role("table", name="12月")).to_be_visible()
    expect(page.get_by_label("关门")).to_have_value("20:00")
    page.get_by_role("link", name=re.compile("个安排会落在开放时间以外")).click()
    expect(page.get_by_text("请逐个改期或取消")).to_be_in_viewport()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()


def test_the_year_of_a_center_on_a_phone_and_on_one_sheet(look: Open) -> None:
    visitor = look()
    page = visitor.open(f"/centers/{HOME}/")
    page.get_by_role("link", name="看全年").click()
    expect(page.get_by_role("table", name="9月")).to_be_visible()
    page.get_by_role("link", name="10月 ›").click()
    expect(page.get_by_role("table", name="9月")).to_be_hidden()
    page.get_by_role("table", name="10月").get_by_role(
        "link", name=re.compile("国庆")
    ).first.click()
    expect(page.get_by_role("heading", name="08:30–16:30")).to_be_visible()
    expect(page.get_by_text("节假日值班").first).to_be_visible()
    visitor.open(f"/centers/{HOME}/year")
    assert sheets(page) == [A4_ACROSS]
