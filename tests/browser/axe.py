"""Asking axe and the layout what is wrong with the page that a window shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8")
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OPTIONS: dict[str, Any] = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    # Off by default, because it is young; it is part of WCAG 2.2 AA all the same.
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
    "preload": False,
}
COLORS = {**OPTIONS, "runOnly": ["color-contrast"]}
"""All that another palette can spoil."""
ALL_BUT_COLORS = {**OPTIONS, "rules": {**OPTIONS["rules"], "color-contrast": {"enabled": False}}}
"""All that a wide window can spoil: what it shows has the colors of the narrow one."""
OF_SIZE = {**OPTIONS, "runOnly": ["target-size", "scrollable-region-focusable"]}
"""All that another size can spoil: names and roles stay, and larger print is easier to read."""
TOO_WIDE = """
() => {
  const width = document.documentElement.clientWidth;
  const all = [...document.body.querySelectorAll("*")];
  const name = (element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class")}`;
  const hides = (element) => getComputedStyle(element).overflowX === "hidden";
  const scrolls = (element) => element && element !== document.body && (
    getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const cut = all
    .filter((element) => element.clientWidth > 1 && !element.matches("input, select, svg *"))
    .filter((element) => hides(element) && element.scrollWidth > element.clientWidth + 1)
    .map((element) => `${name(element)} cuts off ${element.scrollWidth - element.clientWidth} px`);
  if (document.documentElement.scrollWidth <= width) return cut;
  return all
    .filter((element) => element.getBoundingClientRect().right > width + 1)
    .filter((element) => !scrolls(element.parentElement))
    .map((element) => `${name(element)} reaches ${element.getBoundingClientRect().right}`)
    .slice(0, 5)
    .concat(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`, cut);
}
"""
TOO_LOW = """
(main) => [...document.querySelectorAll(".button")]
  .filter((button) => button.checkVisibility({ visibilityProperty: true }))
  .map((button) => [button, button.matches(".go") ? main : 44, button.offsetHeight])
  .filter(([, least, height]) => height < least)
  .map(([button, least, height]) => `"${button.innerText.trim()}" is ${height} px, not ${least}`)
"""


def axe_findings(page: Page, options: Mapping[str, Any] = OPTIONS) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA, a line for each element."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE)
    result = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """Return what reaches over the right edge of the window, and what is cut off."""
    return page.evaluate(TOO_WIDE)


def too_low(page: Page, main: int) -> list[str]:
    """Return the buttons that are lower than 44 px, and the main ones lower than `main` px."""
    return page.evaluate(TOO_LOW, main)
