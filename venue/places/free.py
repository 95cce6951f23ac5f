"""When on a day a room can still be used: what people look at before they choose a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from venue.places.days import DayHours, day_hours, whole_day
from venue.places.judging import load_room_time
from venue.places.models import Room
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class FreeDay:
    """The hours of a room on a day, and the stretches of it that are free for use."""

    day: DayHours
    stretches: tuple[Interval, ...]


def free_day(session: Session, room: Room, on: date) -> FreeDay:
    """Return when a room is free on a day, in five queries; `find_conflicts` has the last word."""
    time = load_room_time(session, [room.id], [whole_day(on)])
    day = day_hours(time.hours[room.id], on, room.id)
    return FreeDay(day, tuple(time.free(room.id, on)))
