"""Phone numbers, passwords and codes as people type them, and who may grant which role."""

from __future__ import annotations

import pytest

from venue.accounts.passwords import faults_of
from venue.accounts.rules import (
    PASSWORD_MAX,
    PasswordFault,
    Role,
    code_digits,
    code_groups,
    grantable,
    mobile_number,
    password_faults,
    phone_number,
)

PHONE = "+8613900000001"
GOOD = "梧桐 里 的 早晨 7"

MOBILES = {
    "plain": ("13900000001", PHONE),
    "in groups": ("139 0000 0001", PHONE),
    "with hyphens": ("139-0000-0001", PHONE),
    "with the country": ("+86 139 0000 0001", PHONE),
    "with the country, dialed": ("0086 13900000001", PHONE),
    "full width": ("１３９００００００１".replace("００００００１", "０００００００１"), PHONE),
    "one digit short": ("1390000000", None),
    "one digit long": ("139000000011", None),
    "a landline": ("021 6666 0018", None),
    "a service number": ("12345", None),
    "from Hong Kong": ("+852 9123 4567", None),
    "from the United States": ("+1 415 555 2671", None),
    "words": ("没有手机", None),
    "emoji": ("📱📱📱", None),
    "nothing": ("", None),
    "endless": ("1" * 400, None),
}


@pytest.mark.parametrize("case", MOBILES)
def test_only_a_mainland_mobile_number_signs_in(case: str) -> None:
    typed, expected = MOBILES[case]
    assert mobile_number(typed) == expected


def test_a_landline_can_be_called_though_nobody_signs_in_with_it() -> None:
    assert phone_number("021 6666 0018") == "+862166660018"
    assert phone_number("12") is None


PASSWORDS = {
    "words": (GOOD, ()),
    "exactly eight": ("k7#Qm2!x", ()),
    "seven": ("k7#Qm2!", (PasswordFault.TOO_SHORT,)),
    "exactly 128": ("ab7#" * 32, ()),
    "129": ("ab7#" * 32 + "x", (PasswordFault.TOO_LONG,)),
    "common": ("password", (PasswordFault.COMMON,)),
    "common in capitals": ("PassWord", (PasswordFault.COMMON,)),
    "common in full width": ("ｐａｓｓｗｏｒｄ", (PasswordFault.COMMON,)),
    "common here": ("woaini1314", (PasswordFault.COMMON,)),
    "one character": ("哈哈哈哈哈哈哈哈哈", (PasswordFault.COMMON,)),
    "two characters": ("abababababab", (PasswordFault.COMMON,)),
    "short and common": ("123456", (PasswordFault.TOO_SHORT,)),
    "the phone number": ("13900000001", (PasswordFault.PHONE,)),
    "the phone number in groups": ("a 139-0000-0001", (PasswordFault.PHONE,)),
    "another phone number": ("13900000002", ()),
    "the name": ("Alexandra Lin", (PasswordFault.NAME,)),
    "the name run together": ("alexandralin", (PasswordFault.NAME,)),
}


@pytest.mark.parametrize("case", PASSWORDS)
def test_a_password_is_judged(case: str) -> None:
    password, expected = PASSWORDS[case]
    assert faults_of(password, phone=PHONE, full_name="Alexandra Lin") == expected


def test_without_number_and_name_only_the_password_itself_is_judged() -> None:
    assert password_faults(GOOD, phone="", full_name="", common=()) == ()
    assert password_faults("!!??!!??.", phone="", full_name="", common=()) == ()


def test_the_longest_password_is_as_long_as_the_field_says() -> None:
    assert PASSWORD_MAX == 128


CODES = {
    "plain": ("12345678", "12345678"),
    "in groups": (" 1234 5678 ", "12345678"),
    "with a hyphen": ("1234-5678", "12345678"),
    "full width": ("１２３４　５６７８", "12345678"),
    "seven digits": ("1234567", None),
    "nine digits": ("123456789", None),
    "letters": ("1234567a", None),
    "digits of another script": ("١٢٣٤٥٦٧٨", None),
    "nothing": ("", None),
}


@pytest.mark.parametrize("case", CODES)
def test_a_code_is_read_however_it_is_typed(case: str) -> None:
    typed, expected = CODES[case]
    assert code_digits(typed) == expected


def test_a_code_is_shown_in_groups_that_can_be_typed_again() -> None:
    assert code_groups("01234567") == "0123 4567"
    assert code_digits(code_groups("01234567")) == "01234567"


def test_nobody_grants_more_than_they_hold() -> None:
    center_roles = {Role.MANAGER, Role.DESK, Role.TEACHER, Role.CARER}
    assert set(grantable(Role.MANAGER)) == center_roles
    assert set(grantable(Role.ADMINISTRATOR)) == center_roles | {Role.DISTRICT_OFFICER}
    for role in (Role.DESK, Role.TEACHER, Role.CARER, Role.DISTRICT_OFFICER):
        assert grantable(role) == ()
