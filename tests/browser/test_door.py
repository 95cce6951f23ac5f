"""A carer lets children in and out on a phone; a mother reads at once who has collected hers."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import CHEN_MIN, SHEN_LAN
from tests.browser.server import Site, asked, begin_now

CARE = "四点半课堂"
CODE = "4071"
"""What the demo's grandmother says, see `venue.demo.care`."""
BOARD = "/door/wutongli"
OPEN_PAGE = 30_000
"""Milliseconds within which a page that lies open says what is new; it asks every 15 s."""
ARRIVED = "SELECT count(*) FROM attendance WHERE session_id = ? AND arrived_at IS NOT NULL"
RELEASED = "SELECT count(*) FROM collection WHERE session_id = ? AND refusal IS NULL"


def row(page: Page, name: str) -> Locator:
    return page.locator(".door-row", has_text=name)


def let_xiao_he_in(page: Page) -> None:
    row(page, "陈小禾").get_by_role("link", name="看过敏，签到").click()
    page.get_by_role("button", name="知道了，签到").click()
    expect(row(page, "陈小禾").get_by_role("link", name="交接")).to_be_visible()
    ready(page)


def ready(page: Page) -> None:
    """Wait until the script of the page runs; before, a button loads the page anew."""
    page.wait_for_load_state()


def test_a_grandmother_collects_and_the_mother_reads_it_on_her_open_page(
    visit: Open, site: Site
) -> None:
    begin_now(site, CARE)
    door, home = visit(), visit()
    carer, mother = door.sign_in(SHEN_LAN), home.sign_in(CHEN_MIN)
    home.open("/my/")
    today = mother.locator("#today")
    expect(today).to_contain_text("陈小禾：四点半课堂")
    expect(today).not_to_contain_text("到了")

    door.open(BOARD)
    ready(carer)
    carer.get_by_role("button", name="我到岗了").click()
    expect(
        carer.locator("li", has_text="沈岚").get_by_role("button", name="离开了")
    ).to_be_visible()
    expect(row(carer, "陈小禾")).to_contain_text("过敏")
    row(carer, "陈小禾").get_by_role("link", name="看过敏，签到").click()
    expect(carer.get_by_text("过敏：花生")).to_be_visible()
    carer.get_by_role("button", name="知道了，签到").click()
    expect(row(carer, "陈小禾")).to_contain_text("到")

    row(carer, "陈小禾").get_by_role("link", name="交接").click()
    carer.get_by_label("来接的人说的代码").fill("9999")
    carer.get_by_role("button", name="核对代码，交给对方").click()
    expect(carer.locator("#door-said")).to_contain_text("代码不对。 还可以再试 4 次。")
    carer.get_by_label("来接的人说的代码").fill(CODE)
    carer.get_by_role("button", name="核对代码，交给对方").click()
    expect(row(carer, "陈小禾")).to_contain_text("外婆接走")

    # She has not touched her page.
    gone = re.compile("到了 10:[0-9]{2}，已接走 10:[0-9]{2} 外婆")
    expect(today).to_contain_text(gone, timeout=OPEN_PAGE)
    expect(today.get_by_text("已接走，9月16日 周三")).to_be_visible()


def test_a_tap_at_the_door_is_not_lost_without_a_network(visit: Open, site: Site) -> None:
    day = begin_now(site, CARE)
    visitor = visit()
    page = visitor.sign_in(SHEN_LAN)
    visitor.open(BOARD)
    let_xiao_he_in(page)
    there = asked(site, ARRIVED, day)
    name = page.locator(".door-row:has([data-tap=arrival])").first.get_attribute("data-name")
    assert name is not None

    visitor.cut_off = True
    visitor.context.set_offline(True)
    row(page, name).get_by_role("button", name="签到").click()
    expect(row(page, name).get_by_text("等待网络")).to_be_visible()
    expect(page.locator("#waiting")).to_contain_text("等待网络 · 1")
    assert asked(site, ARRIVED, day) == there
    page.route("**/arrival", lambda route: route.abort())
    visitor.context.set_offline(False)
    page.reload()
    expect(row(page, name).get_by_text("等待网络")).to_be_visible()
    visitor.open("/my/")
    expect(page.get_by_text("这部手机里还有 1 次点名没有发出。")).to_be_visible()
    page.get_by_role("link", name="去发出").click()
    expect(row(page, name).get_by_text("等待网络")).to_be_visible()
    ready(page)
    page.unroute("**/arrival")
    page.get_by_role("button", name="现在再发").click()
    expect(row(page, name).get_by_role("link", name="交接")).to_be_visible()
    expect(page.locator("#waiting")).to_be_hidden()
    assert asked(site, ARRIVED, day) == there + 1

    # A code is only the server's to check: it stays in its field, and nobody goes.
    row(page, "陈小禾").get_by_role("link", name="交接").click()
    expect(page.get_by_label("来接的人说的代码")).to_be_visible()
    ready(page)
    visitor.context.set_offline(True)
    page.get_by_label("来接的人说的代码").fill(CODE)
    page.get_by_role("button", name="核对代码，交给对方").click()
    expect(page.get_by_text("没有网络，代码还没有核对，孩子先别交。")).to_be_visible()
    expect(page.get_by_label("来接的人说的代码")).to_have_value(CODE)

    # Whom the carer knows may take the child along: that waits, and is written down later.
    mother = page.locator("li", has_text="陈敏")
    mother.locator("summary").click()
    mother.get_by_role("button", name="已核对，交给本人").click()
    expect(page.locator("#waiting")).to_contain_text("等待网络 · 1")
    expect(page.get_by_role("button", name="核对代码，交给对方")).to_be_hidden()
    assert asked(site, RELEASED, day) == 0
    visitor.context.set_offline(False)
    expect(row(page, "陈小禾")).to_contain_text("陈敏接走")
    assert asked(site, RELEASED, day) == 1


def test_what_a_tap_of_the_door_meets_meanwhile_is_said_by_name(visit: Open, site: Site) -> None:
    day = begin_now(site, CARE)
    one, other = visit(), visit()
    page, colleague = one.sign_in(SHEN_LAN), other.sign_in(SHEN_LAN)
    one.open(BOARD)
    let_xiao_he_in(page)
    name = page.locator(".door-row:has([data-tap=arrival])").first.get_attribute("data-name")
    assert name is not None
    one.cut_off = True
    one.expected.add(409)
    one.context.set_offline(True)
    row(page, name).get_by_role("button", name="签到").click()
    other.open(BOARD)
    row(colleague, name).get_by_role("button", name="签到").click()
    expect(row(colleague, name).get_by_role("link", name="交接")).to_be_visible()
    one.context.set_offline(False)
    expect(page.locator("#refused")).to_contain_text(f"没有记上：{name}。 已经签到了")
    expect(row(page, name).get_by_role("link", name="交接")).to_be_visible()
    assert asked(site, ARRIVED, day) == 2


def test_the_door_without_javascript(visit: Open, site: Site) -> None:
    begin_now(site, CARE)
    visitor = visit(java_script_enabled=False)
    page = visitor.sign_in(SHEN_LAN)
    visitor.open(BOARD)
    let_xiao_he_in(page)
    row(page, "陈小禾").get_by_role("link", name="交接").click()
    page.get_by_label("来接的人说的代码").fill(CODE)
    page.get_by_role("button", name="核对代码，交给对方").click()
    expect(row(page, "陈小禾")).to_contain_text("外婆接走")
