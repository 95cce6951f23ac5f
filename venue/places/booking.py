"""The only writer of room time: finding conflicts, holding, moving and releasing bookings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from venue.audit.recording import record_all
from venue.audit.rules import Actor
from venue.places.calendar import publish_bookings, retract_bookings
from venue.places.judging import load_room_time
from venue.places.models import Room, RoomBooking
from venue.places.rules import BookingStatus, Category, Claim, Conflict, overridable
from venue.timeline.interval import Interval

HOLDING = (BookingStatus.HELD, BookingStatus.PENDING)


@dataclass(frozen=True, slots=True)
class RoomWish:
    """That somebody wants to use a room for a time, for so many people when that is known.

    The room is held for its setting up and cleaning up besides, which are not in `interval`.
    `center_id` is the center whose session or booking it is for: another's room must be shared.
    """

    room_id: int
    interval: Interval
    people: int | None = None
    center_id: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What a booking that no session owns is for."""

    category: Category
    purpose: str


@dataclass(frozen=True, slots=True)
class Move:
    """That a booking shall be in this room at this time instead."""

    booking_id: int
    wish: RoomWish


@dataclass(frozen=True, slots=True)
class Blocked:
    """Nothing was booked; `conflicts` has one tuple for each wish, empty where it is fine."""

    conflicts: tuple[tuple[Conflict, ...], ...]


def find_conflicts(
    session: Session, wishes: Sequence[RoomWish], *, ignoring: Iterable[int] = ()
) -> list[tuple[Conflict, ...]]:
    """Return for each wish everything that stands against it; empty means free.

    The only availability function: preview and commit ask here, and what search offers is judged
    by the same `RoomTime`, where one wish does not stand in another's way. `ignoring` names
    bookings that are about to move away. Wishes of one call are also held against each other.
    Five queries, however many wishes. Raises KeyError for a room that does not exist.
    """
    if not wishes:
        return []
    time = load_room_time(
        session,
        {wish.room_id for wish in wishes},
        [wish.interval for wish in wishes],
        ignoring=ignoring,
    )
    found: list[tuple[Conflict, ...]] = []
    earlier: dict[int, list[Claim]] = defaultdict(list)
    for wish in wishes:
        of_room = earlier[wish.room_id]
        found.append(
            time.conflicts(wish.room_id, wish.interval, wish.people, wish.center_id, of_room)
        )
        held_for = time.held_for(wish.room_id, wish.interval)
        of_room.append(Claim(0, wish.room_id, held_for, ""))
    return found


def hold(
    session: Session,
    wishes: Sequence[RoomWish],
    *,
    label: Label | None,
    override: str | None,
    actor: Actor,
    now: datetime,
    status: BookingStatus = BookingStatus.HELD,
) -> list[RoomBooking] | Blocked:
    """Hold a room for each wish, all or none; return the bookings in the order of the wishes.

    `status` is PENDING for what waits for an approval, and holds the room all the same.
    `override` is the reason of a member of staff for going beyond hours, closures or head count;
    nothing overrides what is FINAL.
    """
    rooms = lock_rooms(session, (wish.room_id for wish in wishes))
    found = find_conflicts(session, wishes)
    if _stopped(found, override):
        return Blocked(tuple(found))
    try:
        with session.begin_nested():
            bookings = list(
                session.scalars(
                    insert(RoomBooking).returning(RoomBooking, sort_by_parameter_order=True),
                    [
                        {
                            **_columns(rooms[wish.room_id], wish.interval),
                            "status": status,
                            "category": label.category if label else None,
                            "purpose": label.purpose if label else None,
                        }
                        for wish in wishes
                    ],
                )
            )
    except IntegrityError:
        # The constraint is the backstop for a writer that did not take the rooms' lock.
        return Blocked(tuple(find_conflicts(session, wishes)))
    record_all(
        session,
        actor,
        "booking.held",
        [
            (("room_booking", booking.id), {"room_id": booking.room_id, "override": override})
            for booking in bookings
        ],
        at=now,
    )
    publish_bookings(session, bookings, now=now)
    return bookings


def move(session: Session, moves: Sequence[Move], *, override: str | None) -> Blocked | None:
    """Give bookings another room or time, all or none; their ids and status stay. None means done.

    First all are released, then all are set: a series that shifts onto its own dates would
    otherwise collide with itself. The caller records the move of what the bookings are for.
    """
    ids = [one.booking_id for one in moves]
    before = session.scalars(select(RoomBooking.room_id).where(RoomBooking.id.in_(ids))).all()
    rooms = lock_rooms(session, [*before, *(one.wish.room_id for one in moves)])
    stands = select(RoomBooking.id, RoomBooking.status).where(RoomBooking.id.in_(ids))
    status = {row.id: row.status for row in session.execute(stands)}
    found = find_conflicts(session, [one.wish for one in moves], ignoring=ids)
    if _stopped(found, override):
        return Blocked(tuple(found))
    try:
        with session.begin_nested():
            _set_status(session, ids, BookingStatus.RELEASED)
            session.execute(
                update(RoomBooking),
                [
                    {
                        "id": one.booking_id,
                        **_columns(rooms[one.wish.room_id], one.wish.interval),
                        "status": status[one.booking_id],
                    }
                    for one in moves
                ],
            )
    except IntegrityError:
        wishes = [one.wish for one in moves]
        return Blocked(tuple(find_conflicts(session, wishes, ignoring=ids)))
    return None


def release(
    session: Session, bookings: Sequence[RoomBooking], *, actor: Actor, now: datetime
) -> None:
    """Give the rooms of these bookings back; one that is released already stays so."""
    held = [booking for booking in bookings if booking.status in HOLDING]
    lock_rooms(session, (booking.room_id for booking in held))
    _set_status(session, [booking.id for booking in held], BookingStatus.RELEASED)
    record_all(
        session,
        actor,
        "booking.released",
        [(("room_booking", booking.id), {"room_id": booking.room_id}) for booking in held],
        at=now,
    )
    retract_bookings(session, held, now=now)


def confirm(session: Session, bookings: Sequence[RoomBooking]) -> None:
    """Make pending bookings held ones; the caller records who approved them."""
    _set_status(session, [booking.id for booking in bookings], BookingStatus.HELD)


def _columns(room: Room, use: Interval) -> dict[str, Any]:
    """Return the columns of a booking by which a room can be used for `use`."""
    held_for = room.fact().held_for(use)
    return {
        "room_id": room.id,
        "starts_at": held_for.start,
        "ends_at": held_for.end,
        "setup_minutes": room.setup_minutes,
        "cleanup_minutes": room.cleanup_minutes,
    }


def lock_rooms(session: Session, room_ids: Iterable[int]) -> dict[int, Room]:
    """Lock rooms in id order, so that two series that want the same rooms wait, not deadlock.

    Return them as they are now: how long one is held beside its use may just have changed.
    """
    rooms = session.scalars(
        select(Room)
        .where(Room.id.in_(sorted(set(room_ids))))
        .order_by(Room.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {room.id: room for room in rooms}


def _stopped(found: Iterable[tuple[Conflict, ...]], override: str | None) -> bool:
    return any(reasons and not (override and overridable(reasons)) for reasons in found)


def _set_status(session: Session, ids: Sequence[int], status: BookingStatus) -> None:
    session.execute(
        update(RoomBooking)
        .where(RoomBooking.id.in_(ids))
        .values(status=status)
        .execution_options(synchronize_session="fetch")
    )
