"""Pictures of the demo town's rooms, drawn: no photo of a real place would be of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO

from PIL import Image, ImageDraw

from venue.places.pictures import Picture, TooManyPixels, Unreadable, take_in

WIDTH, HEIGHT = 1920, 1280
"""Twice the size that is kept: shrinking smooths the edges."""
FLOOR_FROM = 860
WALL, FLOOR, SKIRTING = "#f1e9da", "#d9c4a1", "#c4ab83"
TEAL, TEAL_LIGHT, AMBER, INDIGO, PLUM = "#0b5c55", "#7fb5a8", "#e0a84c", "#5d6cb8", "#a0587f"
WOOD, WOOD_DARK, WHITE, SKY, LEAF = "#b98a54", "#8f673a", "#fffdf8", "#cfe4ea", "#5c8f5f"

Drawing = ImageDraw.ImageDraw


def draw(things: Iterable[str]) -> Picture:
    """Return the picture of a room with these things in it, those at the back first."""
    image = Image.new("RGB", (WIDTH, HEIGHT), WALL)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, FLOOR_FROM, WIDTH, HEIGHT), fill=FLOOR)
    pen.rectangle((0, FLOOR_FROM, WIDTH, FLOOR_FROM + 16), fill=SKIRTING)
    for thing in things:
        THINGS[thing](pen)
    buffer = BytesIO()
    image.resize((WIDTH // 2, HEIGHT // 2), Image.Resampling.LANCZOS).save(buffer, "PNG")
    picture = take_in(buffer.getvalue())
    if isinstance(picture, Unreadable | TooManyPixels):
        raise TypeError(f"the drawing is no picture: {picture}")
    return picture


def _windows(pen: Drawing) -> None:
    for left in (140, 520):
        pen.rounded_rectangle((left, 190, left + 300, 640), 18, fill=WHITE)
        pen.rectangle((left + 22, 212, left + 278, 618), fill=SKY)
        pen.ellipse((left + 40, 480, left + 260, 760), fill=LEAF)
        pen.rectangle((left, 618, left + 300, 660), fill=WHITE)
        pen.rectangle((left, 640, left + 300, 860), fill=WALL)
        pen.rectangle((left + 143, 212, left + 157, 618), fill=WHITE)


def _screen(pen: Drawing) -> None:
    pen.rectangle((1010, 150, 1750, 176), fill=WOOD_DARK)
    pen.rectangle((1030, 176, 1730, 590), fill=WHITE)
    pen.polygon([(1030, 590), (1380, 330), (1560, 470), (1640, 410), (1730, 590)], fill=TEAL_LIGHT)
    pen.ellipse((1150, 240, 1240, 330), fill=AMBER)


def _board(pen: Drawing) -> None:
    pen.rounded_rectangle((1030, 200, 1730, 620), 14, fill=WOOD)
    pen.rectangle((1052, 222, 1708, 598), fill=WHITE)
    for row, (length, color) in enumerate(((420, TEAL), (520, INDIGO), (300, AMBER))):
        top = 290 + row * 90
        pen.rounded_rectangle((1110, top, 1110 + length, top + 18), 9, fill=color)


def _scrolls(pen: Drawing) -> None:
    for left, color in ((1050, TEAL), (1300, INDIGO), (1550, PLUM)):
        pen.rectangle((left - 14, 160, left + 174, 182), fill=WOOD_DARK)
        pen.rectangle((left, 182, left + 160, 660), fill=WHITE)
        pen.rectangle((left - 14, 660, left + 174, 682), fill=WOOD_DARK)
        pen.polygon([(left, 560), (left + 70, 330), (left + 160, 560)], fill=color)
        pen.ellipse((left + 96, 230, left + 136, 270), fill=AMBER)


def _shelves(pen: Drawing) -> None:
    pen.rounded_rectangle((990, 150, 1780, 880), 14, fill=WOOD)
    colors = (TEAL, AMBER, INDIGO, PLUM, TEAL_LIGHT, WHITE)
    for row in range(3):
        top = 180 + row * 232
        pen.rectangle((1016, top, 1754, top + 204), fill=WOOD_DARK)
        left, number = 1030, row
        while left < 1700:
            width, height = 34 + number * 17 % 22, 130 + number * 29 % 60
            color = colors[number % len(colors)]
            pen.rectangle((left, top + 204 - height, left + width, top + 204), fill=color)
            left, number = left + width + (10 if number % 5 else 60), number + 1


def _mirror(pen: Drawing) -> None:
    pen.rectangle((960, 140, 1860, 860), fill=WOOD)
    for left in (980, 1278, 1576):
        pen.rectangle((left, 160, left + 264, 860), fill="#dfeaea")
        pen.polygon(
            [(left + 40, 860), (left + 200, 160), (left + 240, 160), (left + 80, 860)],
            fill="#edf4f3",
        )
    pen.rounded_rectangle((940, 600, 1880, 622), 11, fill=WOOD_DARK)


def _counter(pen: Drawing) -> None:
    pen.rectangle((1000, 200, 1780, 420), fill=TEAL_LIGHT)
    for left in (1000, 1260, 1520):
        pen.rectangle((left + 8, 208, left + 252, 412), fill=WHITE)
        pen.ellipse((left + 210, 300, left + 230, 320), fill=WOOD_DARK)
    pen.rectangle((960, 640, 1820, 680), fill=WHITE)
    pen.rectangle((980, 680, 1800, 960), fill=TEAL)
    pen.rounded_rectangle((1120, 540, 1300, 640), 20, fill=AMBER)
    pen.rectangle((1100, 520, 1320, 546), fill=WOOD_DARK)


def _tables(pen: Drawing) -> None:
    for left, top, width in ((180, 880, 640), (1080, 880, 640), (560, 1040, 800)):
        for leg in (left + 40, left + width - 66):
            pen.rectangle((leg, top + 40, leg + 26, top + 200), fill=WOOD_DARK)
        pen.rounded_rectangle((left, top, left + width, top + 46), 12, fill=WOOD)
        pen.rounded_rectangle((left + 90, top - 10, left + 260, top), 4, fill=WHITE)
        pen.rounded_rectangle((left + width - 260, top - 10, left + width - 90, top), 4, fill=WHITE)


def _chairs(pen: Drawing) -> None:
    for row, top in enumerate((850, 960, 1070)):
        for number in range(7):
            left = 130 + number * 250 - row * 20
            pen.rounded_rectangle((left, top, left + 150 + row * 14, top + 120), 26, fill=TEAL)
            pen.rounded_rectangle(
                (left - 8, top + 92, left + 158 + row * 14, top + 140), 20, fill=TEAL_LIGHT
            )


def _mats(pen: Drawing) -> None:
    for left, color in ((160, TEAL_LIGHT), (720, AMBER), (1280, PLUM)):
        pen.polygon(
            [(left + 90, 930), (left + 430, 930), (left + 480, 1180), (left, 1180)], fill=color
        )


def _plant(pen: Drawing) -> None:
    pen.ellipse((60, 640, 200, 800), fill=LEAF)
    pen.ellipse((10, 700, 140, 860), fill=LEAF)
    pen.ellipse((120, 690, 260, 850), fill=LEAF)
    pen.polygon([(60, 840), (210, 840), (188, 1000), (82, 1000)], fill=AMBER)


def _cups(pen: Drawing) -> None:
    pen.rounded_rectangle((360, 930, 1560, 990), 16, fill=WOOD)
    for leg in (430, 1450):
        pen.rectangle((leg, 990, leg + 34, 1200), fill=WOOD_DARK)
    for left in (500, 680, 1130, 1310):
        pen.pieslice((left, 780, left + 110, 928), 0, 180, fill=WHITE)
    pen.ellipse((860, 790, 1040, 940), fill=PLUM)
    pen.rectangle((930, 764, 970, 800), fill=PLUM)


THINGS: dict[str, Callable[[Drawing], None]] = {
    "windows": _windows,
    "screen": _screen,
    "board": _board,
    "scrolls": _scrolls,
    "shelves": _shelves,
    "mirror": _mirror,
    "counter": _counter,
    "tables": _tables,
    "chairs": _chairs,
    "mats": _mats,
    "plant": _plant,
    "cups": _cups,
}
