"""Where a visitor is led next: only ever to a page of this site."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(wanted: str | None, otherwise: str = "/") -> str:
    r"""Return `wanted` when it is a path of this site, else `otherwise`.

    Browsers read `//host`, `/\host` and control characters as another site; none gets through.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return otherwise
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in wanted):
        return otherwise
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else otherwise
