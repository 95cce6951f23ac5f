"""Reading lunch: the menu ahead, what people ordered, and the orders of a day or a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.lunch.models import Dish, LunchProfile, MealOrder, MenuDay
from venue.lunch.totals import Portion
from venue.people.models import Person


def menu_between(
    session: Session, center_id: int, first_on: date, last_on: date
) -> Sequence[MenuDay]:
    """Return the days of a menu from one day to another, with dishes and sittings."""
    return session.scalars(
        select(MenuDay)
        .where(MenuDay.center_id == center_id, MenuDay.served_on.between(first_on, last_on))
        .order_by(MenuDay.served_on)
        .options(selectinload(MenuDay.dishes), selectinload(MenuDay.sittings))
    ).all()


def menu_on(session: Session, center_id: int, served_on: date) -> MenuDay | None:
    """Return the menu of one day, None when none was written."""
    return next(iter(menu_between(session, center_id, served_on, served_on)), None)


def last_menu(session: Session, center_id: int, before: date) -> MenuDay | None:
    """Return the latest day of a menu before another: a new one begins as a copy of its form."""
    return session.scalar(
        select(MenuDay)
        .where(MenuDay.center_id == center_id, MenuDay.served_on < before)
        .order_by(MenuDay.served_on.desc())
        .limit(1)
        .options(selectinload(MenuDay.dishes), selectinload(MenuDay.sittings))
    )


def orders_ahead(session: Session, person_ids: Sequence[int], from_on: date) -> Sequence[MealOrder]:
    """Return the meals that some people have from a day on, the soonest first."""
    return session.scalars(
        select(MealOrder)
        .where(
            MealOrder.person_id.in_(person_ids),
            MealOrder.served_on >= from_on,
            MealOrder.ended_at.is_(None),
        )
        .order_by(MealOrder.served_on, MealOrder.person_id)
        .options(
            joinedload(MealOrder.day, innerjoin=True).joinedload(MenuDay.center, innerjoin=True),
            joinedload(MealOrder.dish, innerjoin=True),
            joinedload(MealOrder.sitting),
            joinedload(MealOrder.person, innerjoin=True),
        )
    ).all()


def profile_of(session: Session, person_id: int) -> LunchProfile | None:
    """Return what the kitchen knows of a person."""
    return session.get(LunchProfile, person_id)


Meal = tuple[MealOrder, str]
"""An order, and the diet of its person."""


def meals_between(
    session: Session, center_id: int, first_on: date, last_on: date
) -> Sequence[Meal]:
    """Return the meals of a center from one day to another, by day, dish and name."""
    rows = session.execute(
        select(MealOrder, LunchProfile.diet)
        .join(MenuDay, MenuDay.id == MealOrder.menu_day_id)
        .join(Person, Person.id == MealOrder.person_id)
        .join(Dish, Dish.id == MealOrder.dish_id)
        .outerjoin(LunchProfile, LunchProfile.person_id == MealOrder.person_id)
        .where(
            MenuDay.center_id == center_id,
            MenuDay.served_on.between(first_on, last_on),
            MealOrder.ended_at.is_(None),
        )
        .order_by(MealOrder.served_on, Dish.position, Person.full_name, MealOrder.id)
        .options(
            joinedload(MealOrder.dish, innerjoin=True),
            joinedload(MealOrder.sitting),
            joinedload(MealOrder.person, innerjoin=True),
        )
    )
    return [(order, diet or "") for order, diet in rows]


def portion_of(meal: Meal) -> Portion:
    """Return what is counted of a meal."""
    order, diet = meal
    starts_time = order.sitting.starts_time if order.sitting else None
    return Portion(order.dish.name, diet, starts_time, order.band, order.price_fen)


def export_month(
    session: Session, center_id: int, first_on: date, last_on: date, *, actor: Actor, now: datetime
) -> Sequence[Meal]:
    """Return the meals of a month for a file with names, and record that it leaves."""
    meals = meals_between(session, center_id, first_on, last_on)
    facts = {"since": first_on.isoformat(), "meals": len(meals)}
    record(session, actor, "lunch.exported", ("center", center_id), at=now, facts=facts)
    return meals
