"""Taking in a picture: upright, small, and with nothing in it but what it shows."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from venue.places.pictures import (
    MOST_BYTES,
    Picture,
    TooManyPixels,
    Unreadable,
    take_in,
)

PLACE_TAKEN, ORIENTATION = 0x8825, 0x0112
TURNED = 6
"""Camera held upright: the picture must be turned a quarter clockwise (EXIF 2.32)."""


def file(size=(400, 300), kind="JPEG", color="#0b5c55", **options) -> bytes:
    buffer = BytesIO()
    Image.new(options.pop("mode", "RGB"), size, color).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(picture.content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_a_jpeg(kind: str) -> None:
    picture = take_in(file(kind=kind))
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == (400, 300)
    assert opened(picture).format == "JPEG"


def test_where_it_was_taken_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif[PLACE_TAKEN] = {1: "N", 2: (31.0, 13.0, 0.0)}
    picture = take_in(file(exif=exif))
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == (300, 400)
    assert not opened(picture).getexif()
    assert b"Exif" not in picture.content


def test_a_large_picture_is_made_small() -> None:
    picture = take_in(file((4000, 3000)))
    assert isinstance(picture, Picture)
    assert (picture.width, picture.height) == (1280, 960)


def test_even_noise_stays_below_the_limit_or_is_as_small_as_it_gets() -> None:
    noise = random.Random(7).randbytes(1600 * 1200 * 3)  # noqa: S311  (no secret)
    buffer = BytesIO()
    Image.frombytes("RGB", (1600, 1200), noise).save(buffer, "PNG")
    picture = take_in(buffer.getvalue())
    assert isinstance(picture, Picture)
    assert len(picture.content) <= MOST_BYTES or picture.width == 640


def test_what_is_transparent_lies_on_paper() -> None:
    picture = take_in(file(kind="PNG", mode="RGBA", color=(0, 0, 0, 0)))
    assert isinstance(picture, Picture)
    red, green, blue = opened(picture).getpixel((10, 10))
    assert min(red, green, blue) > 230


def bomb(width: int, height: int) -> bytes:
    """Return the head of a PNG that claims to be so large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", len(head))
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
        + b"\x00\x00\x00\x00IEND\xaeB`\x82"
    )


@pytest.mark.parametrize("size", [(10_000, 6_000), (12_000, 9_000), (60_000, 60_000)])
def test_what_would_fill_the_memory_is_not_even_decoded(size) -> None:
    assert take_in(bomb(*size)) == TooManyPixels()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"GIF89a" + b"\0" * 40,
        file()[:200],
        bomb(100, 100),
    ],
    ids=["nothing", "svg", "pdf", "gif", "half a file", "no pixels"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert take_in(content) == Unreadable()


def test_the_same_picture_has_the_same_address_and_another_one_another() -> None:
    one, same, other = take_in(file()), take_in(file()), take_in(file(color="#b3370f"))
    assert isinstance(one, Picture)
    assert one == same
    assert one.digest != other.digest
