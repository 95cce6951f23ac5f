"""The desk does everything for people without a phone, and hands out the code for an account."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import HE_JING, TEACHER_GU
from tests.browser.residents import NEW_PASSWORD, choose_tab, open_course
from tests.browser.visiting import DESK

SMARTPHONE = "智能手机课堂"


def find(page: Page, text: str) -> None:
    page.get_by_label("找人").fill(text)
    page.get_by_role("button", name="找人").click()


def enroll_in(page: Page, title: str) -> None:
    page.get_by_label("搜索课程").fill(title)
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("button", name=re.compile("^代报名")).click()
    claim = page.get_by_role("region", name="现有的名额")
    expect(claim.get_by_role("article").filter(has_text=title)).to_contain_text("已报名 ✓")


def open_the_desk(page: Page) -> None:
    page.get_by_role("navigation", name="工作人员").get_by_role("link", name="柜台").click()


def test_the_desk_finds_a_senior_enrolls_and_withdraws_him(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(HE_JING)
    open_the_desk(page)
    find(page, "建国 1952")
    enroll_in(page, SMARTPHONE)
    claim = page.get_by_role("article").filter(has_text=SMARTPHONE).first
    claim.locator("summary", has_text="退出").click()
    claim.get_by_role("button", name="确定退出").click()
    region = page.get_by_role("region", name="现有的名额")
    expect(region.get_by_role("article").filter(has_text=SMARTPHONE)).to_have_count(0)


def test_a_person_known_by_name_and_year_gets_a_seat_and_later_an_account(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(HE_JING)
    open_the_desk(page)
    find(page, "梁桂珍")
    page.get_by_role("link", name="登记新人").first.click()
    page.get_by_label("姓名").fill("梁桂珍")
    page.get_by_label("出生年份").fill("1950")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="梁桂珍", level=1)).to_be_visible()
    enroll_in(page, SMARTPHONE)
    page.get_by_role("button", name=re.compile("^发验证码")).click()
    code = page.get_by_text(re.compile(r"^\d{4} \d{4}$")).first.inner_text()

    herself = visit()
    herself.open("/login")
    herself.page.get_by_role("link", name="用验证码").click()
    herself.page.get_by_label("柜台给的验证码").fill(code)
    herself.page.get_by_label("手机号").fill("19900000081")
    herself.page.get_by_label("设一个新密码").fill(NEW_PASSWORD)
    herself.page.get_by_role("button", name="设好密码并登录").click()
    choose_tab(herself.page, "我的")
    expect(herself.page.get_by_role("link", name=SMARTPHONE).first).to_be_visible()


def test_a_code_counts_once(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(HE_JING)
    open_the_desk(page)
    find(page, "建国 1952")
    page.get_by_role("button", name=re.compile("^发验证码")).click()
    code = page.get_by_text(re.compile(r"^\d{4} \d{4}$")).first.inner_text()
    for phone, works in (("19900000082", True), ("19900000083", False)):
        visitor = visit()
        visitor.expected.add(409)
        visitor.open("/code")
        visitor.page.get_by_label("柜台给的验证码").fill(code)
        visitor.page.get_by_label("手机号").fill(phone)
        visitor.page.get_by_label("设一个新密码").fill(NEW_PASSWORD)
        visitor.page.get_by_role("button", name="设好密码并登录").click()
        if works:
            expect(visitor.page.get_by_text("以后用这个手机号和新密码登录")).to_be_visible()
        else:
            expect(visitor.page.get_by_role("alert")).to_contain_text("验证码不对，或者已经用过")
            expect(visitor.page.get_by_label("手机号")).to_have_value(phone)


def test_a_teacher_sees_who_comes_and_prints_the_roll(visit: Open) -> None:
    page = visit(viewport=DESK).sign_in(TEACHER_GU)
    page.get_by_role("navigation", name="工作人员").get_by_role("link", name="我的课").click()
    row = page.get_by_role("row").filter(has_text="楷书临帖").first
    row.get_by_role("link").click()
    expect(page.locator(".on-roll")).to_have_count(10)
    page.emulate_media(media="print")
    roll = page.get_by_role("table", name="名单")
    expect(roll.get_by_role("row")).to_have_count(11)
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1


def test_what_the_desk_enrolls_takes_a_seat_from_everybody(visit: Open) -> None:
    clerk, resident = visit(viewport=DESK), visit()
    resident.open("/")
    choose_tab(resident.page, "课程")
    open_course(resident.page, SMARTPHONE)
    expect(resident.page.get_by_text("余 9 席")).to_be_visible()
    clerk.sign_in(HE_JING)
    open_the_desk(clerk.page)
    find(clerk.page, "建国 1952")
    enroll_in(clerk.page, SMARTPHONE)
    resident.page.reload()
    expect(resident.page.get_by_text("余 8 席")).to_be_visible()
