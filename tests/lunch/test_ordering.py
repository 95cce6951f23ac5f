"""Ordering and cancelling meals, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from tests import town as make
from tests.lunch.conftest import HOME, PLAN, TOMORROW
from venue import clock as venue_clock
from venue.audit.models import AuditEntry
from venue.audit.rules import SYSTEM, Channel
from venue.lunch.kitchen_troubles import call_off_lunch, substitute
from venue.lunch.models import LunchProfile, MenuDay
from venue.lunch.ordering import Cancelled, HasEnded, Ordered, Refused, cancel
from venue.lunch.planning import (
    DayPlan,
    DeliveriesTaken,
    DishOrdered,
    MenuWritten,
    SittingTaken,
    write_menu,
)
from venue.lunch.prices import set_prices
from venue.lunch.reading import meals_between, portion_of
from venue.lunch.rules import (
    AfterCutoff,
    AgeBand,
    DeliveriesFull,
    HasMeal,
    NoLunch,
    OrderEnding,
    SittingFull,
)
from venue.notifications.rules import MessageKind
from venue.places.models import Patron


@pytest.fixture
def acts():
    return {"actor": SYSTEM, "now": venue_clock.now()}


def test_a_meal_has_the_price_of_the_age_on_its_day(db_session, town, lunch, order, row, told):
    grandmother = make.person(db_session, "吴秀英", birth_on=date(1951, 9, 17))
    ordered = order(grandmother, diet="少盐")

    assert isinstance(ordered, Ordered)
    one = row(ordered.order_id)
    assert (one.band, one.price_fen, one.channel) == (AgeBand.FROM_75, 800, Channel.TELEPHONE)
    assert (one.sitting.taken, one.address) == (1, "")
    assert told() == [(grandmother.id, MessageKind.MEAL_ORDERED)]
    assert db_session.get_one(LunchProfile, grandmother.id).diet == "少盐"
    assert db_session.get(Patron, (town.wutongli.id, grandmother.id)) is not None
    assert "meal.ordered" in db_session.scalars(select(AuditEntry.action)).all()


def test_prices_change_for_later_orders_only(db_session, town, order, row, acts):
    first = order(town.zhou_jianguo).order_id
    before = row(first).price_fen
    set_prices(db_session(), town.wutongli.id, dict.fromkeys(AgeBand, 700), **acts)
    second = order(town.lin_xiao).order_id
    assert (row(first).price_fen, row(second).price_fen) == (before, 700)


def test_one_person_has_one_meal_a_day_until_it_is_cancelled(db_session, town, lunch, order, acts):
    first = order(town.zhou_jianguo)
    assert order(town.zhou_jianguo, dish=1, delivery=HOME) == Refused(HasMeal())
    assert cancel(db_session(), first.order_id, **acts) == Cancelled(first.order_id)
    assert cancel(db_session(), first.order_id, **acts) == Cancelled(first.order_id)
    assert isinstance(order(town.zhou_jianguo, dish=1, delivery=HOME), Ordered)
    db_session.expire_all()
    assert (lunch.sittings[0].taken, lunch.delivered) == (0, 1)


def test_no_more_sit_down_or_are_delivered_than_there_is_room(db_session, town, lunch, order):
    people = make.crowd(db_session, 4)
    assert isinstance(order(people[0], sitting=1), Ordered)
    assert order(people[1], sitting=1) == Refused(SittingFull())
    for one in people[1:3]:
        assert isinstance(order(one, delivery=HOME), Ordered)
    assert order(people[3], delivery=HOME) == Refused(DeliveriesFull())


def test_after_the_cut_off_nothing_is_ordered_or_cancelled(db_session, town, lunch, order):
    ordered, until = order(town.zhou_jianguo), lunch.orders_until_at
    assert order(town.lin_xiao, now=until) == Refused(AfterCutoff(until))
    late = cancel(db_session(), ordered.order_id, actor=SYSTEM, now=until)
    assert late == Refused(AfterCutoff(until))


def test_a_process_whose_clock_is_slow_is_told_the_time_by_the_database(
    db_session, monkeypatch, town, lunch, order
):
    slow = datetime.now(UTC) - timedelta(hours=1)
    monkeypatch.setattr(venue_clock, "_system", lambda: slow)
    monkeypatch.setattr(venue_clock, "_read", venue_clock._system)
    lunch.orders_until_at = datetime.now(UTC) - timedelta(minutes=30)
    db_session.flush()
    assert venue_clock.now() < lunch.orders_until_at
    at = venue_clock.database_now(db_session())
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert isinstance(order(town.lin_xiao, now=at), Refused)


def test_a_missing_dish_is_substituted_and_who_ordered_it_is_told(
    db_session, town, lunch, order, row, told, acts
):
    ordered, other = order(town.zhou_jianguo), order(town.lin_xiao, dish=1)
    found = substitute(db_session(), lunch.dishes[0].id, "粉蒸肉", "青菜", **acts)
    assert found.people == 1
    assert told()[2:] == [(town.zhou_jianguo.id, MessageKind.DISH_SUBSTITUTED)]
    dish = row(ordered.order_id).dish
    assert (dish.name, dish.instead_of) == ("粉蒸肉", "红烧肉")
    assert row(other.order_id).dish.name == "清蒸鱼"
    assert substitute(db_session(), dish.id, "粉蒸肉", "青菜", **acts).people == 0


def test_lunch_that_is_called_off_ends_every_order_once(
    db_session, town, lunch, order, row, told, acts
):
    ordered = [order(town.zhou_jianguo), order(town.lin_xiao, delivery=HOME)]
    assert call_off_lunch(db_session(), lunch.id, "停水", **acts).people == 2
    assert call_off_lunch(db_session(), lunch.id, "停水", **acts).people == 0
    assert [row(one.order_id).ending for one in ordered] == [OrderEnding.CALLED_OFF] * 2
    assert [kind for _, kind in told()[2:]] == [MessageKind.MEAL_CALLED_OFF] * 2
    assert cancel(db_session(), ordered[0].order_id, **acts) == HasEnded()
    assert order(town.chen_min) == Refused(NoLunch("停水"))


@pytest.mark.parametrize(
    ("plan", "refusal"),
    [
        (DayPlan([("粉蒸肉", ""), ("清蒸鱼", "")], PLAN.sittings, 2), DishOrdered("红烧肉")),
        (DayPlan(PLAN.dishes, {time(12): 5}, 2), SittingTaken(time(11), 1)),
        (DayPlan(PLAN.dishes, PLAN.sittings, 0), DeliveriesTaken(1)),
    ],
)
def test_a_menu_takes_no_order_away(db_session, town, lunch, order, acts, plan, refusal):
    order(town.zhou_jianguo)
    order(town.lin_xiao, delivery=HOME)
    assert write_menu(db_session(), town.wutongli.id, TOMORROW, plan, **acts) == refusal
    db_session.expire_all()
    assert [one.name for one in lunch.dishes] == ["红烧肉", "清蒸鱼"]
    assert (lunch.deliveries, lunch.sittings[0].capacity) == (2, 2)


def test_a_menu_is_changed_where_nobody_ordered(db_session, town, lunch, acts):
    plan = DayPlan([("面条", "")], {time(11): 9, time(12, 30): 4}, None)
    made = write_menu(db_session(), town.wutongli.id, TOMORROW, plan, **acts)
    assert made == MenuWritten(lunch.id)
    db_session.expire_all()
    day = db_session.get_one(MenuDay, lunch.id)
    assert [one.name for one in day.dishes] == ["面条"]
    assert [(one.starts_time, one.capacity) for one in day.sittings] == [
        (time(11), 9),
        (time(12, 30), 4),
    ]


def test_what_the_kitchen_reads_is_what_was_ordered(db_session, town, lunch, order, acts):
    order(town.zhou_jianguo, diet="少盐")
    order(town.lin_xiao, dish=1, delivery=HOME)
    gone = order(town.chen_min)
    cancel(db_session(), gone.order_id, **acts)
    found = [
        portion_of(one) for one in meals_between(db_session(), town.wutongli.id, TOMORROW, TOMORROW)
    ]
    assert [(one.dish, one.diet, one.starts_time) for one in found] == [
        ("红烧肉", "少盐", time(11)),
        ("清蒸鱼", "", None),
    ]
