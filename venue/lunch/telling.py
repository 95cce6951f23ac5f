"""Telling people about their meals."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.orm import Session

from venue.lunch.models import MealOrder
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.timeline.local_time import instant

NOON = time(12)
"""When a delivered meal is eaten, as far as a message is concerned (own)."""


def tell_about(
    session: Session, order: MealOrder, kind: MessageKind, *, now: datetime, **more: str
) -> None:
    """Tell the person of an order; `more` are the parameters that only this kind has."""
    day, sitting = order.day, order.sitting
    parameters = {
        "center": day.center.name,
        "dish": order.dish.name,
        "at": instant(day.served_on, sitting.starts_time if sitting else NOON).isoformat(),
        "address": order.address,
        "price_fen": order.price_fen,
        **more,
    }
    tell(session, [order.person_id], kind, parameters, center_id=day.center_id, now=now)
