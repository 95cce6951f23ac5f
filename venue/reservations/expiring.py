"""Ending requests that nobody answered in time, so that the room is free again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.audit.rules import SYSTEM
from venue.reservations.ending import end
from venue.reservations.locking import locked
from venue.reservations.models import Reservation
from venue.reservations.rules import ReservationEnding


def expire_requests(session: Session, *, now: datetime) -> int:
    """End every request whose time is up and tell its person; return how many there were.

    What was answered while this waited for its lock is left alone.
    """
    due = session.scalars(select(Reservation.booking_id).where(Reservation.expires_at <= now)).all()
    expired = [
        one for one in locked(session, due) if one.expires_at is not None and one.expires_at <= now
    ]
    end(session, expired, ReservationEnding.EXPIRED, actor=SYSTEM, now=now)
    return len(expired)
