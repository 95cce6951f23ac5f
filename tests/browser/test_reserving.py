"""A resident books a room and gives it back; another asks for one, and the manager says yes."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import CHEN_MIN, HOME, LIN_XIAO, SHEN_LAN, room
from tests.browser.residents import choose_tab
from tests.browser.server import Site
from tests.frozen_clock import START
from venue.timeline.local_time import local_date

STUDIO, HALL = "书画室", "科创室"
TUESDAY = local_date(START) + timedelta(days=6)


def choose_the_first_free_time(page: Page) -> str:
    """Touch a free time of the day that is shown; return it as it is written."""
    first = page.locator("#free").get_by_role("link", name=re.compile(r"^\d\d:\d\d–")).first
    time = first.inner_text()
    first.click()
    expect(page.get_by_label("几点开始")).to_have_value(time[:5])
    return time


def test_a_resident_sees_what_is_free_books_and_cancels(visit: Open, site: Site) -> None:
    visitor = visit()
    visitor.sign_in(LIN_XIAO)
    page = visitor.open(f"/rooms/{room(STUDIO).in_(site.database)}")
    page.get_by_role("link", name="我要预约").click()
    expect(page.get_by_role("heading", name=f"预约{STUDIO}", level=1)).to_be_visible()
    page.get_by_role("link", name="下一周").click()
    time = choose_the_first_free_time(page)
    page.get_by_label("大约几个人").fill("30")
    page.get_by_label("用途").fill("读书会")
    visitor.expected.add(409)
    page.get_by_role("button", name="确认预约").click()
    expect(page.locator("#people-error")).to_have_text("最多容纳 20 人，坐不下。")
    expect(page.get_by_label("用途")).to_have_value("读书会")
    page.get_by_label("大约几个人").fill("8")
    page.get_by_role("button", name="确认预约").click()
    card = page.get_by_role("article").filter(has_text="读书会")
    expect(card).to_contain_text("已预约 ✓")
    expect(card).to_contain_text(time[:5])
    with page.expect_download() as download:
        card.get_by_role("link", name="加入日历").click()
    assert "读书会" in download.value.path().read_text("utf-8")
    card.locator("summary").click()
    card.get_by_role("button", name="确定取消").click()
    expect(page.get_by_text("已经取消，房间让给了别人。")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="读书会")).to_have_count(0)


def test_another_day_shows_what_is_free_on_it_and_keeps_what_is_typed(
    visit: Open, site: Site
) -> None:
    visitor = visit()
    visitor.sign_in(LIN_XIAO)
    page = visitor.open(f"/rooms/{room(STUDIO).in_(site.database)}/reservation")
    page.get_by_label("用途").fill("读书会")
    before = page.locator("#free-day").inner_text()
    page.get_by_role("textbox", name="日期").fill(str(TUESDAY))
    page.get_by_role("textbox", name="日期").blur()
    expect(page.locator("#free-day")).not_to_have_text(before)
    expect(page.get_by_label("用途")).to_have_value("读书会")


def test_a_request_is_approved_and_another_refused_with_a_reason(visit: Open, site: Site) -> None:
    resident, manager = visit(), visit()
    resident.sign_in(CHEN_MIN)
    page = resident.page
    for purpose in ("家长会", "手工课"):
        resident.open(f"/rooms/{room(HALL).in_(site.database)}/reservation?on={TUESDAY}&people=8")
        choose_the_first_free_time(page)
        page.get_by_label("用途").fill(purpose)
        page.get_by_role("button", name="提交申请").click()
        expect(page.get_by_role("article").filter(has_text=purpose)).to_contain_text("待审批")
    manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/reservations")
    queue = manager.page.get_by_role("article")
    queue.filter(has_text="家长会").get_by_role("button", name="同意预约").click()
    expect(manager.page.get_by_text("已同意，申请人会收到通知。")).to_be_visible()
    queue.filter(has_text="手工课").locator("summary").click()
    queue.filter(has_text="手工课").get_by_label("原因").fill("那天要布展")
    queue.filter(has_text="手工课").get_by_role("button", name="拒绝并说明原因").click()
    expect(manager.page.get_by_text("已拒绝，申请人会收到原因。")).to_be_visible()
    choose_tab(page, "我的")
    expect(page.get_by_role("article").filter(has_text="家长会")).to_contain_text("已预约 ✓")
    expect(page.get_by_role("article").filter(has_text="手工课")).to_contain_text("那天要布展")


def test_a_room_is_booked_without_scripts(visit: Open, site: Site) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(LIN_XIAO)
    page = visitor.open(
        f"/rooms/{room(STUDIO).in_(site.database)}/reservation?on={TUESDAY}&people=8"
    )
    choose_the_first_free_time(page)
    page.get_by_label("用途").fill("读书会")
    page.get_by_role("button", name="确认预约").click()
    expect(page.get_by_role("article").filter(has_text="读书会")).to_contain_text("已预约 ✓")
