"""How reservations end before or instead of their time: the room is free, the person is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record, record_all
from venue.audit.rules import Actor
from venue.config import settings
from venue.notifications.rules import MessageKind
from venue.places.booking import release
from venue.reservations.locking import locked, locked_one
from venue.reservations.models import Reservation
from venue.reservations.outcomes import (
    AlreadyBegun,
    Arrived,
    CalledOff,
    Ended,
    HasArrived,
    NotNow,
    TooEarly,
)
from venue.reservations.rules import LIVE, ReservationEnding, Standing, no_show_from
from venue.reservations.telling import tell_about
from venue.timeline.local_time import day_start, local_date

NEWS = {
    ReservationEnding.REFUSED: MessageKind.RESERVATION_REFUSED,
    ReservationEnding.EXPIRED: MessageKind.RESERVATION_EXPIRED,
    ReservationEnding.CANCELLED: MessageKind.RESERVATION_CANCELLED,
    ReservationEnding.CALLED_OFF: MessageKind.RESERVATION_CALLED_OFF,
    ReservationEnding.NO_SHOW: MessageKind.RESERVATION_NO_SHOW,
}


def cancel(
    session: Session, booking_id: int, *, actor: Actor, now: datetime
) -> Ended | NotNow | AlreadyBegun:
    """Give a room back that one no longer needs, until the start; asked twice, it answers the same.

    Raises NoResultFound for a booking that is no reservation, as do all verbs of one reservation.
    """
    one = locked_one(session, booking_id)
    standing = one.standing(now)
    if standing is Standing.CANCELLED:
        return Ended(one.booking_id)
    if standing not in LIVE:
        return NotNow(standing)
    if one.booking.use.start <= now:
        return AlreadyBegun()
    end(session, [one], ReservationEnding.CANCELLED, actor=actor, now=now)
    return Ended(one.booking_id)


def call_off(
    session: Session, booking_ids: Sequence[int], *, reason: str, actor: Actor, now: datetime
) -> CalledOff:
    """End reservations because the center cannot give the room; what has ended already stays so.

    One that is on at the moment ends too: the power has failed, the ceiling drips. What is no
    reservation is left alone.
    """
    live = [one for one in locked(session, booking_ids) if one.standing(now) in LIVE]
    end(session, live, ReservationEnding.CALLED_OFF, reason=reason, actor=actor, now=now)
    return CalledOff(tuple(one.booking_id for one in live))


def release_no_show(
    session: Session, booking_id: int, *, actor: Actor, now: datetime
) -> Ended | NotNow | TooEarly | HasArrived:
    """Give a room away to which nobody came; it still counts in the month of who booked it."""
    one = locked_one(session, booking_id)
    standing = one.standing(now)
    if standing is Standing.NO_SHOW:
        return Ended(one.booking_id)
    if standing is not Standing.HELD:
        return NotNow(standing)
    if one.arrived_at is not None:
        return HasArrived()
    from_at = no_show_from(one.booking.use, settings().room_no_show_after)
    if now < from_at:
        return TooEarly(from_at)
    end(session, [one], ReservationEnding.NO_SHOW, actor=actor, now=now)
    return Ended(one.booking_id)


def arrive(
    session: Session, booking_id: int, *, actor: Actor, now: datetime
) -> Arrived | NotNow | TooEarly:
    """Note that they are here, on the day itself; asked twice, the first time stands."""
    one = locked_one(session, booking_id)
    standing = one.standing(now)
    if standing is not Standing.HELD:
        return NotNow(standing)
    today_at = day_start(local_date(one.booking.use.start))
    if now < today_at:
        return TooEarly(today_at)
    if one.arrived_at is None:
        one.arrived_at = now
        session.flush()
        facts = {"person_id": one.person_id}
        subject = ("reservation", one.booking_id)
        record(session, actor, "reservation.arrived", subject, at=now, facts=facts)
    return Arrived(one.booking_id)


def end(
    session: Session,
    reservations: Sequence[Reservation],
    ending: ReservationEnding,
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> None:
    """End locked reservations that are live: rooms back, an audit entry and a message each."""
    for one in reservations:
        one.ending, one.ending_reason = ending, reason
        one.ended_at, one.ended_by_id = now, actor.person_id
        one.expires_at = None
    session.flush()
    release(session, [one.booking for one in reservations], actor=actor, now=now)
    record_all(
        session,
        actor,
        "reservation.ended",
        [
            (("reservation", one.booking_id), {"person_id": one.person_id, "ending": ending})
            for one in reservations
        ],
        at=now,
    )
    for one in reservations:
        tell_about(session, one, NEWS[ending], now=now, reason=reason)
