"""Telling the person of a reservation what became of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.reservations.models import Reservation


def tell_about(
    session: Session, one: Reservation, kind: MessageKind, *, now: datetime, **more: str | None
) -> None:
    """Tell the person of a reservation loaded by `locked`, with the room and the time as they are.

    `more` are the parameters that only this kind of message has.
    """
    room, use = one.booking.room, one.booking.use
    parameters = {
        "room": room.name,
        "room_id": room.id,
        "center": room.center.name,
        "at": use.start.isoformat(),
        "ends_at": use.end.isoformat(),
        **more,
    }
    tell(session, [one.person_id], kind, parameters, center_id=room.center_id, now=now)
