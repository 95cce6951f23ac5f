"""The page of one room: what it is, when it is open, its week, its calendar."""

from __future__ import annotations

from flask import Response, abort, g, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from venue import clock
from venue.blueprints.calendars.addresses import subscription
from venue.blueprints.rooms.addresses import blueprint
from venue.blueprints.rooms.choosing import choose, week_links
from venue.blueprints.rooms.timetable import room_week, week_of
from venue.blueprints.schedule import as_seen_by, events_by_room
from venue.db import db
from venue.htmx import render
from venue.permissions import viewer
from venue.places.models import Room
from venue.places.opening import load_hours
from venue.timeline.local_time import local_date


@blueprint.get("/rooms/<int:room_id>")
def show(room_id: int) -> Response:
    """Show a room with one of its weeks."""
    room = db.session.scalar(
        select(Room)
        .where(Room.id == room_id)
        .options(joinedload(Room.center), selectinload(Room.equipment))
    )
    if room is None:
        abort(404)
    g.center = room.center
    now = clock.now()
    today = local_date(now)
    chosen = choose(request.args, today)
    hours = load_hours(db.session(), room.center_id, chosen.monday, chosen.sunday)
    claims = events_by_room(db.session(), [room.id], chosen.whole, now=now)[room.id]
    events = as_seen_by(viewer(), room.center, claims)
    days = week_of(chosen.monday, hours, room.id)
    return render(
        "rooms/show.html",
        status=200 if chosen.understood else 404,
        room=room,
        chosen=chosen,
        today=today,
        row=room_week(room, days, events, None, now),
        weeks=week_links(chosen, today, "rooms.show", room_id=room.id),
        feed=subscription(
            f"{room.center.name} {room.name}",
            gettext("改期会自动更新"),
            "calendars.room",
            room_id=room.id,
        ),
    )
