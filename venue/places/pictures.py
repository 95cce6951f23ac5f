"""Turning what a camera made into a small picture that tells nothing beyond what it shows."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
"""What the cameras of phones take; a decompression bomb claims more (own)."""
MOST_BYTES = 200_000
"""A page with twelve of them loads on a bus (own)."""
SIDES = (1280, 960, 640)
QUALITIES = (82, 70, 55)
"""The first pair that stays below `MOST_BYTES` is taken; the last is taken as it is."""
PAPER = "#faf7f1"
"""What shows through a transparent picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG as it is served, and the digest by which it is addressed."""

    content: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the content in hexadecimal."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """This is no picture in one of `FORMATS`, or it is broken."""


@dataclass(frozen=True, slots=True)
class TooManyPixels:
    """The picture would fill the memory: it has more than `MOST_PIXELS`."""


def take_in(file: bytes) -> Picture | Unreadable | TooManyPixels:
    """Return the picture in a file: upright, at most 1280 pixels wide or high, as a plain JPEG.

    Nothing of the file itself stays: not where and when it was taken (EXIF), nor a second picture
    or a program hidden in it.
    """
    try:
        with Image.open(BytesIO(file), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return TooManyPixels()
            # A JPEG is decoded at about the size that is needed, not at the camera's.
            image.draft("RGB", (2 * SIDES[0], 2 * SIDES[0]))
            return _encoded(_on_paper(ImageOps.exif_transpose(image)))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TooManyPixels()
    except (OSError, SyntaxError, ValueError, EOFError, struct.error):
        return Unreadable()


def _on_paper(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", image.size, PAPER)
    paper.paste(layer, mask=layer)
    return paper


def _encoded(image: Image.Image) -> Picture:
    for side in SIDES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            buffer = BytesIO()
            image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
            if buffer.tell() <= MOST_BYTES:
                return Picture(buffer.getvalue(), image.width, image.height)
    return Picture(buffer.getvalue(), image.width, image.height)
