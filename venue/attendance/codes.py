"""The codes by which people mark themselves as there: on the room's screen, or on a sheet.

A code is an HMAC over the session and a stretch of time, so nothing is stored, and a photo of one
opens nothing tomorrow. On the screen it changes every few minutes; a sheet holds for its day.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from venue.timeline.local_time import day_start, local_date

DIGITS = 6
"""Of the short code, which is typed: fewer would be found by trying, see `check_in_attempts`."""
TOKEN_LENGTH = 20
"""Hexadecimal digits of the long one, which is in the address: nobody finds 80 bits by trying."""


@dataclass(frozen=True, slots=True)
class CheckInCode:
    """One code of a session, long and short, and until when it works."""

    token: str = field(repr=False)
    digits: str = field(repr=False)
    until: datetime


def check_in_key(secret_key: str) -> bytes:
    """Return the key of these codes; another purpose of the same secret gets another key."""
    return hashlib.sha256(b"check-in codes\0" + secret_key.encode()).digest()


def screen_code(key: bytes, session_id: int, lifetime: timedelta, now: datetime) -> CheckInCode:
    """Return the code on the room's screen now; it works for a while after it has changed."""
    number = _number(lifetime, now)
    until = datetime.fromtimestamp((number + 2) * lifetime.total_seconds(), UTC)
    return _code(key, session_id, f"screen:{number}", until)


def sheet_code(key: bytes, session_id: int, on: date) -> CheckInCode:
    """Return the code that is printed for a session of that day."""
    return _code(key, session_id, f"sheet:{on}", day_start(on + timedelta(days=1)))


def is_code(key: bytes, session_id: int, typed: str, *, lifetime: timedelta, now: datetime) -> bool:
    """Tell whether somebody has read a code of the session that works now, long or short."""
    return any(
        hmac.compare_digest(typed.encode(), known.encode())
        for code in _working(key, session_id, lifetime, now)
        for known in (code.token, code.digits)
    )


def is_token(
    key: bytes, session_id: int, token: str, *, lifetime: timedelta, now: datetime
) -> bool:
    """Tell the same of a long code alone: an address may be tried as often as anybody likes."""
    return len(token) == TOKEN_LENGTH and is_code(
        key, session_id, token, lifetime=lifetime, now=now
    )


def _working(
    key: bytes, session_id: int, lifetime: timedelta, now: datetime
) -> Iterable[CheckInCode]:
    yield screen_code(key, session_id, lifetime, now)
    yield screen_code(key, session_id, lifetime, now - lifetime)
    yield sheet_code(key, session_id, local_date(now))


def _number(lifetime: timedelta, now: datetime) -> int:
    return int(now.timestamp() // lifetime.total_seconds())


def _code(key: bytes, session_id: int, stretch: str, until: datetime) -> CheckInCode:
    digest = hmac.new(key, f"{session_id}:{stretch}".encode(), hashlib.sha256).hexdigest()
    digits = str(int(digest, 16) % 10**DIGITS).zfill(DIGITS)
    return CheckInCode(digest[:TOKEN_LENGTH], digits, until)
