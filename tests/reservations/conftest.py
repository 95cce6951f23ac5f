"""What tests of reservations ask for by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from tests import town as make
from venue import clock as venue_clock
from venue.audit.rules import Actor, Channel
from venue.notifications.models import Message
from venue.places.models import Room
from venue.places.rules import BookingMode
from venue.reservations.models import Reservation
from venue.reservations.requesting import Request, reserve
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant

TOMORROW = date(2026, 9, 17)


def span(start: str, end: str, on: date = TOMORROW) -> Interval:
    return Interval(instant(on, time.fromisoformat(start)), instant(on, time.fromisoformat(end)))


@pytest.fixture
def hall(db_session, town) -> Room:
    """A room whose reservations the center approves."""
    made = make.room(db_session, town.wutongli, "报告厅", 60)
    made.booking_mode = BookingMode.APPROVAL
    db_session.commit()
    return made


@pytest.fixture
def ask(db_session, town) -> Callable[..., Any]:
    """Ask for a room, as 林晓 for herself unless said otherwise."""

    def ask_for(room: Room, use: Interval, **facts: Any) -> Any:
        who = facts.pop("who", town.lin_xiao)
        actor = facts.pop("actor", Actor(who.id, Channel.ONLINE))
        given = {"people": 10, "purpose": "书友会", "contact_phone": "+8613900000001", **facts}
        request = Request(room.id, use, **given)
        return reserve(db_session, who.id, request, actor=actor, now=venue_clock.now())

    return ask_for


@pytest.fixture
def row(db_session) -> Callable[[int], Reservation]:
    """Read a reservation as the database has it."""

    def read(booking_id: int) -> Reservation:
        db_session.expire_all()
        return db_session.get_one(Reservation, booking_id)

    return read


@pytest.fixture
def told(db_session) -> Callable[[], list[tuple[int, str]]]:
    """Return whom was told what, in order."""

    def read() -> list[tuple[int, str]]:
        messages = db_session.scalars(select(Message).order_by(Message.id))
        return [(message.person_id, message.kind) for message in messages]

    return read
