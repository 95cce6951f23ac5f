"""Who gets a meal, until when and for how much, and how portions add up: no database."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venue.lunch.rules import (
    AddressMissing,
    AfterCutoff,
    AgeBand,
    DeliveriesFull,
    Delivery,
    HasMeal,
    MealFact,
    MealWish,
    NoLunch,
    NoWay,
    SittingFull,
    band_of,
    orders_until,
    refusal_of,
)
from venue.lunch.totals import Portion, band_totals, kitchen_totals
from venue.timeline.local_time import instant

UNTIL = instant(date(2026, 9, 16), time(16))
BEFORE = UNTIL - timedelta(seconds=1)
EAT_IN = MealWish(1, 1, None)
BROUGHT = MealWish(1, None, Delivery("桂花苑 3 号", "+8613900000001"))


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (8, AgeBand.OTHER),
        (59, AgeBand.OTHER),
        (60, AgeBand.FROM_60),
        (74, AgeBand.FROM_60),
        (75, AgeBand.FROM_75),
        (89, AgeBand.FROM_75),
        (90, AgeBand.FROM_90),
        (103, AgeBand.FROM_90),
    ],
)
def test_an_age_has_its_band(age, band):
    assert band_of(age) is band


def test_orders_are_taken_until_four_of_the_day_before():
    assert orders_until(date(2026, 9, 17), 1, time(16)) == UNTIL


@pytest.mark.parametrize(
    ("wish", "called_off", "has_meal", "left", "now", "refusal"),
    [
        (EAT_IN, None, False, 1, BEFORE, None),
        (BROUGHT, None, False, None, BEFORE, None),
        (EAT_IN, None, False, 1, UNTIL, AfterCutoff(UNTIL)),
        (EAT_IN, "停水", True, 0, UNTIL, NoLunch("停水")),
        (EAT_IN, None, True, 1, BEFORE, HasMeal()),
        (EAT_IN, None, False, 0, BEFORE, SittingFull()),
        (BROUGHT, None, False, 0, BEFORE, DeliveriesFull()),
        (MealWish(1, None, None), None, False, None, BEFORE, NoWay()),
        (MealWish(1, 1, BROUGHT.delivery), None, False, 1, BEFORE, NoWay()),
        (MealWish(1, None, Delivery("", "+86")), None, False, None, BEFORE, AddressMissing()),
        (MealWish(1, None, Delivery("桂花苑", "")), None, False, None, BEFORE, AddressMissing()),
    ],
)
def test_a_meal_is_refused_for_one_reason(wish, called_off, has_meal, left, now, refusal):
    assert refusal_of(wish, MealFact(UNTIL, called_off, has_meal, left), now) == refusal


PORTIONS = st.lists(
    st.builds(
        Portion,
        dish=st.sampled_from(["红烧肉", "清蒸鱼", "素什锦"]),
        diet=st.sampled_from(["", "少盐", "糖尿病"]),
        starts_time=st.sampled_from([None, time(11), time(12)]),
        band=st.sampled_from(AgeBand),
        price_fen=st.integers(0, 5000),
    )
)


@given(PORTIONS)
def test_totals_equal_the_orders_to_the_portion(portions):
    totals, bands = kitchen_totals(portions), band_totals(portions)
    assert sum(one.portions for one in totals) == len(portions)
    assert all(sum(one.by_time.values()) == one.portions for one in totals)
    diets = sum((Counter(one.by_diet) for one in totals), Counter())
    assert diets == Counter(one.diet for one in portions if one.diet)
    assert sum(one.portions for one in bands) == len(portions)
    assert sum(one.owed_fen for one in bands) == sum(one.price_fen for one in portions)
