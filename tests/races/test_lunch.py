"""Two who want the last place, or two meals for one person: the database keeps both promises."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests.races.facts import by
from tests.races.meeting import act, meeting
from venue import clock
from venue.audit.rules import SYSTEM
from venue.lunch.kitchen_troubles import call_off_lunch
from venue.lunch.models import MenuDay
from venue.lunch.ordering import Ordered, Refused, order_meal
from venue.lunch.planning import DayPlan, write_menu
from venue.lunch.rules import HasMeal, MealWish, NoLunch, SittingFull

pytestmark = pytest.mark.race

with_and_without_row_locks = pytest.mark.parametrize(
    ("database", "row_locks"),
    [("sqlite", "kept"), ("postgresql", "kept"), ("postgresql", "dropped")],
    indirect=True,
)
"""A conditional UPDATE and a unique index need no lock before them."""


@pytest.fixture
def lunch(db_session, town) -> MenuDay:
    """One place is left at each of two sittings."""
    plan = DayPlan([("红烧肉", "")], {time(11): 1, time(12): 1}, None)
    acts = {"actor": SYSTEM, "now": clock.now()}
    made = write_menu(db_session(), town.wutongli.id, date(2026, 9, 18), plan, **acts)
    db_session.commit()
    return db_session.get_one(MenuDay, made.menu_day_id)


@pytest.fixture
def order(lunch):
    """Return an act that orders a meal for somebody."""

    def ordering(who, sitting=0):
        wish = MealWish(lunch.dishes[0].id, lunch.sittings[sitting].id, None)
        return act(order_meal, who.id, wish, **by(who))

    return ordering


@with_and_without_row_locks
def test_the_last_place_of_a_sitting_goes_to_one(db_session, town, lunch, order, meet):
    first, second = meet(order(town.lin_xiao), order(town.zhou_wen))
    assert isinstance(first, Ordered)
    assert second == Refused(SittingFull())
    db_session.expire_all()
    assert lunch.sittings[0].taken == 1


@with_and_without_row_locks
def test_one_person_gets_one_meal_however_often_it_is_asked_for(
    db_session, town, lunch, order, meet
):
    first, second = meet(order(town.lin_xiao), order(town.lin_xiao, sitting=1))
    assert isinstance(first, Ordered)
    assert second == Refused(HasMeal())
    db_session.expire_all()
    assert [one.taken for one in lunch.sittings] == [1, 0]


@meeting
def test_nobody_orders_what_is_called_off_at_that_moment(town, lunch, order, meet):
    call_off = act(call_off_lunch, lunch.id, "停水", **by(town.shen_lan))
    _, ordered = meet(call_off, order(town.lin_xiao))
    assert ordered == Refused(NoLunch("停水"))
