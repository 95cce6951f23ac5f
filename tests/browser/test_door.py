"""A carer lets children in and out on a phone; a mother reads at once who has collected hers."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import CHEN_MIN, SHEN_LAN
from tests.browser.server import Site, begin_now

CARE = "四点半课堂"
CODE = "4071"
"""What the demo's grandmother says, see `venue.demo.care`."""


def test_a_grandmother_collects_and_the_mother_reads_it(visit: Open, site: Site) -> None:
    begin_now(site, CARE)
    door, home = visit(), visit()
    carer, mother = door.sign_in(SHEN_LAN), home.sign_in(CHEN_MIN)

    door.open("/door/wutongli")
    row = carer.locator(".door-row", has_text="陈小禾")
    expect(row).to_contain_text("过敏")
    row.get_by_role("link", name="看过敏，签到").click()
    expect(carer.get_by_text("过敏：花生")).to_be_visible()
    carer.get_by_role("button", name="知道了，签到").click()
    expect(row).to_contain_text("到")
    home.open("/my/messages")
    expect(mother.get_by_text("已到“四点半课堂”").first).to_be_visible()

    row.get_by_role("link", name="交接").click()
    carer.get_by_label("来接的人说的代码").fill("9999")
    carer.get_by_role("button", name="核对代码，交给对方").click()
    expect(carer.get_by_role("alert")).to_contain_text("代码不对。 还可以再试 4 次。")
    carer.get_by_label("来接的人说的代码").fill(CODE)
    carer.get_by_role("button", name="核对代码，交给对方").click()
    expect(row).to_contain_text("外婆接走")
    home.open("/my/messages")
    expect(mother.get_by_text("外婆").first).to_be_visible()
