"""Hashing and checking passwords: slow on purpose (some 40 ms), so never inside a transaction."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from venue.accounts.rules import PasswordFault, password_faults, plain_password

_HASHER = PasswordHasher(memory_cost=19 * 1024, time_cost=2, parallelism=1)
"""argon2id as the OWASP Password Storage Cheat Sheet asks at least: 19 MiB, two passes."""

NOBODYS_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$2P5zmeDCN8HQbEaOWLxEpA$JqNKQ01lInksb/H9+/1AIFjl1xX6zt+OYBzrX+dspSs"
)
"""What the password typed with an unknown number is compared with: that takes the same time."""


def hash_password(password: str) -> str:
    """Return the hash under which a password is stored."""
    return _HASHER.hash(plain_password(password))


def matches(password_hash: str, password: str) -> bool:
    """Tell whether the password is the one that was hashed."""
    try:
        return _HASHER.verify(password_hash, plain_password(password))
    except (VerificationError, InvalidHashError):
        return False


def refreshed(password_hash: str, password: str) -> str:
    """Return the hash to keep of a password that matched: a new one when the figures changed."""
    return hash_password(password) if _HASHER.check_needs_rehash(password_hash) else password_hash


def faults_of(password: str, *, phone: str, full_name: str) -> tuple[PasswordFault, ...]:
    """Ask the rule, with the list of common passwords at hand."""
    return password_faults(password, phone=phone, full_name=full_name, common=_common())


@cache
def _common() -> frozenset[str]:
    """Return the passwords that everybody tries first; source and license stand beside the list."""
    return frozenset(
        Path(__file__).with_name("common_passwords.txt").read_text("utf-8").splitlines()
    )
