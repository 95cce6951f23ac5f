"""The sheets of paper that a page is printed on."""

from __future__ import annotations

import re

from playwright.sync_api import Page

A4_ACROSS = (842, 595)
A4_UPRIGHT = (595, 842)
A3_UPRIGHT = (842, 1191)
A5_UPRIGHT = (420, 595)
"""In points."""


def sheets(page: Page) -> list[tuple[int, int]]:
    """Print the page and return the sizes of the sheets."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def embeds_chinese(page: Page) -> bool:
    """Tell whether the printed page brings a Chinese font along: no paper shows empty boxes."""
    pdf = page.pdf(prefer_css_page_size=True)
    return re.search(rb"/[A-Z]{6}\+\S*CJK", pdf) is not None
