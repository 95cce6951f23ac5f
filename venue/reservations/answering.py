"""Answering requests: a yes keeps the room, a no gives it back with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.notifications.rules import MessageKind
from venue.places.booking import confirm
from venue.reservations.ending import end
from venue.reservations.locking import locked_one
from venue.reservations.outcomes import Approved, Ended, NotNow
from venue.reservations.rules import ReservationEnding, Standing
from venue.reservations.telling import tell_about


def approve(session: Session, booking_id: int, *, actor: Actor, now: datetime) -> Approved | NotNow:
    """Grant a request; one that was answered before, or has run out, stays as it is.

    Raises NoResultFound for a booking that is no reservation.
    """
    one = locked_one(session, booking_id)
    standing = one.standing(now)
    if standing is not Standing.PENDING:
        return NotNow(standing)
    one.expires_at = None
    one.approved_at = now
    one.approved_by_id = actor.person_id
    session.flush()
    confirm(session, [one.booking])
    facts = {"person_id": one.person_id}
    subject = ("reservation", one.booking_id)
    record(session, actor, "reservation.approved", subject, at=now, facts=facts)
    tell_about(session, one, MessageKind.RESERVATION_APPROVED, now=now)
    return Approved(one.booking_id)


def refuse(
    session: Session, booking_id: int, *, reason: str, actor: Actor, now: datetime
) -> Ended | NotNow:
    """Turn a request down and say why; raises as `approve` does."""
    one = locked_one(session, booking_id)
    standing = one.standing(now)
    if standing is not Standing.PENDING:
        return NotNow(standing)
    end(session, [one], ReservationEnding.REFUSED, reason=reason, actor=actor, now=now)
    return Ended(one.booking_id)
