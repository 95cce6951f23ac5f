"""Codes that a telephone reads from paper or a screen."""

from __future__ import annotations

from markupsafe import Markup
from segno import make_qr


def qr_code(address: str) -> Markup:
    """Return the QR code of an address as SVG without a size: a style sheet gives it one.

    Error correction M: what is printed here is clean.
    """
    drawn = make_qr(address, error="m")
    svg = drawn.svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=4, light="#fff")
    return Markup(svg)  # noqa: S704  (segno draws it; the text itself is not in it)
