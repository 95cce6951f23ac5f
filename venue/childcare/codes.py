"""The keyed hash of a collector's code; four digits could be found from a plain one by trying."""

from __future__ import annotations

import hashlib
import hmac


def code_key(secret_key: str) -> bytes:
    """Return the key of these codes; another purpose of the same secret gets another key."""
    return hashlib.sha256(b"collection codes\0" + secret_key.encode()).digest()


def code_hash(key: bytes, child_id: int, code: str) -> str:
    """Return what is kept of a code: it is the child's, so the same digits differ elsewhere."""
    return hmac.new(key, f"{child_id}:{code}".encode(), hashlib.sha256).hexdigest()
