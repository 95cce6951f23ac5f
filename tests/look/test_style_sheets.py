"""The style sheets: readable colors in every palette, and only what an old WebView understands."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "venue/static/css"
SHEETS = {path.name: path.read_text("utf-8") for path in sorted(CSS.glob("*.css"))}
ON_EVERY_PAGE = ("tokens.css", "base.css", "components.css", "print.css")
FORBIDDEN = ("@layer", "@container", "oklch", "light-dark(", "color-mix(", ":has(", "@import")

DARK = "@media screen and (prefers-color-scheme: dark)"
LARGE = 'html:not([data-text-size="standard"])'
CATEGORIES = ("course", "care", "senior", "hire", "meeting")

TEXT = 4.5
"""WCAG 2.2, 1.4.3: contrast of text."""
CONTROL = 3.0
"""WCAG 2.2, 1.4.11: contrast of what shows where a control is."""

PAIRS = [
    *(
        (text, ground, TEXT)
        for text in ("ink", "ink-soft", "ink-faint", "brand", "brand-strong", "warn")
        for ground in ("paper", "card", "sunk")
    ),
    ("on-brand", "brand", TEXT),
    ("on-brand", "brand-strong", TEXT),
    ("brand", "brand-tint", TEXT),
    ("brand-strong", "brand-tint", TEXT),
    ("ink-soft", "brand-tint", TEXT),
    ("warn", "warn-tint", TEXT),
    ("fine", "fine-tint", TEXT),
    ("card", "warn", TEXT),
    ("paper", "ink", TEXT),
    ("border", "card", CONTROL),
    ("border", "paper", CONTROL),
    *(
        pair
        for category in CATEGORIES
        for pair in (
            ("on-tone", category, TEXT),
            (category, f"{category}-tint", TEXT),
            ("ink", f"{category}-tint", TEXT),
            ("ink-soft", f"{category}-tint", TEXT),
            ("warn", f"{category}-tint", TEXT),
        )
    ),
]


def blocks(css: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (media query and selector, colors by name) of each rule of tokens.css."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    rules = re.findall(r"(?:(@media [^{]+?) \{\s*)?([^@{}]+?) \{([^{}]*)\}", plain)
    for media, selector, body in rules:
        colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body))
        yield f"{media} {selector.strip()}".strip(), colors


def palettes() -> dict[str, dict[str, str]]:
    rules = list(blocks(SHEETS["tokens.css"]))
    standard = dict(rules)[":root"]
    dark = dict(rules)[f"{DARK} :root"]
    large = next(colors for selector, colors in rules if selector.startswith(LARGE))
    dark_large = next(c for selector, c in rules if selector.startswith(f"{DARK} {LARGE}"))
    return {
        "standard": standard,
        "dark": {**standard, **dark},
        "large": {**standard, **large},
        "dark and large": {**standard, **dark, **large, **dark_large},
    }


def luminance(color: str) -> float:
    """Relative luminance of #rgb or #rrggbb (WCAG 2.2, definition)."""
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", palettes())
def test_every_text_can_be_read_on_its_ground(palette: str) -> None:
    colors = palettes()[palette]
    assert {
        (text, ground): round(contrast(colors[text], colors[ground]), 2)
        for text, ground, least in PAIRS
        if contrast(colors[text], colors[ground]) < least
    } == {}


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_asks_nothing_of_an_old_browser_that_would_lose_it(sheet: str) -> None:
    unguarded = re.sub(r"@supports selector\([^{]*\{(?:[^{}]*\{[^}]*\})*\s*\}", "", SHEETS[sheet])
    assert [word for word in FORBIDDEN if word in unguarded] == []


@pytest.mark.parametrize("sheet", sorted(set(SHEETS) - {"tokens.css"}))
def test_only_the_tokens_say_colors(sheet: str) -> None:
    colors = set(re.findall(r"#[0-9a-f]{3,6}\b|\brgb\w*\(|\bhsl\w*\(", SHEETS[sheet]))
    greys_of_paper = {"#fff", "#000", "#666", "#999"} if sheet == "print.css" else set()
    assert colors <= greys_of_paper


@pytest.mark.parametrize("sheet", SHEETS)
def test_width_queries_leave_paper_alone(sheet: str) -> None:
    queries = re.findall(r"@media ([^{]+)\{", SHEETS[sheet])
    assert [q for q in queries if "width" in q and not q.startswith("screen")] == []


def test_every_token_that_is_used_is_declared() -> None:
    everything = "".join(SHEETS.values())
    declared = set(re.findall(r"(--[\w-]+):", everything))
    assert set(re.findall(r"var\((--[\w-]+)", everything)) <= declared


def test_the_sheets_stay_short_enough_to_read() -> None:
    lines = {name: len(sheet.splitlines()) for name, sheet in SHEETS.items()}
    assert sum(lines.pop(name) for name in ON_EVERY_PAGE) <= 700
    assert all(count <= 100 for count in lines.values())
