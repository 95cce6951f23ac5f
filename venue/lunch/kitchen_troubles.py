"""When the kitchen cannot do what the menu says: another dish, or no lunch; all are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session, joinedload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.lunch.models import Dish, MealOrder, MenuDay, Sitting
from venue.lunch.ordering import lock_day, of_dish
from venue.lunch.rules import OrderEnding
from venue.lunch.telling import tell_about
from venue.notifications.rules import MessageKind


@dataclass(frozen=True, slots=True)
class Substituted:
    """The dish is another now, and so many were told."""

    people: int


@dataclass(frozen=True, slots=True)
class LunchCalledOff:
    """There is no lunch that day, and so many were told."""

    people: int


def substitute(
    session: Session, dish_id: int, name: str, sides: str, *, actor: Actor, now: datetime
) -> Substituted:
    """Let a day have another dish in place of a missing one, also after the cut-off.

    Whoever ordered it gets the other one and is told; until the cut-off they can cancel. The same
    name again changes nothing. Raises NoResultFound for an unknown dish.
    """
    day = lock_day(session, of_dish(dish_id))
    dish = session.get_one(Dish, dish_id, populate_existing=True)
    before = dish.name
    if before == name:
        return Substituted(0)
    dish.name, dish.sides, dish.instead_of = name, sides, before
    session.flush()
    orders = _active(session, MealOrder.dish_id == dish_id)
    for order in orders:
        tell_about(session, order, MessageKind.DISH_SUBSTITUTED, now=now, before=before)
    facts = {"menu_day_id": day.id, "people": len(orders)}
    record(session, actor, "dish.substituted", ("dish", dish_id), at=now, facts=facts)
    return Substituted(len(orders))


def call_off_lunch(
    session: Session, menu_day_id: int, reason: str, *, actor: Actor, now: datetime
) -> LunchCalledOff:
    """Cancel lunch of a day with all its orders, of which nothing is owed; once is enough.

    Raises NoResultFound for an unknown day, and ValueError without a reason.
    """
    if not reason:
        raise ValueError("people are told why")
    day = lock_day(session, MenuDay.id == menu_day_id)
    if day.called_off_at is not None:
        return LunchCalledOff(0)
    orders = _active(session, MealOrder.menu_day_id == day.id)
    day.called_off_at, day.called_off_by_id, day.called_off_reason = now, actor.person_id, reason
    day.delivered = 0
    for order in orders:
        order.ended_at, order.ended_by_id = now, actor.person_id
        order.ending = OrderEnding.CALLED_OFF
    session.flush()
    session.execute(update(Sitting).where(Sitting.menu_day_id == day.id).values(taken=0))
    for order in orders:
        tell_about(session, order, MessageKind.MEAL_CALLED_OFF, now=now, reason=reason)
    facts = {"people": len(orders)}
    record(session, actor, "lunch.called_off", ("menu_day", day.id), at=now, facts=facts)
    return LunchCalledOff(len(orders))


def _active(session: Session, which: ColumnElement[bool]) -> Sequence[MealOrder]:
    return session.scalars(
        select(MealOrder)
        .where(which, MealOrder.ended_at.is_(None))
        .order_by(MealOrder.id)
        .options(
            joinedload(MealOrder.day, innerjoin=True).joinedload(MenuDay.center, innerjoin=True),
            joinedload(MealOrder.dish, innerjoin=True),
            joinedload(MealOrder.sitting),
        )
        .execution_options(populate_existing=True)
    ).all()
