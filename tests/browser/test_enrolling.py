"""Finding a course, taking a seat, giving it back, and waiting for one: as people do it."""

from __future__ import annotations

import re
import sqlite3
import time
from datetime import UTC, datetime

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import CHEN_MIN, HOME, LIN_XIAO, SHEN_LAN, ZHOU_WEN, program
from tests.browser.residents import choose_tab, open_course, register
from tests.browser.server import Site, busy, leave_seats
from tests.frozen_clock import START

OPERA = "越剧入门"
PAINTING = "零基础国画·山水小品"
POTTERY = "亲子陶艺"


def enrolled(page: Page) -> None:
    expect(page.get_by_text("已报名 ✓")).to_be_visible()


def test_a_newcomer_finds_a_course_enrolls_adds_it_to_a_calendar_and_withdraws(
    visit: Open,
) -> None:
    page = visit().open("/")
    expect(page.get_by_text("现在开放")).to_be_visible()
    choose_tab(page, "功能室")
    expect(page.get_by_role("heading", name="功能室安排")).to_be_visible()
    choose_tab(page, "课程")
    page.get_by_role("link", name=re.compile("^晚上")).click()
    page.get_by_role("link", name=OPERA, exact=True).click()
    page.get_by_role("link", name="还没有账号？先注册").click()
    register(page, "高珊", "19900000071")
    expect(page.get_by_role("heading", name=OPERA, level=1)).to_be_visible()
    page.get_by_role("button", name="报名", exact=True).click()
    enrolled(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="加入日历").first.click()
    events = download.value.path().read_text("utf-8")
    assert events.startswith("BEGIN:VCALENDAR")
    assert events.count("BEGIN:VEVENT") == page.locator(".dates > li").count()
    choose_tab(page, "我的")
    expect(page.get_by_role("link", name=OPERA).first).to_be_visible()
    page.locator("summary", has_text="退出").first.click()
    page.get_by_role("button", name="确定退出").first.click()
    expect(page.get_by_role("link", name=OPERA)).to_have_count(0)
    choose_tab(page, "课程")
    open_course(page, OPERA)
    expect(page.get_by_role("button", name="报名", exact=True)).to_be_visible()


def test_a_form_that_meets_a_busy_house_stays_as_it_is_and_can_be_sent_again(
    visit: Open, site: Site
) -> None:
    visitor = visit()
    page = visitor.sign_in(ZHOU_WEN)
    visitor.expected.add(503)
    visitor.open(f"/courses/{program(OPERA).in_(site.database)}")
    enroll = page.get_by_role("button", name="报名", exact=True)
    with busy(site):
        enroll.click()
        sentence = page.get_by_text("系统正忙，刚才的提交没有得到确认。")
        expect(sentence).to_be_visible(timeout=10_000)
    enroll.click()
    enrolled(page)
    expect(sentence).to_have_count(0)


def test_a_seat_given_back_is_offered_to_who_waits_and_taken(visit: Open, site: Site) -> None:
    leave_seats(site, OPERA, 1)
    first, second = visit(), visit()
    for visitor, name, phone in ((first, "高珊", "19900000071"), (second, "田野", "19900000072")):
        visitor.open("/register")
        register(visitor.page, name, phone)
        visitor.open(f"/courses/{program(OPERA).in_(site.database)}")
    first.page.get_by_role("button", name="报名", exact=True).click()
    enrolled(first.page)
    # The second still sees a free seat; the answer tells them otherwise, on the same page.
    second.expected.add(409)
    second.page.get_by_role("button", name="报名", exact=True).click()
    expect(second.page.get_by_role("alert")).to_contain_text("个名额已经报满")
    second.page.get_by_role("button", name="加入候补").click()
    expect(second.page.get_by_text("候补第 1 位")).to_be_visible()
    first.page.locator("summary", has_text="退出").click()
    first.page.get_by_role("button", name="确定退出").click()
    choose_tab(second.page, "我的")
    expect(second.page.get_by_role("heading", name="有名额留给您，请回复")).to_be_visible()
    second.page.get_by_role("link", name=re.compile("^消息")).click()
    expect(second.page.get_by_text(f"“{OPERA}”有了空位")).to_be_visible()
    second.page.get_by_role("link", name="去回复").click()
    second.page.get_by_role("button", name="接受名额").click()
    expect(second.page.get_by_text(OPERA).first).to_be_visible()
    expect(second.page.get_by_role("heading", name="有名额留给您，请回复")).to_have_count(0)
    second.open(f"/courses/{program(OPERA).in_(site.database)}")
    enrolled(second.page)


