"""Centers of one district that help each other out: rooms that one of them lets others use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, union_all
from sqlalchemy.orm import Session, joinedload, selectinload

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.db import Base
from venue.places.models import Center, Room, RoomSharing


@dataclass(frozen=True, slots=True)
class NotNearby:
    """Some of the centers are of another district, or are the center itself."""


def neighbors(session: Session, center: Center) -> Sequence[Center]:
    """Return the other centers of a center's district, by name."""
    return session.scalars(
        select(Center)
        .where(Center.district_id == center.district_id, Center.id != center.id)
        .order_by(Center.name, Center.id)
    ).all()


_own_and_shared = union_all(
    select(Room.id).where(Room.center_id == bindparam("center_id")),
    select(RoomSharing.room_id).where(RoomSharing.center_id == bindparam("center_id")),
)
_ROOMS_FOR = (
    select(Room)
    .where(Room.id.in_(_own_and_shared), Room.retired_at.is_(None))
    .options(joinedload(Room.center))
    .order_by(Room.center_id != bindparam("center_id"), Room.center_id, Room.position, Room.id)
)
_ROOMS_TO_SHOW = _ROOMS_FOR.options(joinedload(Room.photo), selectinload(Room.equipment))


def rooms_for(session: Session, center_id: int) -> Sequence[Room]:
    """Return the rooms in use that a center may fill: its own, then those shared with it.

    Each comes with its center; as people walk through each house.
    """
    return session.scalars(_ROOMS_FOR, {"center_id": center_id}).all()


def rooms_to_show(session: Session, center_id: int) -> Sequence[Room]:
    """Return the same with what a card shows of them, equipment and photo, in two queries."""
    return session.scalars(_ROOMS_TO_SHOW, {"center_id": center_id}).all()


def share_room(
    session: Session, room_id: int, center_ids: Iterable[int], *, actor: Actor, now: datetime
) -> NotNearby | None:
    """Let exactly these centers use a room like one of their own; None means done.

    What they have placed in it stays when they lose it. The row's lock is the one that
    `booking.hold` takes: nobody places anything on the strength of what has just ended.
    """
    room = session.get_one(Room, room_id, with_for_update={"key_share": True})
    wanted = set(center_ids)
    if not wanted <= {center.id for center in neighbors(session, room.center)}:
        return NotNearby()
    if not name_centers(session, RoomSharing, {"room_id": room_id}, wanted, {"since_at": now}):
        return None
    session.expire(room, ["shared_with"])
    facts = {"center_ids": sorted(wanted)}
    record(session, actor, "room.shared", ("room", room_id), at=now, facts=facts)
    return None


def name_centers(
    session: Session,
    kind: type[Base],
    of: Mapping[str, int],
    wanted: set[int],
    new: Mapping[str, Any],
) -> bool:
    """Let the rows of one thing (`of`) name exactly these centers; tell whether that is a change.

    A row that is added has the columns `new` besides.
    """
    rows: Any = kind
    owner = [getattr(rows, name) == value for name, value in of.items()]
    before = set(session.scalars(select(rows.center_id).where(*owner)))
    session.execute(delete(kind).where(*owner, rows.center_id.in_(before - wanted)))
    added = [{**of, **new, "center_id": center_id} for center_id in sorted(wanted - before)]
    if added:
        session.execute(insert(kind), added)
    return wanted != before
