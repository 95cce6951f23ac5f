"""Addresses of this site: where a visitor is led next, and what is copied to elsewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import url_for

from venue.config import settings


def public_address(endpoint: str, **values: object) -> str:
    """Return the address of a page as it can be reached from outside, for links that are copied."""
    base = settings().public_url.rstrip("/")
    path = url_for(endpoint, _external=not base, **values)  # type: ignore[arg-type]
    return base + path


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
