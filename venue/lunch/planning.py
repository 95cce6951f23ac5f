"""Writing the menu: which dishes and sittings a day has, as long as nobody loses an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.config import settings
from venue.lunch.models import Dish, MealOrder, MenuDay, Sitting
from venue.lunch.rules import orders_until
from venue.places.models import Center


@dataclass(frozen=True, slots=True)
class DayPlan:
    """What a day is to offer: dishes (name, sides) in order, places by time, deliveries."""

    dishes: Sequence[tuple[str, str]]
    sittings: Mapping[time, int]
    deliveries: int | None


@dataclass(frozen=True, slots=True)
class MenuWritten:
    """The day stands in the menu."""

    menu_day_id: int


@dataclass(frozen=True, slots=True)
class DishOrdered:
    """Somebody ordered this dish: it can be substituted, which they are told, not removed."""

    name: str


@dataclass(frozen=True, slots=True)
class SittingTaken:
    """So many sit down at this time already."""

    starts_time: time
    taken: int


@dataclass(frozen=True, slots=True)
class DeliveriesTaken:
    """So many are delivered already."""

    taken: int


MenuRefusal = DishOrdered | SittingTaken | DeliveriesTaken


def write_menu(
    session: Session, center_id: int, served_on: date, plan: DayPlan, *, actor: Actor, now: datetime
) -> MenuWritten | MenuRefusal:
    """Write or change what a center offers on a day; the cut-off is that of the settings.

    The center is locked, so that two who begin the same day write it one after the other; then the
    day, for which nobody orders meanwhile.
    """
    session.execute(select(Center.id).where(Center.id == center_id).with_for_update(key_share=True))
    day = _day(session, center_id, served_on)
    with session.begin_nested() as savepoint:
        refusal = (
            _set_deliveries(day, plan.deliveries)
            or _set_sittings(session, day, plan.sittings)
            or _set_dishes(session, day, plan.dishes)
        )
        if refusal is not None:
            savepoint.rollback()
            return refusal
    facts = {"center_id": center_id, "dishes": len(plan.dishes), "sittings": len(plan.sittings)}
    record(session, actor, "menu.written", ("menu_day", day.id), at=now, facts=facts)
    return MenuWritten(day.id)


def _day(session: Session, center_id: int, served_on: date) -> MenuDay:
    found = session.scalar(
        select(MenuDay)
        .where(MenuDay.center_id == center_id, MenuDay.served_on == served_on)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if found is not None:
        return found
    until = time.fromisoformat(settings().lunch_orders_until)
    made = MenuDay(
        center_id=center_id,
        served_on=served_on,
        orders_until_at=orders_until(served_on, settings().lunch_days_before, until),
        delivered=0,
    )
    session.add(made)
    session.flush()
    return made


def _set_deliveries(day: MenuDay, deliveries: int | None) -> DeliveriesTaken | None:
    if deliveries is not None and deliveries < day.delivered:
        return DeliveriesTaken(day.delivered)
    day.deliveries = deliveries
    return None


def _set_sittings(
    session: Session, day: MenuDay, wanted: Mapping[time, int]
) -> SittingTaken | None:
    kept = {
        one.starts_time: one
        for one in session.scalars(
            select(Sitting)
            .where(Sitting.menu_day_id == day.id)
            .execution_options(populate_existing=True)
        )
    }
    used = set(session.scalars(select(MealOrder.sitting_id).where(MealOrder.menu_day_id == day.id)))
    for starts_time, one in kept.items():
        if wanted.get(starts_time, 0) < one.taken:
            return SittingTaken(starts_time, one.taken)
        if starts_time in wanted:
            one.capacity = wanted[starts_time]
        elif one.id in used:
            one.capacity = 0
        else:
            session.delete(one)
    session.add_all(
        Sitting(menu_day_id=day.id, starts_time=starts_time, capacity=capacity, taken=0)
        for starts_time, capacity in wanted.items()
        if starts_time not in kept
    )
    session.flush()
    return None


def _set_dishes(
    session: Session, day: MenuDay, wanted: Sequence[tuple[str, str]]
) -> DishOrdered | None:
    """Set the dishes in order; one that was ordered, even by who cancelled, stays what it is."""
    kept = session.scalars(
        select(Dish).where(Dish.menu_day_id == day.id).order_by(Dish.position)
    ).all()
    ordered = set(session.scalars(select(MealOrder.dish_id).where(MealOrder.menu_day_id == day.id)))
    for one, said in zip(kept, [*wanted, *[None] * len(kept)], strict=False):
        if one.id in ordered and (said is None or said[0] != one.name):
            return DishOrdered(one.name)
        if said is None:
            session.delete(one)
        else:
            one.name, one.sides = said
    session.add_all(
        Dish(menu_day_id=day.id, position=position, name=name, sides=sides)
        for position, (name, sides) in enumerate(wanted)
        if position >= len(kept)
    )
    session.flush()
    return None
