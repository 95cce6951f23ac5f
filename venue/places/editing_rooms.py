"""Making, changing and retiring rooms, with what they hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.audit.changing import change
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.booking import HOLDING
from venue.places.editing_centers import NameTaken
from venue.places.models import Center, Equipment, Room, RoomBooking
from venue.places.naming import rows_named
from venue.places.rules import BookingMode


@dataclass(frozen=True, slots=True)
class RoomDescription:
    """What is said of a room, with the columns' names and meaning."""

    name: str
    floor: int
    area_m2: int
    capacity: int
    booking_mode: BookingMode
    private: bool
    position: int
    about: str
    setup_minutes: int = 0
    cleanup_minutes: int = 0
    advance_days: int | None = None
    longest_minutes: int | None = None
    residents_only: bool = False


@dataclass(frozen=True, slots=True)
class RoomChange:
    """A room after its change, and the names of what changed."""

    room: Room
    changed: list[str]


@dataclass(frozen=True, slots=True)
class StillBooked:
    """Somebody has the room from `first_at` on; `count` claims must move or end first."""

    count: int
    first_at: datetime


def create_room(
    session: Session,
    center_id: int,
    description: RoomDescription,
    equipment_ids: Iterable[int],
    new_equipment: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> Room | NameTaken:
    """Make a room of a center."""
    session.get_one(Center, center_id, with_for_update=True)
    if _name_taken(session, center_id, description.name, None):
        return NameTaken(description.name)
    room = Room(center_id=center_id, **asdict(description))
    room.equipment = _equipment(session, equipment_ids, new_equipment)
    session.add(room)
    session.flush()
    _record(session, room, [*sorted(asdict(description)), "equipment"], actor=actor, now=now)
    return room


def change_room(
    session: Session,
    room_id: int,
    description: RoomDescription,
    equipment_ids: Iterable[int],
    new_equipment: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> RoomChange | NameTaken:
    """Change what is said of a room.

    What was booked for more people than it now holds, or with less time around it, stays.
    """
    room = session.get_one(Room, room_id)
    session.get_one(Center, room.center_id, with_for_update=True)
    if _name_taken(session, room.center_id, description.name, room.id):
        return NameTaken(description.name)
    changed = change(room, asdict(description))
    equipment = _equipment(session, equipment_ids, new_equipment)
    if equipment != sorted(room.equipment, key=lambda one: one.id):
        room.equipment = equipment
        changed.append("equipment")
    if changed:
        _record(session, room, changed, actor=actor, now=now)
    return RoomChange(room, changed)


def retire_room(
    session: Session, room_id: int, *, actor: Actor, now: datetime
) -> StillBooked | None:
    """Take a room out of use; None means done. Its past stays, and so does its name.

    The row's lock is the one that `booking.hold` takes: nobody books it in the meantime.
    """
    room = session.get_one(Room, room_id, with_for_update={"key_share": True})
    count, first_at = session.execute(
        select(func.count(), func.min(RoomBooking.starts_at)).where(
            RoomBooking.room_id == room.id,
            RoomBooking.status.in_(HOLDING),
            RoomBooking.ends_at > now,
        )
    ).one()
    if count:
        return StillBooked(count, first_at)
    if room.retired_at is None:
        room.retired_at = now
        _record(session, room, ["retired_at"], actor=actor, now=now)
    return None


def reopen_room(session: Session, room_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a retired room into use again."""
    room = session.get_one(Room, room_id)
    if room.retired_at is not None:
        room.retired_at = None
        _record(session, room, ["retired_at"], actor=actor, now=now)


def _name_taken(session: Session, center_id: int, name: str, but_id: int | None) -> bool:
    return (
        session.scalar(
            select(Room.id).where(
                Room.center_id == center_id, Room.name == name, Room.id.is_distinct_from(but_id)
            )
        )
        is not None
    )


def _equipment(
    session: Session, equipment_ids: Iterable[int], names: Iterable[str]
) -> list[Equipment]:
    chosen = set(session.scalars(select(Equipment).where(Equipment.id.in_(equipment_ids))))
    chosen.update(rows_named(session, Equipment, names))
    return sorted(chosen, key=lambda one: one.id)


def _record(
    session: Session, room: Room, fields: list[str], *, actor: Actor, now: datetime
) -> None:
    record(session, actor, "room.changed", ("room", room.id), at=now, facts={"fields": fields})
