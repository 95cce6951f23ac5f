"""The manager makes a course from nothing, moves a session, and meets a clash."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import HOME, LIN_XIAO, SHEN_LAN
from tests.browser.residents import choose_tab, open_course
from tests.browser.visiting import DESK

POTTERY = "周四陶艺"
THURSDAY = 3


def go_to(page: Page, part: str) -> None:
    """Choose a part of the office."""
    office = page.get_by_role("navigation", name="办公")
    office.get_by_role("link", name=part, exact=True).click()


def save(page: Page, label: str = "保存") -> None:
    page.get_by_role("button", name=label, exact=True).click()


def make_room(page: Page) -> None:
    go_to(page, "功能室")
    page.get_by_role("link", name="添加功能室").click()
    page.get_by_label("名称").fill("陶艺室")
    page.get_by_label("面积").fill("48")
    page.get_by_label("最多容纳人数").fill("12")
    page.get_by_label("其他设备").fill("拉坯机、电窑")
    save(page)
    expect(page.get_by_role("row", name=re.compile("陶艺室.*电窑"))).to_be_visible()


def open_the_room_on_weekdays(page: Page) -> None:
    go_to(page, "开放时间")
    page.get_by_role("link", name="添加一条").click()
    page.get_by_label("适用于").select_option(label="陶艺室")
    page.get_by_label("开门").fill("13:00")
    page.get_by_label("关门").fill("21:30")
    save(page)
    expect(page.get_by_role("row", name=re.compile("^陶艺室")).first).to_contain_text("13:00–21:30")


def draft_the_course(page: Page) -> None:
    go_to(page, "项目")
    page.get_by_role("link", name="新建项目").click()
    page.get_by_label("名称", exact=True).fill(POTTERY)
    page.get_by_label("类别").select_option(label="夜校课程")
    page.get_by_label("一句话介绍").fill("拉坯、修坯、上釉，带走自己的杯子。")
    page.get_by_label("老师").select_option(label="顾长青")
    page.get_by_label("最小年龄").fill("18")
    page.get_by_label("座位数").fill("12")
    page.get_by_label("价格").fill("320")
    save(page, "保存草稿")


def schedule_twelve_thursdays(page: Page) -> None:
    page.get_by_role("link", name="排课").first.click()
    days = page.get_by_role("group", name="星期").get_by_role("checkbox")
    for number in range(7):
        days.nth(number).set_checked(number == THURSDAY)
    page.get_by_label("从哪天起").fill("2026-09-24")
    page.get_by_label("一共几场").fill("12")
    page.get_by_label("几点开始").fill("18:30")
    page.get_by_label("几点结束").fill("20:00")
    page.get_by_label("功能室").select_option(label="陶艺室")
    save(page, "看每一天")
    # National Day is no day for a course: it is named, stays unticked, and does not count.
    holiday = page.locator(".date-row").filter(has_text="10月1日")
    expect(holiday).to_contain_text("国庆")
    expect(holiday.get_by_role("checkbox")).not_to_be_checked()
    expect(page.locator("#dates input:checked")).to_have_count(12)
    save(page, "把勾选的日子排进去")
    expect(page.get_by_role("table", name=re.compile("场次（12）"))).to_be_visible()


def test_a_manager_makes_a_course_from_nothing_and_it_is_on_the_list(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(SHEN_LAN)
    page.get_by_role("navigation", name="工作人员").get_by_role("link", name="办公").click()
    make_room(page)
    open_the_room_on_weekdays(page)
    draft_the_course(page)
    schedule_twelve_thursdays(page)
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，居民现在能看到了。")).to_be_visible()
    resident = visit()
    resident.open(f"/centers/{HOME}/courses?q=陶艺")
    open_course(resident.page, POTTERY)
    expect(resident.page.get_by_text("余 12 席")).to_be_visible()


def test_everybody_enrolled_is_told_of_a_moved_session(visit: Open) -> None:
    resident = visit()
    resident.sign_in(LIN_XIAO)
    choose_tab(resident.page, "课程")
    open_course(resident.page, "老街故事会")
    row = resident.page.locator(".dates > li").nth(1)
    date = row.get_by_role("heading").inner_text()
    row.get_by_role("button", name="报名", exact=True).click()
    expect(row.get_by_text("已报名 ✓")).to_be_visible()

    manager = visit(viewport=DESK)
    page = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/programs")
    page.get_by_role("link", name="老街故事会").click()
    page.get_by_role("link", name=date).click()
    page.get_by_label("几点开始").fill("10:00")
    page.get_by_label("几点结束").fill("11:30")
    save(page, "调整")
    expect(page.get_by_text("改期").first).to_be_visible()

    choose_tab(resident.page, "我的")
    resident.page.get_by_role("link", name=re.compile("^消息")).click()
    expect(resident.page.get_by_text("“老街故事会”改期")).to_be_visible()


def test_a_clash_is_shown_with_what_stands_there_and_nothing_typed_is_lost(visit: Open) -> None:
    visitor = visit(viewport=DESK)
    visitor.expected.add(409)
    page = visitor.sign_in(SHEN_LAN)
    visitor.open(f"/office/{HOME}/bookings/new")
    page.get_by_label("功能室").select_option(label="影音室")
    page.get_by_label("日期").fill("2026-09-16")
    page.get_by_label("几点开始").fill("15:00")
    page.get_by_label("几点结束").fill("17:00")
    page.get_by_label(re.compile("用途|做什么")).fill("志愿者例会")
    page.locator("main form").get_by_role("button").last.click()
    expect(page.get_by_text("老电影")).to_be_visible()
    expect(page.get_by_label(re.compile("用途|做什么"))).to_have_value("志愿者例会")


def test_somebody_invited_joins_the_desk_by_the_link(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(SHEN_LAN)
    page.get_by_role("navigation", name="工作人员").get_by_role("link", name="办公").click()
    go_to(page, "人员")
    page.get_by_role("radio", name=re.compile("^柜台")).check()
    page.get_by_label("给谁").fill("林晓，周末柜台")
    save(page, "建邀请链接")
    link = page.get_by_label("邀请链接").input_value()
    page.reload()
    expect(page.get_by_label("邀请链接")).to_have_count(0)
    expect(page.get_by_role("heading", name=re.compile("林晓，周末柜台"))).to_be_visible()

    newcomer = visit()
    newcomer.sign_in(LIN_XIAO)
    newcomer.page.goto(link)
    newcomer.page.get_by_role("button", name="接受", exact=True).click()
    staff = newcomer.page.get_by_role("navigation", name="工作人员")
    expect(staff.get_by_role("link", name="柜台")).to_be_visible()
    expect(staff.get_by_role("link", name="办公")).to_have_count(0)
