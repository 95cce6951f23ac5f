"""How many carers so many children need; no database."""

from __future__ import annotations

import pytest

from venue.childcare.ratio import is_short, is_stretched, staff_needed


@pytest.mark.parametrize(
    ("children", "carers"),
    [
        (0, 0),
        (1, 2),
        (24, 2),
        (25, 2),
        (26, 3),
        (45, 3),
        (46, 4),
        (65, 4),
        (66, 5),
        (85, 5),
        (86, 6),
    ],
)
def test_the_table_of_the_decree(children, carers):
    assert staff_needed(children) == carers


def test_one_more_child_never_needs_fewer_carers():
    needed = [staff_needed(children) for children in range(200)]
    assert needed == sorted(needed)


@pytest.mark.parametrize(
    ("children", "carers", "stretched"),
    [(0, 0, False), (1, 0, True), (20, 2, False), (21, 2, True), (25, 3, False), (31, 3, True)],
)
def test_more_than_ten_children_for_each_carer_are_a_warning(children, carers, stretched):
    assert is_stretched(children, carers) is stretched


@pytest.mark.parametrize(
    ("children", "carers", "short"),
    [(0, 0, False), (1, 1, True), (25, 2, False), (26, 2, True), (46, 3, True), (46, 4, False)],
)
def test_fewer_carers_than_the_table_asks_are_too_few(children, carers, short):
    assert is_short(children, carers) is short
