"""Lunch of the demo town: menus around today, and who eats or has it brought."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from venue.audit.rules import Actor, Channel
from venue.demo.town import Facts, Town, read, wall_time
from venue.lunch.models import MenuDay
from venue.lunch.ordering import Ordered, order_meal
from venue.lunch.planning import DayPlan, MenuWritten, write_menu
from venue.lunch.rules import Delivery, MealWish
from venue.people.models import Person

SUNDAY = 7
ORDERED_BEFORE = timedelta(hours=3)
"""So long before the cut-off, unless that is still to come."""


def serve_lunch(town: Town) -> None:
    """Write the menus, and order: for the past days, and until tomorrow."""
    for slug, facts in read("lunch").items():
        for number in range(facts["first"], facts["last"] + 1):
            on = town.in_days(number)
            if on.isoweekday() != SUNDAY:
                day = _write(town, slug, facts, on)
                if number <= 1:
                    _order(town, facts, day)


def _write(town: Town, slug: str, facts: Facts, on: date) -> MenuDay:
    dishes = [
        (dish["name"], dish.get("sides", "")) for dish in facts["dishes"][on.isoweekday() - 1]
    ]
    sittings = {wall_time(at): places for at, places in facts["sittings"].items()}
    plan = DayPlan(dishes, sittings, facts["deliveries"])
    manager = Actor(town.people["沈岚"].id, Channel.ONLINE)
    center_id = town.centers[slug].id
    made = write_menu(town.session, center_id, on, plan, actor=manager, now=town.now)
    if not isinstance(made, MenuWritten):
        raise TypeError(f"the menu of {on} cannot be written: {made}")
    return town.session.get_one(MenuDay, made.menu_day_id)


def _order(town: Town, facts: Facts, day: MenuDay) -> None:
    by_time = {f"{one.starts_time:%H:%M}": one.id for one in day.sittings}
    for one in facts["orders"]:
        wish = MealWish(day.dishes[one["dish"]].id, by_time[one["at"]], None, one.get("diet", ""))
        _ask(town, day, town.people[one["who"]], wish)
    crowd = [*town.crowds["seniors"], *town.crowds["adults"]]
    diets, addresses = facts["diets"], facts["addresses"]
    places = list(by_time.values())
    for number, person in enumerate(crowd[: facts["eat_in"] + facts["brought"]]):
        delivery = None
        if number < facts["brought"]:
            address = addresses[number % len(addresses)]
            delivery = Delivery(address, person.phone or day.center.phone)
        sitting_id = None if delivery else places[number % len(places)]
        dish = day.dishes[number % len(day.dishes)]
        diet = diets[number % len(diets)]
        _ask(town, day, person, MealWish(dish.id, sitting_id, delivery, diet))


def _ask(town: Town, day: MenuDay, person: Person, wish: MealWish) -> None:
    acts: dict[str, Any] = {
        "actor": Actor(town.people["何静"].id, Channel.TELEPHONE),
        "now": min(town.now, day.orders_until_at) - ORDERED_BEFORE,
    }
    outcome = order_meal(town.session, person.id, wish, **acts)
    if not isinstance(outcome, Ordered):
        raise TypeError(f"{person.full_name} gets no lunch on {day.served_on}: {outcome}")
