"""A draw from the first wish to the check by a resident, as people do it."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Open
from tests.browser.pages import ADMINISTRATOR, CHEN_MIN, HOME, SHEN_LAN, SPRING, draw, program
from tests.browser.server import Site, close_draw
from tests.browser.visiting import DESK
from venue.draws.reading import Disagreement
from venue.draws.verifying import Verified, verify

NUMBER = "02 07 11 19 23 30 08"


def state_wishes(page: Page, site: Site) -> str:
    """Wish for two courses on a phone, the second moved up; return the number of the receipt."""
    page.goto(f"{site.address}/courses/{program('春季·咖啡入门').in_(site.database)}")
    page.get_by_role("link", name="怎么摇、到哪一步了").click()
    page.get_by_role("link", name="填志愿").click()
    page.get_by_label("陈敏").check()
    expect(page.get_by_label("第一志愿", exact=True)).to_have_value(re.compile("[0-9]+"))
    page.get_by_label("第二志愿", exact=True).select_option(label="春季·尤克里里")
    page.get_by_role("button", name="第二志愿往前").click()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator("ol.lines > li").first).to_contain_text("春季·尤克里里")
    page.get_by_role("button", name="确定提交").click()
    expect(page.get_by_role("heading", name="报名收据")).to_be_visible()
    return page.locator(".receipt .lot").inner_text().replace(" ", "")


def type_number(page: Page, path: str, site: Site) -> None:
    page.goto(site.address + path)
    page.get_by_role("textbox", name="公开的数字").fill(NUMBER)
    page.get_by_role("button", name="输入", exact=True).click()


def test_wishes_are_stated_drawn_explained_and_run_again_by_everybody(
    visit: Open, site: Site
) -> None:
    resident, manager, other = visit(), visit(viewport=DESK), visit(viewport=DESK)
    draw_id = draw(SPRING).in_(site.database)
    page = resident.sign_in(CHEN_MIN)
    pseudonym = state_wishes(page, site)
    receipt = page.url

    close_draw(site, SPRING)
    path = f"/office/{HOME}/draws/{draw_id}"
    type_number(manager.sign_in(SHEN_LAN), path, site)
    type_number(other.sign_in(ADMINISTRATOR), path, site)
    expect(other.page.get_by_text("两个人输入的一样，可以摇号了。")).to_be_visible()
    manager.open(path)
    manager.page.locator(".actions").get_by_role("link", name="摇号", exact=True).click()
    manager.page.get_by_role("button", name="确定摇号").click()
    expect(manager.page.get_by_text("摇好了：29 份报名")).to_be_visible()

    page.goto(receipt)
    expect(page.get_by_text(re.compile("在 29 个号码里排第 [0-9]+。"))).to_be_visible()
    reason = page.get_by_text(re.compile("在 29 个号码里排第 [0-9]+。")).inner_text()
    page.get_by_role("link", name="自己重摇一遍核对").click()
    expect(page.get_by_label("您的号码")).to_have_value(pseudonym)
    page.get_by_role("button", name="核对公布的文件").click()
    verdict = page.locator("#verdict")
    expect(verdict.get_by_text("核对一致。")).to_be_visible()
    expect(verdict.get_by_text("和这里公布的一样。")).to_be_visible()
    place = re.search("排第 [0-9]+", reason)
    assert place is not None
    expect(verdict.locator(".own")).to_contain_text(place.group())

    with page.expect_download() as download:
        page.get_by_role("link", name="下载文件").click()
    file = download.value.path().read_bytes()
    python = verify(file.splitlines(keepends=True))
    assert isinstance(python, Verified)
    expect(verdict).to_contain_text(f"{python.applications} 份报名")
    expect(verdict).to_contain_text(f"摇中 {python.won} 份")

    edited = file.replace(b"\twaiting\n", b"\t1\tgeneral\n", 1)
    wrong = verify(edited.splitlines(keepends=True))
    assert isinstance(wrong, Disagreement)
    payload: FilePayload = {"name": "edited.txt", "mimeType": "text/plain", "buffer": edited}
    page.get_by_label("或者选一个存下来的文件").set_input_files(payload)
    expect(verdict.get_by_text(f"第 {wrong.line} 行不对。")).to_be_visible()
    expect(verdict.locator("pre").last).to_have_text(wrong.should)
