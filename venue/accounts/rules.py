"""Roles and the pure rules on phone numbers, passwords and codes."""

from __future__ import annotations

import hashlib
from enum import StrEnum

import phonenumbers

PASSWORD_MIN = 8
"""NIST SP 800-63B-4 §3.1.1.2 asks 15 alone or 8 with throttling; sign-in here is throttled."""
PASSWORD_MAX = 128


class Role(StrEnum):
    """What a member of staff is; where, the row says."""

    ADMINISTRATOR = "administrator"
    DISTRICT_OFFICER = "district_officer"
    MANAGER = "manager"
    DESK = "desk"
    TEACHER = "teacher"
    CARER = "carer"


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
