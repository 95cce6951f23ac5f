"""A teacher takes the roll on a phone, with and without a network; a pause is waived."""

from __future__ import annotations

import io
import re
import sqlite3

import zxingcpp
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import HOME, SHEN_LAN, TEACHER_GU, XU_NUO, program
from tests.browser.server import Site, asked, begin_now, busy
from tests.browser.visiting import DESK

CLASS = "楷书临帖"
ARRIVED = re.compile("^10:[0-9]{2} 到$")
OF_SESSION = "SELECT count(*) FROM attendance WHERE session_id = ?"
ANOTHER_TAP = 650
"""Milliseconds: a second touch of a row before is the same tap."""
TAPS = "SELECT count(*) FROM audit_entry WHERE action = 'attendance.arrived' AND subject_id = ?"


def rows(page: Page) -> Locator:
    return page.locator(".on-roll")


def tap(page: Page, number: int) -> None:
    rows(page).nth(number).get_by_role("button", name="到了").click()


def counted(page: Page, words: str) -> None:
    expect(page.locator("#roll-count")).to_have_text(words)


def test_a_roll_by_the_teacher_with_and_without_a_network(visit: Open, site: Site) -> None:
    lesson = begin_now(site, CLASS)
    visitor = visit()
    page = visitor.sign_in(TEACHER_GU)
    visitor.open(f"/teaching/sessions/{lesson}")
    seats = rows(page).count()
    assert seats > 5
    box = rows(page).first.get_by_role("button").first.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["width"] > 340, "the whole row is the button"

    tap(page, 0)
    counted(page, f"到 1 / {seats}")
    page.wait_for_timeout(ANOTHER_TAP)
    rows(page).nth(0).get_by_role("button", name="撤销").click()
    counted(page, f"到 0 / {seats}")
    page.wait_for_timeout(ANOTHER_TAP)
    tap(page, 0)
    expect(rows(page).nth(0).get_by_text(ARRIVED)).to_be_visible()  # the server has answered
    counted(page, f"到 1 / {seats}")

    # Without a network taps wait, visibly, and survive that the page is loaded again.
    visitor.cut_off = True
    visitor.context.set_offline(True)
    for number in (1, 2, 3):
        tap(page, number)
    expect(page.get_by_text("等待网络 · 3")).to_be_visible()
    counted(page, f"到 4 / {seats}")
    expect(rows(page).nth(2).locator("form:not([hidden]) .mark-wait")).to_be_visible()
    assert asked(site, OF_SESSION, lesson) == 1
    page.route("**/arrival", lambda route: route.abort())
    visitor.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("等待网络 · 3")).to_be_visible()
    counted(page, f"到 4 / {seats}")

    # When it is back they are sent by a touch or by themselves, each once.
    page.unroute("**/arrival")
    page.get_by_role("button", name="现在再发").click()
    for number in (1, 2, 3):
        expect(rows(page).nth(number).get_by_text(ARRIVED)).to_be_visible()
    expect(page.locator("#waiting")).to_be_hidden()
    counted(page, f"到 4 / {seats}")
    assert asked(site, OF_SESSION, lesson) == 4
    assert asked(site, TAPS, lesson) == 5

    # What is refused meanwhile is said by name.
    visitor.expected.add(409)
    visitor.context.set_offline(True)
    name = rows(page).nth(4).get_attribute("data-name")
    tap(page, 4)
    expect(page.get_by_text("等待网络 · 1")).to_be_visible()
    with sqlite3.connect(site.database) as connection:
        connection.execute("UPDATE roll SET closed_at = opened_at WHERE session_id = ?", (lesson,))
    connection.close()
    visitor.context.set_offline(False)
    expect(page.locator("#refused")).to_contain_text(f"没有记上：{name}。 点名已经结束。")
    expect(page.locator("#waiting")).to_be_hidden()
    assert asked(site, OF_SESSION, lesson) == 4


def test_a_roll_without_javascript(visit: Open, site: Site) -> None:
    lesson = begin_now(site, CLASS)
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in(TEACHER_GU)
    visitor.open(f"/teaching/sessions/{lesson}")
    tap(page, 0)
    expect(page.locator("#roll-count")).to_contain_text("到 1 /")
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("#roll-count")).to_contain_text("到 0 /")


def read_code(page: Page) -> str:
    """Return what the camera of a telephone reads from a page, as it stands on the screen."""
    page.locator("svg.qr").scroll_into_view_if_needed()
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    return str(code.text)


def test_a_learner_scans_the_code_of_the_room_and_is_there_also_while_the_house_is_busy(
    visit: Open, site: Site
) -> None:
    lesson = begin_now(site, "手机摄影与短视频")
    screen, phone = visit(viewport=DESK), visit()
    wall = screen.sign_in(SHEN_LAN)
    screen.open(f"/teaching/sessions/{lesson}/code")
    address = read_code(wall)
    screen.open(f"/teaching/sessions/{lesson}/code/sheet")
    wall.emulate_media(media="print")
    assert read_code(wall).startswith(f"{site.address}/check-in/{lesson}/")

    assert address.startswith(f"{site.address}/check-in/{lesson}/")
    page = phone.sign_in(SHEN_LAN)
    phone.open(address.removeprefix(site.address))
    phone.expected.add(503)
    with busy(site):
        page.get_by_role("button", name="沈岚 到了").click()
        expect(page.get_by_role("heading", name="系统正忙")).to_be_visible(timeout=10_000)
        expect(page.get_by_text("过几秒会自动再提交，请不要关掉这一页。")).to_be_visible()
        assert asked(site, OF_SESSION, lesson) == 0
    expect(page.get_by_text("签到好了：手机摄影与短视频。")).to_be_visible(timeout=20_000)
    assert asked(site, OF_SESSION, lesson) == 1


def test_a_paused_learner_sees_why_appeals_is_waived_and_enrolls(visit: Open, site: Site) -> None:
    with sqlite3.connect(site.database) as connection:
        connection.execute("UPDATE pause SET appealed_at = NULL, appeal = ''")
    connection.close()
    baking = f"/courses/{program('亲子烘焙').in_(site.database)}"
    learner = visit()
    page = learner.sign_in(XU_NUO)
    learner.open(baking)
    enroll = page.locator("form[action*='/enrollments'] button")
    expect(enroll).to_have_count(0)
    learner.open("/my/")
    expect(page.get_by_text("在梧桐里党群服务中心暂停报名到")).to_be_visible()
    expect(page.locator("#pauses ~ article").get_by_text("非遗剪纸").first).to_be_visible()
    page.get_by_label("为什么没来，或者哪里记错了").fill("这三周在医院陪妈妈。")
    page.get_by_role("button", name="交申诉").click()
    expect(page.get_by_text("申诉交上去了")).to_be_visible()

    manager = visit()
    office = manager.sign_in(SHEN_LAN)
    manager.open(f"/office/{HOME}/pauses")
    expect(office.get_by_text("这三周在医院陪妈妈。")).to_be_visible()
    office.locator("summary", has_text="撤销暂停").click()
    office.get_by_label("原因（会告诉本人）").first.fill("家里有事，情有可原。")
    office.get_by_role("button", name="撤销暂停").click()
    expect(office.get_by_text("没有人暂停报名")).to_be_visible()

    learner.open("/my/")
    expect(page.get_by_text("回复：家里有事，情有可原。")).to_be_visible()
    learner.open(baking)
    enroll.first.click()
    expect(page.get_by_text("已报名 ✓").first).to_be_visible()
