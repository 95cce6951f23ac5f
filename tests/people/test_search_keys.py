"""By what a person is found: tables of names and of words."""

from __future__ import annotations

import pytest

from venue.people.search_keys import name_keys, number_keys, person_keys, spans_of


def fits(word, keys):
    """Tell whether a word begins one of the keys."""
    return any(low <= key <= high for low, high in spans_of(word) for key in keys)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("王秀英", ["王", "王秀英", "秀英", "英", "wxy", "WX", "wangxiu", "xiuying", "xy"]),
        ("单玉兰", ["shan", "dan", "syl", "单玉", "yulan"]),
        ("欧阳娜", ["ouyang", "oyn", "ouyangna", "欧阳"]),
        ("吕布", ["lv", "lb"]),
        ("Anna Smith", ["anna", "ANNA", "smith", "annasmith"]),
        ("阿依古丽·买买提", ["阿依", "买买提", "阿依古丽买买提", "aygl"]),
    ],
)
def test_a_name_is_found_by_its_parts_and_by_its_pinyin(name, words):
    assert [word for word in words if not fits(word, name_keys(name))] == []


@pytest.mark.parametrize("word", ["秀王", "wyx", "ang", "·", "", "*", "%", "王_英"])
def test_what_is_no_beginning_of_a_part_finds_nobody(word):
    assert not fits(word, name_keys("王秀英"))


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("8765", True),
        ("765", True),
        ("65", False),
        ("13900138765", True),
        ("1390", False),
        ("1953", True),
        ("195", True),
        ("1954", False),
        ("3号", True),
        ("3号楼", True),
        ("３号楼", True),  # full width, as some keyboards type it
        ("号楼", False),
    ],
)
def test_digits_are_the_end_of_a_number_or_begin_a_year_or_a_building(word, found):
    keys = person_keys("王秀英", 1953, "+8613900138765", "3 号楼")
    assert fits(word, keys) is found


def test_a_name_of_many_readings_has_a_bounded_number_of_keys():
    assert len(name_keys("行行行行行行行行行行行行")) < 250


def test_who_has_no_number_has_no_key_of_one():
    assert number_keys(None) == set()
