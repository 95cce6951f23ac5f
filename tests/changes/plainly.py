"""What is true of rooms and calendars, found out in the plainest way, to hold the rules against."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from venue.audit.models import AuditEntry
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.places.booking import HOLDING, RoomWish
from venue.places.models import CalendarDay, Closure, OpeningRule, Room, RoomBooking, RoomSharing
from venue.places.rules import BookingStatus, Layer
from venue.programs.models import ScheduledSession, SessionRoom
from venue.timeline.interval import Interval
from venue.timeline.local_time import local

QUARTER = timedelta(minutes=15)
"""The machine speaks in quarters of an hour, so that looking at each of them misses nothing."""


@dataclass(frozen=True)
class Held:
    """A booking that holds its room, as the database has it."""

    id: int
    room_id: int
    status: BookingStatus
    starts_at: datetime
    ends_at: datetime


def held(session: Session) -> dict[int, Held]:
    """Return every booking that holds a room."""
    columns = (
        RoomBooking.id,
        RoomBooking.room_id,
        RoomBooking.status,
        RoomBooking.starts_at,
        RoomBooking.ends_at,
    )
    rows = session.execute(select(*columns).where(RoomBooking.status.in_(HOLDING)))
    return {row.id: Held(*row) for row in rows}


def overlapping(session: Session) -> int:
    """Count the pairs of bookings that hold one room at one instant."""
    one, other = aliased(RoomBooking), aliased(RoomBooking)
    return session.execute(
        select(func.count()).where(
            one.id < other.id,
            one.room_id == other.room_id,
            one.status.in_(HOLDING),
            other.status.in_(HOLDING),
            one.starts_at < other.ends_at,
            other.starts_at < one.ends_at,
        )
    ).scalar_one()


class OpenHours:
    """When rooms are open, read once: hours of every layer but the unattended one."""

    def __init__(self, session: Session) -> None:
        self._centers = dict(session.execute(select(Room.id, Room.center_id)).all())
        self._rules = session.scalars(select(OpeningRule)).all()
        self._closures = session.scalars(select(Closure)).all()
        self._holidays: set[date] = set(session.scalars(select(CalendarDay.day_on)))

    def enclose(self, room_id: int, start: datetime, end: datetime) -> bool:
        """Tell whether a room is open in every quarter of an hour of a time."""
        return all(self._open_at(room_id, quarter) for quarter in _quarters(start, end))

    def _open_at(self, room_id: int, at: datetime) -> bool:
        here = local(at)
        center_id = self._centers[room_id]
        if any(
            one.center_id == center_id
            and one.room_id in (None, room_id)
            and one.starts_at <= at < one.ends_at
            for one in self._closures
        ):
            return False
        of_day = [
            rule
            for rule in self._rules
            if rule.center_id == center_id
            and str(here.isoweekday()) in rule.weekdays
            and (rule.layer is Layer.HOLIDAY_DUTY) == (here.date() in self._holidays)
        ]
        own = [rule for rule in of_day if rule.room_id == room_id]
        chosen = own or [rule for rule in of_day if rule.room_id is None]
        return any(rule.opens_time <= here.time() < rule.closes_time for rule in chosen)


def _quarters(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += QUARTER


def is_free(session: Session, wish: RoomWish) -> bool:
    """Tell whether a room can be had: in use, large enough, allowed, open, and nobody has it."""
    room = session.get_one(Room, wish.room_id)
    sharing = select(RoomSharing.center_id).where(RoomSharing.room_id == room.id)
    allowed = {None, room.center_id, *session.scalars(sharing)}
    start = wish.interval.start - timedelta(minutes=room.setup_minutes)
    end = wish.interval.end + timedelta(minutes=room.cleanup_minutes)
    return (
        room.retired_at is None
        and (wish.people or 0) <= room.capacity
        and wish.center_id in allowed
        and OpenHours(session).enclose(room.id, start, end)
        and not any(
            one.room_id == room.id and one.starts_at < end and start < one.ends_at
            for one in held(session).values()
        )
    )


def live_entries(session: Session) -> dict[str, Interval]:
    """Return the times of the calendar entries that are not cancelled, by what they stand for."""
    rows = session.scalars(
        select(CalendarEntry).where(CalendarEntry.status == EntryStatus.CONFIRMED)
    )
    return {row.key: Interval(row.starts_at, row.ends_at) for row in rows}


def taking_place(session: Session) -> dict[str, Interval]:
    """Return the times of everything that calendars should know, by the same names."""
    sessions = session.scalars(
        select(ScheduledSession).where(ScheduledSession.cancelled_at.is_(None))
    )
    bookings = session.scalars(
        select(RoomBooking).where(RoomBooking.status.in_(HOLDING), RoomBooking.purpose.is_not(None))
    )
    return {f"session-{one.id}": Interval(one.starts_at, one.ends_at) for one in sessions} | {
        f"booking-{one.id}": one.use for one in bookings
    }


def misplaced(session: Session) -> list[int]:
    """Return the sessions whose rooms are not held for just their time, or held for nothing."""
    rows = session.execute(
        select(ScheduledSession, RoomBooking)
        .join(SessionRoom, SessionRoom.session_id == ScheduledSession.id)
        .join(RoomBooking, RoomBooking.id == SessionRoom.booking_id)
    )
    return [
        one.id
        for one, booking in rows
        if (booking.status in HOLDING) != (one.cancelled_at is None)
        or booking.use != Interval(one.starts_at, one.ends_at)
    ]


def last_entry(session: Session) -> int:
    """Return the id of the newest audit entry."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def actions_since(session: Session, entry_id: int) -> Collection[str]:
    """Return what the audit says was done after an entry."""
    return session.scalars(select(AuditEntry.action).where(AuditEntry.id > entry_id)).all()
