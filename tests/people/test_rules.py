"""The rules on people as tables of cases."""

from __future__ import annotations

import pytest

from venue.people.rules import is_pair


@pytest.mark.parametrize(
    ("ages", "pair"),
    [((70, 6), True), ((17, 18), True), ((70, 40), False), ((6, 7), False), ((70,), False)],
)
def test_a_pair_is_one_adult_and_one_child(ages, pair):
    assert is_pair(ages) is pair