def test_everything_works_without_scripts(visit: Open) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in(ZHOU_WEN)
    choose_tab(visitor.page, "课程")
    visitor.page.get_by_label("搜索课程").fill("国画")
    visitor.page.get_by_role("button", name="搜索").click()
    expect(visitor.page.locator(".cards > li")).to_have_count(1)
    open_course(visitor.page, PAINTING)
    visitor.page.get_by_label("周文").check()
    visitor.page.get_by_role("button", name="报名", exact=True).click()
    enrolled(visitor.page)
    visitor.page.locator("summary", has_text="退出").first.click()
    visitor.page.get_by_role("button", name="确定退出").click()
    expect(visitor.page.get_by_text("已报名 ✓")).to_have_count(0)


def test_a_double_click_takes_one_seat(visit: Open, site: Site) -> None:
    visitor = visit()
    visitor.sign_in(ZHOU_WEN)
    page = visitor.open(f"/courses/{program(PAINTING).in_(site.database)}")
    page.get_by_label("周文").check()
    page.get_by_role("button", name="报名", exact=True).dblclick()
    enrolled(page)
    page.reload()
    expect(page.get_by_text("余 1 席")).to_be_visible()


def test_a_parent_books_days_for_two_children_by_weekday(visit: Open) -> None:
    page = visit().sign_in(CHEN_MIN)
    choose_tab(page, "课程")
    open_course(page, "四点半课堂")
    page.get_by_role("link", name="选日子").click()
    expect(page.get_by_role("group", name="给谁报")).to_be_visible()
    for weekday in ("周二", "周四"):
        group = page.get_by_role("group", name="每周固定几天，一次勾好")
        group.get_by_label(weekday, exact=True).check()
    page.get_by_role("button", name="按星期勾上").click()
    chosen = page.locator(".care-day input:checked")
    expect(chosen.first).to_be_visible()
    days = chosen.count()
    page.get_by_label("在这里吃饭").check()
    page.get_by_role("button", name="下一步：看总价").click()
    expect(page.get_by_role("heading", name="陈小麦")).to_be_visible()
    page.get_by_role("button", name="确定报名").click()
    expect(page.get_by_text("报好了")).to_be_visible()
    assert days > 4


def test_a_daughter_enrolls_her_father(visit: Open) -> None:
    page = visit().sign_in(ZHOU_WEN)
    choose_tab(page, "长者")
    open_course(page, "智能手机课堂")
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_text("周建国：已报名 ✓")).to_be_visible()


