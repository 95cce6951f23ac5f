"""Ordering a meal and cancelling it, until the kitchen has its figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import execute_core
from venue.lunch.models import Dish, LunchProfile, MealOrder, MenuDay, Sitting
from venue.lunch.prices import price_of
from venue.lunch.rules import (
    AfterCutoff,
    HasMeal,
    MealFact,
    MealWish,
    OrderEnding,
    Refusal,
    full,
    refusal_of,
)
from venue.lunch.telling import tell_about
from venue.notifications.rules import MessageKind
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.places.membership import know


@dataclass(frozen=True, slots=True)
class Ordered:
    """The kitchen counts one more."""

    order_id: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is no meal."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The kitchen counts one less; nothing is owed."""

    order_id: int


@dataclass(frozen=True, slots=True)
class HasEnded:
    """There is no such order any more: the center called the day off."""


def order_meal(
    session: Session, person_id: int, wish: MealWish, *, actor: Actor, now: datetime
) -> Ordered | Refused:
    """Order one meal for a person, at the price of their age on that day.

    The person is locked, then the day, so that nobody orders what is called off meanwhile; one
    statement takes the place. What the kitchen should know of them is kept for the next time.
    Raises KeyError for an unknown person, NoResultFound for a dish that is none or for a sitting
    of another day.
    """
    person = lock_people(session, [person_id])[person_id]
    day = lock_day(session, of_dish(wish.dish_id))
    reason = refusal_of(wish, _fact(session, person_id, day, wish), now)
    if reason is not None:
        return Refused(reason)
    with session.begin_nested() as savepoint:
        if not _take_place(session, day, wish):
            savepoint.rollback()
            return Refused(full(wish))
        try:
            made = _write(session, person, day, wish, actor=actor, now=now)
        except IntegrityError:
            savepoint.rollback()
            return Refused(HasMeal())
    know(session, day.center_id, person_id, now=now)
    facts = {"person_id": person_id, "menu_day_id": day.id, "price_fen": made.price_fen}
    record(session, actor, "meal.ordered", ("meal_order", made.id), at=now, facts=facts)
    tell_about(session, made, MessageKind.MEAL_ORDERED, now=now)
    return Ordered(made.id)


def cancel(
    session: Session, order_id: int, *, actor: Actor, now: datetime
) -> Cancelled | Refused | HasEnded:
    """Cancel a meal until the cut-off; asked twice, it answers the same.

    Raises NoResultFound for an unknown order.
    """
    found = session.execute(
        select(MealOrder.person_id, MealOrder.dish_id).where(MealOrder.id == order_id)
    ).one()
    lock_people(session, [found.person_id])
    day = lock_day(session, of_dish(found.dish_id))
    order = session.get_one(MealOrder, order_id, populate_existing=True)
    if order.ending is OrderEnding.CANCELLED:
        return Cancelled(order_id)
    if order.ending is not None:
        return HasEnded()
    if now >= day.orders_until_at:
        return Refused(AfterCutoff(day.orders_until_at))
    order.ended_at, order.ended_by_id, order.ending = now, actor.person_id, OrderEnding.CANCELLED
    session.flush()
    values = {"row_id": day.id if order.sitting_id is None else order.sitting_id}
    execute_core(session, _NOT_DELIVERED if order.sitting_id is None else _STAND_UP, values)
    facts = {"person_id": order.person_id, "menu_day_id": day.id}
    record(session, actor, "meal.cancelled", ("meal_order", order_id), at=now, facts=facts)
    tell_about(session, order, MessageKind.MEAL_CANCELLED, now=now)
    return Cancelled(order_id)


def lock_day(session: Session, which: ColumnElement[bool]) -> MenuDay:
    """Lock one day of a menu, read fresh; raises NoResultFound when there is none."""
    return session.execute(
        select(MenuDay)
        .where(which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one()


def of_dish(dish_id: int) -> ColumnElement[bool]:
    """Return which day a dish belongs to."""
    return MenuDay.id == select(Dish.menu_day_id).where(Dish.id == dish_id).scalar_subquery()


def _fact(session: Session, person_id: int, day: MenuDay, wish: MealWish) -> MealFact:
    left = None if day.deliveries is None else day.deliveries - day.delivered
    if wish.sitting_id is not None:
        left = session.execute(
            select(Sitting.capacity - Sitting.taken).where(
                Sitting.id == wish.sitting_id, Sitting.menu_day_id == day.id
            )
        ).scalar_one()
    has_meal = session.scalar(
        select(
            exists().where(
                MealOrder.person_id == person_id,
                MealOrder.served_on == day.served_on,
                MealOrder.ended_at.is_(None),
            )
        )
    )
    called_off = day.called_off_reason if day.called_off_at is not None else None
    return MealFact(day.orders_until_at, called_off, bool(has_meal), left)


_SIT_DOWN = (
    update(Sitting)
    .where(Sitting.id == bindparam("row_id"), Sitting.taken < Sitting.capacity)
    .values(taken=Sitting.taken + 1)
)
_STAND_UP = update(Sitting).where(Sitting.id == bindparam("row_id")).values(taken=Sitting.taken - 1)
_DELIVER = (
    update(MenuDay)
    .where(
        MenuDay.id == bindparam("row_id"),
        or_(MenuDay.deliveries.is_(None), MenuDay.delivered < MenuDay.deliveries),
    )
    .values(delivered=MenuDay.delivered + 1)
)
_NOT_DELIVERED = (
    update(MenuDay).where(MenuDay.id == bindparam("row_id")).values(delivered=MenuDay.delivered - 1)
)


def _take_place(session: Session, day: MenuDay, wish: MealWish) -> bool:
    """Take a place if there is one; the CHECK would refuse one too many, too."""
    if wish.sitting_id is None:
        return execute_core(session, _DELIVER, {"row_id": day.id}).rowcount == 1
    return execute_core(session, _SIT_DOWN, {"row_id": wish.sitting_id}).rowcount == 1


def _write(
    session: Session,
    person: Person,
    day: MenuDay,
    wish: MealWish,
    *,
    actor: Actor,
    now: datetime,
) -> MealOrder:
    band, price_fen = price_of(session, day, person)
    made = MealOrder(
        day=day,
        served_on=day.served_on,
        dish=session.get_one(Dish, wish.dish_id),
        person_id=person.id,
        sitting=None if wish.sitting_id is None else session.get_one(Sitting, wish.sitting_id),
        address=wish.delivery.address if wish.delivery else "",
        phone=wish.delivery.phone if wish.delivery else "",
        band=band,
        price_fen=price_fen,
        channel=actor.channel,
        ordered_at=now,
        ordered_by_id=actor.person_id,
    )
    session.add(made)
    _remember(session, person.id, wish, now=now)
    session.flush()
    return made


def _remember(session: Session, person_id: int, wish: MealWish, *, now: datetime) -> None:
    profile = session.get(LunchProfile, person_id, populate_existing=True)
    if profile is None:
        profile = LunchProfile(person_id=person_id, written_at=now)
        session.add(profile)
    if wish.delivery is not None:
        profile.address, profile.phone = wish.delivery.address, wish.delivery.phone
    profile.diet, profile.written_at = wish.diet, now
