"""How many carers children need, as tables. Source: see `venue.childcare.ratio`."""

from __future__ import annotations

import pytest

from venue.childcare.ratio import Ratio, Staffing, staff_needed


@pytest.mark.parametrize(
    ("children", "carers"),
    [(-1, 0), (0, 0), (1, 2), (25, 2), (26, 3), (45, 3), (46, 4), (65, 4), (66, 5)],
)
def test_twenty_five_need_two_and_each_further_twenty_one_more(children, carers):
    assert staff_needed(children) == carers


@pytest.mark.parametrize(
    ("children", "carers", "staffing"),
    [
        (0, 0, Staffing.ENOUGH),
        (1, 1, Staffing.SHORT),
        (1, 2, Staffing.ENOUGH),
        (20, 2, Staffing.ENOUGH),
        (21, 2, Staffing.STRETCHED),
        (25, 2, Staffing.STRETCHED),
        (25, 3, Staffing.ENOUGH),
        (26, 2, Staffing.SHORT),
        (26, 3, Staffing.ENOUGH),
        (31, 3, Staffing.STRETCHED),
    ],
)
def test_the_present_carers_are_enough_stretched_or_short(children, carers, staffing):
    assert Ratio(children, carers).staffing is staffing
