"""The manager with a phone in hand: writes to those who wait, and copies a course for next time."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import HOME, LIN_XIAO, SHEN_LAN
from tests.browser.residents import choose_tab


def test_the_manager_writes_to_everybody_who_waits_and_they_read_it(visit: Open) -> None:
    manager = visit()
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/programs")
    page.get_by_role("link", name="手机摄影与短视频").click()
    page.get_by_role("link", name="发通知").click()
    page.get_by_role("radio", name=re.compile("还在等的人")).check()
    page.get_by_label("内容").fill("下期会加一个班。\n请留意报名时间。")
    page.get_by_role("button", name="看一遍").click()
    expect(page.get_by_text(re.compile(r"\d+ 人会收到"))).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^发给 \d+ 人$")).click()
    expect(page.get_by_text(re.compile(r"已发给 \d+ 人。"))).to_be_visible()

    resident = visit()
    resident.sign_in(LIN_XIAO)
    choose_tab(resident.page, "我的")
    resident.page.get_by_role("link", name=re.compile("^消息")).click()
    told = resident.page.get_by_role("listitem").filter(has_text="手机摄影与短视频").first
    expect(told).to_contain_text("下期会加一个班。")
    expect(told).to_contain_text("请留意报名时间。")


def test_a_course_is_copied_with_its_dates_looked_at_first(visit: Open) -> None:
    manager = visit()
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/programs?state=published")
    page.get_by_role("link", name="越剧入门").click()
    page.get_by_role("link", name="复制到别的学期").click()
    expect(page.get_by_label("一共几场")).to_have_value("12")
    page.get_by_label("名称").fill("越剧入门（二）")
    page.get_by_label("从哪天起").fill("2027-03-03")
    page.get_by_role("button", name="看每一天").click()
    expect(page.locator("#dates input:checked")).to_have_count(12)
    page.get_by_role("button", name="建一份草稿，排进勾选的日子").click()
    expect(page.get_by_text("草稿建好了，排了 12 场。")).to_be_visible()
    expect(page.get_by_role("heading", name="越剧入门（二）")).to_be_visible()
    expect(page.get_by_role("button", name="发布", exact=True)).to_be_visible()
