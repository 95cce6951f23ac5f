"""Roles and the pure rules on phone numbers, passwords and codes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import phonenumbers

PASSWORD_MIN = 8
"""NIST SP 800-63B-4 §3.1.1.2 asks 15 alone or 8 with throttling; sign-in here is throttled."""
PASSWORD_MAX = 128
"""§3.1.1.2 asks to allow 64 at least."""
SELF_REGISTERING = 14
"""PIPL art. 31: below, a parent decides what is kept of a child, so a parent adds the child."""
CODE_DIGITS = 8
PENDING_REQUESTS = 10
"""Unanswered wishes of one person to act for others (own): enough for a family, not for spam."""


class PasswordFault(StrEnum):
    """Why a password will not do."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PHONE = "phone"
    NAME = "name"


class Role(StrEnum):
    """What a member of staff is; where, the row says."""

    ADMINISTRATOR = "administrator"
    DISTRICT_OFFICER = "district_officer"
    MANAGER = "manager"
    DESK = "desk"
    TEACHER = "teacher"
    CARER = "carer"


CENTER_ROLES = (Role.MANAGER, Role.DESK, Role.TEACHER, Role.CARER)
"""The roles that are held at one center."""


@dataclass(frozen=True, slots=True)
class Throttle:
    """How many wrong tries are taken, by phone number, by address and of codes, within `window`."""

    per_phone: int
    per_address: int
    codes: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class LockedOut:
    """Too many wrong tries: nothing is looked at until then."""

    until: datetime


def grantable(granter: Role) -> tuple[Role, ...]:
    """Return the roles to which somebody with this role may invite, and which they may end."""
    if granter is Role.ADMINISTRATOR:
        return (*CENTER_ROLES, Role.DISTRICT_OFFICER)
    return CENTER_ROLES if granter is Role.MANAGER else ()


def plain_password(text: str) -> str:
    """Return the one form in which a password is judged, hashed and compared.

    NFKC, as NIST SP 800-63B-4 §3.1.1.2 says: a Chinese keyboard types Ａ１ where another types A1.
    """
    return unicodedata.normalize("NFKC", text)


def password_faults(
    password: str, *, phone: str, full_name: str, common: Container[str]
) -> tuple[PasswordFault, ...]:
    """Return why a password will not do for the owner of this number (E.164) and name.

    `common` are the passwords that everybody tries first, in lower case. Fewer than three
    different characters count as common too (own).
    """
    plain = plain_password(password)
    lower = plain.casefold()
    faults = []
    if len(plain) < PASSWORD_MIN:
        faults.append(PasswordFault.TOO_SHORT)
    if len(plain) > PASSWORD_MAX:
        faults.append(PasswordFault.TOO_LONG)
    if lower in common or len(set(lower)) < 3:
        faults.append(PasswordFault.COMMON)
    national = phone.removeprefix("+86")
    if national and national in re.sub(r"[\s-]", "", plain):
        faults.append(PasswordFault.PHONE)
    name = _squeezed(plain_password(full_name).casefold())
    if name and _squeezed(lower) == name:
        faults.append(PasswordFault.NAME)
    return tuple(faults)


def _squeezed(text: str) -> str:
    return re.sub(r"\W", "", text)


def code_digits(text: str) -> str | None:
    """Return the digits of a desk code however they were typed, or None when it cannot be one."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return digits if re.fullmatch(rf"[0-9]{{{CODE_DIGITS}}}", digits) else None


def code_groups(digits: str) -> str:
    """Return a code as it is read aloud and written on a slip: 1234 5678."""
    return f"{digits[:4]} {digits[4:]}"


def mobile_number(text: str) -> str | None:
    """Return a mainland mobile number in E.164, or None when `text` is not one.

    `phonenumbers` calls landlines valid as well, so the type is checked too.
    """
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    if number.country_code != 86 or not mobile or not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def phone_number(text: str) -> str | None:
    """Return any dialable mainland number, landlines included, in E.164, or None."""
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def token_hash(token: str) -> str:
    """Return under which key a token of 256 random bits is stored: nobody can guess it back."""
    return hashlib.sha256(token.encode()).hexdigest()
