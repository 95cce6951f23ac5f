"""Registering with each wrong input: a sentence says what, and what was typed stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.pages import LIN_XIAO
from tests.browser.residents import NEW_PASSWORD, register

RIGHT = {
    "姓名": "高珊",
    "手机号": "19900000071",
    "出生日期": "1996-02-17",
    "设一个密码": NEW_PASSWORD,
}
WRONG = [
    ("手机号", "1990000007", "请填写 11 位的中国大陆手机号。"),
    ("手机号", "+44 7911 123456", "请填写 11 位的中国大陆手机号。"),
    ("手机号", "021-66660018", "请填写 11 位的中国大陆手机号。"),
    ("出生日期", "2027-01-01", "出生日期不能晚于今天。"),
    ("出生日期", "1880-01-01", "出生日期太早了，请核对年份。"),
    ("出生日期", "2015-05-05", "请由家长注册"),
    ("姓名", "高" * 300, "姓名最多"),
    ("姓名", "🙂🙂", "请填写真实姓名"),
    ("姓名", "", "请填写姓名。"),
    ("设一个密码", "abc12", "密码至少要 8 个字符。"),
    ("设一个密码", "password123", "这个密码太常见"),
    ("设一个密码", "19900000071", "密码里请不要用手机号。"),
]


def test_each_wrong_input_gets_its_sentence_and_loses_nothing_typed(look: Open) -> None:
    visitor = look()
    visitor.expected.add(422)
    page = visitor.open("/register")
    for label, value, sentence in WRONG:
        typed = {**RIGHT, label: value}
        for name, text in typed.items():
            page.get_by_label(name).fill(text)
        page.get_by_role("button", name="注册").click()
        field = page.locator(".field.bad", has=page.get_by_label(label))
        expect(field.locator(".error"), f"{label} {value[:20]}").to_contain_text(sentence)
        expect(page.locator(".field.bad")).to_have_count(1)
        expect(page.get_by_label(label)).to_be_focused()
        for name, text in typed.items():
            kept = "" if name == "设一个密码" else text
            expect(page.get_by_label(name)).to_have_value(kept)
        page.get_by_role("alert").get_by_role("link", name=label).click()
        expect(page.get_by_label(label)).to_be_focused()


def test_a_number_that_has_an_account_is_led_to_signing_in(visit: Open) -> None:
    visitor = visit()
    visitor.expected.add(409)
    page = visitor.open("/register?next=/my/family")
    register(page, RIGHT["姓名"], LIN_XIAO)
    expect(page.get_by_role("alert")).to_contain_text("这个手机号已经有账号了。")
    expect(page.get_by_label("姓名")).to_have_value(RIGHT["姓名"])
    page.get_by_role("link", name="用这个号码登录").click()
    expect(page.get_by_role("heading", name="登录", level=1)).to_be_visible()


@pytest.mark.parametrize("phone", [LIN_XIAO, "19900000099"])
def test_a_wrong_password_says_the_same_of_known_and_unknown_numbers(
    visit: Open, phone: str
) -> None:
    visitor = visit()
    visitor.expected |= {409, 429}
    page = visitor.open("/login")
    for left in (4, 3, 2, 1):
        page.get_by_label("手机号").fill(phone)
        page.get_by_label("密码").fill("not-my-password")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("alert")).to_contain_text(f"还可以试 {left} 次")
        expect(page.get_by_label("手机号")).to_have_value(phone)
    page.get_by_label("密码").fill("not-my-password")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("错了太多次")
