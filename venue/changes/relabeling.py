"""Changing what is said of a center or room: calendars name the place, and learn of it too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from venue.audit.rules import Actor
from venue.places.booking import HOLDING
from venue.places.calendar import publish_bookings
from venue.places.editing_centers import CenterFacts, NameTaken, change_center
from venue.places.editing_rooms import RoomChange, RoomDescription, change_room
from venue.places.models import Room, RoomBooking
from venue.programs.calendar import publish_sessions
from venue.programs.models import ScheduledSession, SessionRoom


def relabel_center(
    session: Session,
    center_id: int,
    facts: CenterFacts,
    neighborhood_ids: Iterable[int],
    new_neighborhoods: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a center as `change_center` does; its new name reaches what is still to come."""
    changed = change_center(
        session, center_id, facts, neighborhood_ids, new_neighborhoods, actor=actor, now=now
    )
    if "name" in changed:
        _publish_coming(session, ScheduledSession.center_id == center_id, now=now)
        _publish_bookings(session, Room.center_id == center_id, now=now)


def relabel_room(
    session: Session,
    room_id: int,
    description: RoomDescription,
    equipment_ids: Iterable[int],
    new_equipment: Iterable[str],
    *,
    actor: Actor,
    now: datetime,
) -> RoomChange | NameTaken:
    """Change a room as `change_room` does; name and privacy reach what is still to come."""
    outcome = change_room(
        session, room_id, description, equipment_ids, new_equipment, actor=actor, now=now
    )
    if isinstance(outcome, RoomChange) and {"name", "private"} & set(outcome.changed):
        in_room = ScheduledSession.id.in_(
            select(SessionRoom.session_id)
            .join(SessionRoom.booking)
            .where(RoomBooking.room_id == room_id)
        )
        _publish_coming(session, in_room, now=now)
        _publish_bookings(session, Room.id == room_id, now=now)
    return outcome


def _publish_coming(session: Session, chosen: ColumnElement[bool], *, now: datetime) -> None:
    session.flush()
    ids = session.scalars(
        select(ScheduledSession.id).where(chosen, ScheduledSession.ends_at > now)
    ).all()
    publish_sessions(session, ids, now=now)


def _publish_bookings(session: Session, chosen: ColumnElement[bool], *, now: datetime) -> None:
    """Do the same for the bookings that no session owns."""
    bookings = session.scalars(
        select(RoomBooking)
        .join(RoomBooking.room)
        .where(chosen, RoomBooking.status.in_(HOLDING), RoomBooking.ends_at > now)
    ).all()
    publish_bookings(session, bookings, now=now)
