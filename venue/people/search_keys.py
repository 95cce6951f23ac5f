"""By what a person is found: parts of the name, its pinyin, ends of numbers, year, building.

A key is what a typed word begins with, so that one index over all keys answers every search. The
readings of characters are of pypinyin; of a name with several, all are kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import islice, product

from pypinyin import Style, pinyin

SHORTEST_TAIL = 3
"""Digits at the end of a number that are worth looking for: fewer fit half of the town."""
LONGEST_KEY = 60
MOST_READINGS = 8
"""Ways to read one name that are kept: more have only names of many rare characters (own)."""
TAIL_MARK = "~"
"""Opens the key of a number, which is kept from its last digit to its first."""
YEAR = re.compile("(19|20)[0-9]{2}")
LAST = "\U0010ffff"
"""Sorts after every character that anybody types."""


def squeezed(text: str) -> str:
    """Return a word as it is compared: of one width and case, without spaces and punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if one.isalnum())


def name_keys(full_name: str) -> set[str]:
    """Return the keys of a name.

    王秀英 is found by 王秀英, 秀英 and 英, by wangxiuying and xiuying, and by wxy and xy; Anna
    Smith by annasmith and smith.
    """
    words = full_name.split()
    keys = {squeezed("".join(words[start:])) for start in range(len(words))}
    whole = squeezed(full_name)
    if whole and all(_is_han(character) for character in whole):
        keys |= {whole[start:] for start in range(len(whole))}
        readings = pinyin(whole, style=Style.NORMAL, heteronym=True)
        for start in range(max(1, len(whole) - 1)):
            rest = readings[start:]
            keys |= _joined(rest) | _joined([sorted({one[0] for one in ways}) for ways in rest])
    return {key[:LONGEST_KEY] for key in keys if key}


def number_keys(phone: str | None) -> set[str]:
    """Return the keys of a telephone number (E.164): its digits, the last one first."""
    return {TAIL_MARK + _digits(phone)[::-1]} if phone else set()


def person_keys(
    full_name: str, birth_year: int, phone: str | None, building: str | None
) -> set[str]:
    """Return all keys of a person."""
    home = {squeezed(building)[:LONGEST_KEY]} - {""} if building else set()
    return name_keys(full_name) | {str(birth_year)} | number_keys(phone) | home


def spans_of(word: str) -> list[tuple[str, str]]:
    """Return the spans of keys (from, to, both included) of which a person needs one to fit.

    No span at all means that nobody fits: the word has neither letters nor digits.
    """
    text = squeezed(word)[:LONGEST_KEY]
    if not text:
        return []
    spans = [(text, text + LAST)]
    if text.isascii() and text.isdigit() and len(text) >= SHORTEST_TAIL:
        tail = TAIL_MARK + text[::-1]
        spans.append((tail, tail + LAST))
    return spans


def rarity(word: str) -> int:
    """Return how few people a word fits, roughly: a year fits many, a character few."""
    text = squeezed(word)
    if YEAR.fullmatch(text):
        return 0
    return sum(2 if _is_han(character) else 1 for character in text)


def _joined(readings: Iterable[list[str]]) -> set[str]:
    """Return the readings of characters, one after the other, in every way up to a limit."""
    return {"".join(one) for one in islice(product(*readings), MOST_READINGS)}


def _digits(phone: str) -> str:
    return "".join(one for one in phone if one.isdigit())


def _is_han(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK ")
