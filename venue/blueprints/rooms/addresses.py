"""The blueprint of rooms, and the addresses that its pages give."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlencode

from flask import Blueprint

from venue.blueprints.formats import clock_time
from venue.timeline.local_time import local_date

blueprint = Blueprint("rooms", __name__)


def reservation_url(room_id: int, on: date | None = None) -> str:
    """Return where a room is booked, on a day when one is meant."""
    return _reservation(room_id, {"on": on} if on else {})


def reservation_at_url(
    room_id: int, starts_at: datetime, ends_at: datetime, people: int | None = None
) -> str:
    """Return where a room is booked for a time of one day, and for so many people when known."""
    asked = {
        "on": local_date(starts_at),
        "from": clock_time(starts_at),
        "to": clock_time(ends_at),
    }
    return _reservation(room_id, asked | ({"people": people} if people else {}))


def _reservation(room_id: int, asked: dict[str, object]) -> str:
    path = f"/rooms/{room_id}/reservation"
    return f"{path}?{urlencode(asked)}" if asked else path