def test_the_way_to_a_seat_needs_only_a_keyboard(visit: Open, site: Site) -> None:
    visitor = visit()
    visitor.sign_in(ZHOU_WEN)
    page = visitor.open(f"/courses/{program(PAINTING).in_(site.database)}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="报名", exact=True)
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("(it) => it === document.activeElement"):
            break
    expect(button).to_be_focused()
    outline = button.evaluate("(it) => getComputedStyle(it).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    enrolled(page)


def test_the_list_changes_while_one_types(visit: Open) -> None:
    page = visit().open(f"/centers/{HOME}/courses")
    before = page.locator(".cards > li").count()
    page.get_by_label("搜索课程").press_sequentially("烘焙")
    expect(page.locator(".cards > li")).not_to_have_count(before)
    expect(page).to_have_url(re.compile("q="))
    for card in page.locator(".cards > li").all():
        expect(card).to_contain_text("烘焙")
    expect(page.get_by_label("搜索课程")).to_be_focused()


def test_a_place_in_line_is_shown_and_can_be_left(visit: Open) -> None:
    page = visit().sign_in(LIN_XIAO)
    choose_tab(page, "课程")
    open_course(page, "手机摄影与短视频")
    expect(page.get_by_text("候补第 1 位")).to_be_visible()
    page.locator("summary", has_text="退出候补").click()
    page.get_by_role("button", name="确定退出").click()
    expect(page.get_by_role("button", name="加入候补")).to_be_visible()


A_WRONG_CLOCK = "Date.now = () => 0; Date.prototype.getTime = () => 0;"


def test_it_opens_on_the_second_by_the_clock_of_the_server(visit: Open, site: Site) -> None:
    visitor = visit()
    page = visitor.page
    page.add_init_script(A_WRONG_CLOCK)
    visitor.sign_in(ZHOU_WEN)
    path = f"/courses/{program(OPERA).in_(site.database)}"

    def open_in(seconds: int, now: float) -> None:
        opens_at = datetime.fromtimestamp(now + seconds, UTC).replace(tzinfo=None)
        with sqlite3.connect(site.database) as connection:
            connection.execute(
                "UPDATE program SET enroll_opens_at = ? WHERE title = ?",
                (opens_at.isoformat(" ", "microseconds"), OPERA),
            )
        connection.close()

    open_in(7200, START.timestamp())
    visitor.open(path)
    countdown = page.locator(".countdown")
    expect(countdown.get_by_role("timer")).to_have_text(re.compile("01:5[0-9]:[0-9]{2}"))
    now, read = float(countdown.get_attribute("data-now") or 0), time.monotonic()
    asked: list[float] = []
    page.on("request", lambda one: asked.append(time.monotonic()) if "pool=" in one.url else None)
    began = time.monotonic()
    open_in(8, now + began - read)
    visitor.open(path)
    expect(countdown.get_by_role("timer")).to_have_text(re.compile("00:00:0[0-8]"))
    expect(page.get_by_role("button", name="报名", exact=True)).to_have_attribute(
        "aria-disabled", "true"
    )
    expect(page.locator("form button", has_text="报名")).to_be_visible(timeout=15_000)
    expect(countdown).to_have_count(0)
    assert len(asked) == 1
    assert asked[0] - began > 7


def test_parent_and_child_wait_as_one_and_accept_their_seats_from_the_phone(
    visit: Open, site: Site
) -> None:
    leave_seats(site, POTTERY, 1)
    parent, office = visit(), visit()
    page = parent.sign_in(CHEN_MIN)
    choose_tab(page, "课程")
    open_course(page, POTTERY)
    page.get_by_label("陈敏").check()
    page.get_by_label("陈小禾").check()
    page.get_by_text("看“亲子陶艺安全须知”").click()
    expect(page.get_by_text("陶土和釉料不能入口")).to_be_visible()
    page.get_by_label("我看过并同意").check()
    parent.expected.add(409)
    page.get_by_role("button", name="报名", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("只剩 1 个名额，不够一起来的人坐。")
    page.get_by_role("button", name="加入候补").click()
    expect(page.get_by_text("陈敏、陈小禾：候补第 1 位")).to_be_visible()
    office.sign_in(SHEN_LAN)
    seats = office.open(f"/office/{HOME}/programs/{program(POTTERY).in_(site.database)}/seats")
    seats.get_by_label("座位数").fill("12")
    seats.get_by_role("button", name="改座位数").click()
    expect(seats.get_by_text("已保存。")).to_be_visible()
    choose_tab(page, "我的")
    offer = page.locator(
        "article", has=page.get_by_role("heading", name=f"陈敏、陈小禾：{POTTERY}")
    )
    offer.get_by_role("button", name="接受名额").click()
    expect(page.get_by_text("名额确认好了，到时间来就行。")).to_be_visible()
    together = page.get_by_role("region", name="一起报的")
    expect(together).to_contain_text("陈敏、陈小禾")
    expect(together).to_contain_text("已报名 ✓")
