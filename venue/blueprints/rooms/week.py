"""The week of every room: rooms × days on a wide screen and on paper, a day of rooms on a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from flask import Response, request, url_for
from flask_babel import gettext
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import selectinload

from venue import clock
from venue.blueprints.formats import weekday
from venue.blueprints.office.names import CATEGORIES
from venue.blueprints.rooms.addresses import blueprint
from venue.blueprints.rooms.choosing import Chosen, choose, week_links
from venue.blueprints.rooms.timetable import density, room_week, week_of
from venue.blueprints.schedule import Event, as_seen_by, events_by_room
from venue.caching import cacheable
from venue.db import db
from venue.htmx import render
from venue.permissions import center_of, viewer
from venue.places.models import Center, Room
from venue.places.opening import load_hours, years_not_announced
from venue.places.rules import Category
from venue.timeline.local_time import local_date

_ROOMS = (
    select(Room)
    .where(
        Room.center_id == bindparam("center_id"),
        or_(Room.retired_at.is_(None), Room.retired_at > bindparam("start")),
    )
    .order_by(Room.position, Room.id)
    .options(selectinload(Room.equipment))
)


@blueprint.get("/centers/<slug>/rooms")
@cacheable
def week(slug: str) -> Response:
    """Show the week; asked for a part, all below the head of the page."""
    center = center_of(slug)
    now = clock.now()
    today = local_date(now)
    chosen = choose(request.args, today)
    asked = {"center_id": center.id, "start": chosen.whole.start}
    rooms = db.session.scalars(_ROOMS, asked).all()
    hours = load_hours(db.session(), center.id, chosen.monday, chosen.sunday)
    claims = events_by_room(db.session(), [room.id for room in rooms], chosen.whole, now=now)
    who = viewer()
    events = {room_id: as_seen_by(who, center, of_room) for room_id, of_room in claims.items()}
    days = week_of(chosen.monday, hours)
    rows = [
        room_week(
            room, week_of(chosen.monday, hours, room.id), events[room.id], chosen.category, now
        )
        for room in rooms
    ]
    return render(
        "rooms/week.html",
        "rooms/_week.html",
        status=200 if chosen.understood else 404,
        chosen=chosen,
        days=days,
        today=today,
        shown=(chosen.day - chosen.monday).days,
        rows=rows,
        density=density(rows),
        weeks=week_links(chosen, today, "rooms.week", slug=center.slug),
        provisional=years_not_announced(db.session(), (chosen.monday, chosen.sunday)),
        chips=_chips(center, chosen, (event for one in events.values() for event in one)),
        strip=[
            {
                "weekday": weekday(day.on),
                "day": day.on.day,
                "url": _address(center, chosen, chosen.category, day.on),
                "current": day.on == chosen.day,
            }
            for day in days
        ],
    )


def _chips(center: Center, chosen: Chosen, events: Iterable[Event]) -> list[dict[str, object]]:
    """Return a filter for everything, and one for each category that the week holds."""
    counts = Counter(event.category for event in events)
    held = [one for one in CATEGORIES if counts[one] or one is chosen.category]
    return [
        {
            "label": CATEGORIES[one] if one else gettext("全部"),
            "seal": one,
            "count": counts[one] if one else counts.total(),
            "url": _address(center, chosen, one, chosen.day),
            "current": one is chosen.category,
        }
        for one in (None, *held)
    ]


def _address(center: Center, chosen: Chosen, category: Category | None, day: date) -> str:
    return url_for("rooms.week", slug=center.slug, week=chosen.monday, day=day, category=category)
