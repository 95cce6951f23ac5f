"""The page of one room: what it is, how it is booked, its week with what is free, its calendar."""

from __future__ import annotations

from flask import Response, abort, g, request
from flask_babel import gettext
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from venue import clock
from venue.blueprints.calendars.addresses import subscription
from venue.blueprints.rooms.addresses import blueprint, reservation_at_url, reservation_url
from venue.blueprints.rooms.choosing import choose, week_links
from venue.blueprints.rooms.limits import bookable_parts
from venue.blueprints.rooms.timetable import room_week, week_of
from venue.blueprints.schedule import as_seen_by, events_by_room
from venue.caching import cacheable
from venue.db import db
from venue.htmx import render
from venue.permissions import viewer
from venue.places.judging import load_room_time
from venue.places.models import Room
from venue.places.opening import years_not_announced
from venue.reservations.rules import not_bookable
from venue.reservations.terms import terms_of
from venue.timeline.local_time import local_date

_ROOM = (
    select(Room)
    .where(Room.id == bindparam("room_id"))
    .options(
        joinedload(Room.center),
        joinedload(Room.photo),
        selectinload(Room.equipment),
        selectinload(Room.shared_with),
    )
)


@blueprint.get("/rooms/<int:room_id>")
@cacheable
def show(room_id: int) -> Response:
    """Show a room with one of its weeks."""
    room = db.session.scalar(_ROOM, {"room_id": room_id})
    if room is None:
        abort(404)
    g.center = room.center
    now = clock.now()
    today = local_date(now)
    chosen = choose(request.args, today)
    time = load_room_time(db.session(), [room.id], [chosen.whole])
    claims = events_by_room(db.session(), [room.id], chosen.whole, now=now)[room.id]
    events = as_seen_by(viewer(), room.center, claims)
    days = week_of(chosen.monday, time.hours[room.id], room.id)
    terms = terms_of(db.session(), room)
    return render(
        "rooms/show.html",
        status=200 if chosen.understood else 404,
        room=room,
        chosen=chosen,
        today=today,
        row=room_week(room, days, events, None, now),
        free=[bookable_parts(time.free(room.id, day.on), terms, now) for day in days],
        terms=terms,
        reservation=reservation_url,
        reservation_at=reservation_at_url,
        bookable=not not_bookable(terms),
        provisional=years_not_announced(db.session(), (chosen.monday, chosen.sunday)),
        weeks=week_links(chosen, today, "rooms.show", room_id=room.id),
        feed=subscription(
            f"{room.center.name} {room.name}",
            gettext("改期会自动更新"),
            "calendars.room",
            room_id=room.id,
        ),
    )
