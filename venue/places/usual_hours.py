"""The usual slots of neighborhood centers, so that a new one is laid out in minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.places.editing_hours import OpeningDescription, add_opening
from venue.places.models import OpeningRule
from venue.places.rules import Layer

WORKDAYS, WEEKEND, EVERY_DAY = "12345", "67", "1234567"


class UsualHours(StrEnum):
    """A slot that most centers have."""

    WORKDAYS = "workdays"
    WEEKEND = "weekend"
    EARLY = "early"
    NOON = "noon"
    LATE = "late"
    HOLIDAYS = "holidays"


def _slot(layer: Layer, weekdays: str, opens: time, closes: time) -> OpeningDescription:
    return OpeningDescription(None, layer, weekdays, opens, closes, None, None)


SLOTS: dict[UsualHours, tuple[OpeningDescription, ...]] = {
    UsualHours.WORKDAYS: (
        _slot(Layer.REGULAR, WORKDAYS, time(8, 30), time(11, 30)),
        _slot(Layer.REGULAR, WORKDAYS, time(13), time(16, 30)),
    ),
    UsualHours.WEEKEND: (_slot(Layer.REGULAR, WEEKEND, time(8, 30), time(16, 30)),),
    UsualHours.EARLY: (_slot(Layer.EXTENDED, EVERY_DAY, time(7, 30), time(8, 30)),),
    UsualHours.NOON: (_slot(Layer.EXTENDED, WORKDAYS, time(11, 30), time(13)),),
    UsualHours.LATE: (_slot(Layer.EXTENDED, EVERY_DAY, time(16, 30), time(21)),),
    UsualHours.HOLIDAYS: (_slot(Layer.HOLIDAY_DUTY, EVERY_DAY, time(8, 30), time(16, 30)),),
}
"""The slots that centers publish as 延时、错时 and holiday duty: 07:30–08:30, 11:30–13:00,
16:30–21:00, and 08:30–16:30 on holidays; the regular hours between them are the usual office hours
(`domain.md`)."""


def missing_slots(rules: Iterable[OpeningRule]) -> list[UsualHours]:
    """Return the usual slots that are not wholly among a center's rules."""
    there = {_told(rule) for rule in rules if rule.room_id is None}
    return [
        usual for usual, slots in SLOTS.items() if any(_told(slot) not in there for slot in slots)
    ]


def add_usual_hours(
    session: Session,
    center_id: int,
    chosen: Iterable[UsualHours],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Add the slots that the center does not have yet; return how many rules that made."""
    there = {
        _told(rule)
        for rule in session.scalars(
            select(OpeningRule).where(
                OpeningRule.center_id == center_id, OpeningRule.room_id.is_(None)
            )
        )
    }
    wanted = [slot for usual in chosen for slot in SLOTS[usual] if _told(slot) not in there]
    for slot in wanted:
        add_opening(session, center_id, slot, actor=actor, now=now)
    return len(wanted)


def _told(rule: OpeningRule | OpeningDescription) -> tuple[object, ...]:
    """Return by what a slot is known again; one that ends some day is not the usual one."""
    validity = (rule.valid_from_on, rule.valid_until_on)
    return rule.layer, rule.weekdays, rule.opens_time, rule.closes_time, validity
