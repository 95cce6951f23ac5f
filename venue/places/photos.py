"""The photo of a room: putting it up, and taking it down."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.models import Room, RoomPhoto
from venue.places.pictures import Picture


def put_up(
    session: Session, room_id: int, picture: Picture, shows: str, *, actor: Actor, now: datetime
) -> None:
    """Show a picture of a room in place of the one before; `shows` says what is to be seen."""
    room = session.get_one(Room, room_id, with_for_update={"key_share": True})
    session.merge(
        RoomPhoto(
            room_id=room.id,
            digest=picture.digest,
            content=picture.content,
            width=picture.width,
            height=picture.height,
            shows=shows,
            taken_in_at=now,
        )
    )
    _record(session, room, "put_up", actor=actor, now=now)


def describe(session: Session, room_id: int, shows: str, *, actor: Actor, now: datetime) -> None:
    """Say in other words what the photo of a room shows, if it has one."""
    room = session.get_one(Room, room_id, with_for_update={"key_share": True})
    if room.photo is not None and room.photo.shows != shows:
        room.photo.shows = shows
        _record(session, room, "described", actor=actor, now=now)


def take_down(session: Session, room_id: int, *, actor: Actor, now: datetime) -> None:
    """Show a room without a photo; one that has none stays so."""
    room = session.get_one(Room, room_id, with_for_update={"key_share": True})
    if room.photo is not None:
        session.delete(room.photo)
        _record(session, room, "taken_down", actor=actor, now=now)


def _record(session: Session, room: Room, what: str, *, actor: Actor, now: datetime) -> None:
    record(session, actor, "room.pictured", ("room", room.id), at=now, facts={"what": what})
