"""Moving a reservation to another time or room, with its person told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.notifications.rules import MessageKind
from venue.places.booking import Blocked, Move, RoomWish, move
from venue.places.calendar import publish_bookings
from venue.reservations.locking import locked_one
from venue.reservations.outcomes import AlreadyBegun, Moved, NotNow
from venue.reservations.rules import LIVE, AcrossMidnight, on_one_day
from venue.reservations.telling import tell_about
from venue.timeline.interval import Interval


def move_reservation(
    session: Session,
    booking_id: int,
    *,
    interval: Interval,
    room_id: int,
    override: str | None,
    actor: Actor,
    now: datetime,
) -> Moved | Blocked | NotNow | AlreadyBegun | AcrossMidnight:
    """Give a reservation another time of use, another room, or both; a request stays a request.

    Staff may go beyond the limits of residents, but not over midnight. Nothing past is moved, and
    nothing into the past. `override` is as in `booking.hold`. Moved to where it is, nothing
    happens. Raises NoResultFound for a booking that is no reservation.
    """
    one = locked_one(session, booking_id)
    booking, before = one.booking, one.booking.use
    standing = one.standing(now)
    if standing not in LIVE:
        return NotNow(standing)
    if before.start <= now or interval.start <= now:
        return AlreadyBegun()
    if not on_one_day(interval):
        return AcrossMidnight()
    if (before, booking.room_id) == (interval, room_id):
        return Moved(one.booking_id)
    wish = RoomWish(room_id, interval, one.people)
    blocked = move(session, [Move(booking.id, wish)], override=override)
    if blocked is not None:
        return blocked
    if before != interval:
        one.moved_from_at = before.start
    if one.expires_at is not None:
        one.expires_at = min(one.expires_at, interval.start)
    session.flush()
    session.refresh(booking)
    publish_bookings(session, [booking], now=now)
    facts = {
        "from": before.start.isoformat(),
        "to": interval.start.isoformat(),
        "room_id": room_id,
        "override": override,
    }
    subject = ("reservation", one.booking_id)
    record(session, actor, "reservation.moved", subject, at=now, facts=facts)
    tell_about(
        session,
        one,
        MessageKind.RESERVATION_MOVED,
        now=now,
        from_at=before.start.isoformat(),
        from_end=before.end.isoformat(),
    )
    return Moved(one.booking_id)
