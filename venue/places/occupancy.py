"""How much the rooms of a center are used: time taken against the hours that were really open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from venue.places.booking import HOLDING
from venue.places.models import Room, RoomBooking
from venue.places.opening import load_hours
from venue.places.rules import LONGEST_BOOKING
from venue.timeline.hours_of_day import HOURS, minutes_by_hour
from venue.timeline.interval import Interval, intersect, union
from venue.timeline.local_time import whole_days


@dataclass(frozen=True, slots=True)
class RoomOccupancy:
    """Of one room, for each hour of the day: minutes open, and minutes of these taken."""

    room_id: int
    name: str
    open_minutes: tuple[int, ...]
    taken_minutes: tuple[int, ...]

    @property
    def rate(self) -> float | None:
        """The share of its open time that was taken, None when it never was open."""
        return share(sum(self.taken_minutes), sum(self.open_minutes))

    def rate_at(self, hour: int) -> float | None:
        """The share of one hour of the day."""
        return share(self.taken_minutes[hour], self.open_minutes[hour])


def share(taken: int, opened: int) -> float | None:
    """Return a share from 0 to 1, None of nothing."""
    return taken / opened if opened else None


def occupancy(
    session: Session, center_id: int, first_on: date, last_on: date
) -> list[RoomOccupancy]:
    """Return the occupancy of a center's rooms in a stretch of days, both included.

    Setting up and cleaning up count as taken. What is taken outside the open hours, for a reason
    of the staff, counts for neither. Five queries, however long the stretch.
    """
    whole = whole_days(first_on, last_on)
    rooms = session.scalars(
        select(Room)
        .where(
            Room.center_id == center_id,
            or_(Room.retired_at.is_(None), Room.retired_at > whole.start),
        )
        .order_by(Room.position, Room.id)
    ).all()
    taken = _taken(session, rooms, whole)
    hours = load_hours(session, center_id, first_on, last_on)
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    found = []
    for room in rooms:
        opened = union(stretch.interval for on in days for stretch in hours.of(on, room.id))
        found.append(
            RoomOccupancy(
                room.id,
                room.name,
                minutes_by_hour(opened),
                minutes_by_hour(intersect(opened, taken[room.id])),
            )
        )
    return found


def total(rooms: Sequence[RoomOccupancy]) -> RoomOccupancy:
    """Return all rooms together, without a name."""
    return RoomOccupancy(
        0,
        "",
        tuple(sum(room.open_minutes[hour] for room in rooms) for hour in range(HOURS)),
        tuple(sum(room.taken_minutes[hour] for room in rooms) for hour in range(HOURS)),
    )


def _taken(
    session: Session, rooms: Sequence[Room], whole: Interval
) -> defaultdict[int, list[Interval]]:
    rows = session.execute(
        select(RoomBooking.room_id, RoomBooking.starts_at, RoomBooking.ends_at).where(
            RoomBooking.room_id.in_([room.id for room in rooms]),
            RoomBooking.status.in_(HOLDING),
            RoomBooking.starts_at > whole.start - LONGEST_BOOKING,
            RoomBooking.starts_at < whole.end,
            RoomBooking.ends_at > whole.start,
        )
    )
    found: defaultdict[int, list[Interval]] = defaultdict(list)
    for row in rows:
        found[row.room_id].append(Interval(row.starts_at, row.ends_at))
    return found
