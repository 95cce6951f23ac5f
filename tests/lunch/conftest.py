"""What tests of lunch ask for by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from venue import clock as venue_clock
from venue.audit.rules import SYSTEM, Actor, Channel
from venue.lunch.models import MealOrder, MenuDay
from venue.lunch.ordering import order_meal
from venue.lunch.planning import DayPlan, write_menu
from venue.lunch.rules import Delivery, MealWish
from venue.notifications.models import Message
from venue.people.models import Person

TOMORROW = date(2026, 9, 17)
HOME = Delivery("桂花苑 3 号 502", "+8613900000001")
PLAN = DayPlan([("红烧肉", "青菜、番茄蛋汤"), ("清蒸鱼", "")], {time(11): 2, time(12): 1}, 2)


@pytest.fixture
def lunch(db_session, town) -> MenuDay:
    """Lunch of 梧桐里 tomorrow: two dishes, three places, two deliveries."""
    acts = {"actor": SYSTEM, "now": venue_clock.now()}
    made = write_menu(db_session(), town.wutongli.id, TOMORROW, PLAN, **acts)
    db_session.commit()
    return db_session.get_one(MenuDay, made.menu_day_id)


@pytest.fixture
def order(db_session, town, lunch) -> Callable[..., Any]:
    """Order a meal for somebody: at the first sitting, unless a delivery or another is named."""

    def order_for(who: Person, dish: int = 0, sitting: int | None = 0, **more: Any) -> Any:
        delivery = more.pop("delivery", None)
        sitting_id = None if delivery or sitting is None else lunch.sittings[sitting].id
        wish = MealWish(lunch.dishes[dish].id, sitting_id, delivery, more.pop("diet", ""))
        actor = Actor(who.id, Channel.TELEPHONE)
        now = more.pop("now", venue_clock.now())
        return order_meal(db_session(), who.id, wish, actor=actor, now=now)

    return order_for


@pytest.fixture
def row(db_session) -> Callable[[int], MealOrder]:
    """Read an order as the database has it."""

    def read(order_id: int) -> MealOrder:
        db_session.expire_all()
        return db_session.get_one(MealOrder, order_id)

    return read


@pytest.fixture
def told(db_session) -> Callable[[], list[tuple[int, str]]]:
    """Return whom was told what, in order."""

    def read() -> list[tuple[int, str]]:
        messages = db_session.scalars(select(Message).order_by(Message.id))
        return [(message.person_id, message.kind) for message in messages]

    return read
