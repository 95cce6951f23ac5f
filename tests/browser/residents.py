"""What residents do on many pages, one step each."""

from __future__ import annotations

from playwright.sync_api import Page, expect

NEW_PASSWORD = "qinghe-lanhua-7"


def choose_tab(page: Page, name: str) -> None:
    """Touch a tab of the frame."""
    page.get_by_role("navigation", name="主导航").get_by_role("link", name=name).click()


def open_course(page: Page, title: str) -> None:
    """Open a program of the course list, on whichever of its pages it stands."""
    course = page.get_by_role("link", name=title, exact=True)
    further = page.get_by_role("link", name="下一页")
    expect(course.or_(further).first).to_be_visible()
    if not course.count():
        further.click()
    course.click()


def register(page: Page, name: str, phone: str, born: str = "1996-02-17") -> None:
    """Fill in and send the form of a newcomer."""
    page.get_by_label("姓名").fill(name)
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("出生日期").fill(born)
    page.get_by_label("设一个密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name="注册").click()
