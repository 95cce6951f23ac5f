"""What the processes do to accounts: using a code, registering a number, guessing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from venue import clock
from venue.accounts.desk_codes import code_key, use_code
from venue.accounts.registering import register
from venue.accounts.rules import Throttle
from venue.accounts.throttling import Limit, count_try, phone_subject
from venue.config import settings
from venue.db import write_transaction
from venue.people.rules import Language

THROTTLE = Throttle(per_phone=5, per_address=100, codes=100, window=timedelta(minutes=15))


def redeem(code: str, phone: str) -> Any:
    with write_transaction() as session:
        return use_code(
            session,
            code,
            phone,
            "not a hash",
            "192.0.2.7",
            THROTTLE,
            key=code_key(settings().secret_key),
            now=clock.now(),
        )


def open_account(phone: str) -> Any:
    with write_transaction() as session:
        return register(
            session,
            full_name="林晓",
            birth_on=date(1998, 5, 4),
            phone=phone,
            password_hash="not a hash",
            language=Language.CHINESE,
            now=clock.now(),
        )


def guess(phone: str) -> Any:
    with write_transaction() as session:
        limits = [Limit(phone_subject(phone), THROTTLE.per_phone)]
        return count_try(session, limits, THROTTLE.window, now=clock.now())
