"""The page for the screen in the hall: today, which rooms are free now, what begins next."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Blueprint
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.schedule import public, sessions_within
from venue.caching import cacheable
from venue.db import db
from venue.htmx import render
from venue.permissions import center_of
from venue.places.days import whole_day
from venue.places.doors import LOOK_AHEAD, Open, doors
from venue.places.models import Center, Room
from venue.places.opening import load_hours
from venue.places.searching import Wanted, find_free_rooms, for_residents
from venue.places.sharing import rooms_to_show
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date

blueprint = Blueprint("wall", __name__)

LINES = 6
"""What a screen shows that is read from three meters (own)."""
FREE_FOR = timedelta(minutes=30)
"""A room that is free for less is none to sit down in (own)."""


@blueprint.get("/centers/<slug>/wall")
@cacheable
def show(slug: str) -> Response:
    """Show what whoever comes in wants to know, and nobody's name; the page renews itself."""
    center, now = center_of(slug), clock.now()
    today = local_date(now)
    hours = load_hours(db.session(), center.id, today, today + LOOK_AHEAD)
    state = doors(hours, now)
    rest = Interval(now, whole_day(today).end)
    events = [
        seen
        for seen in map(public, sessions_within(db.session(), center.id, rest, now=now))
        if seen is not None and seen.title and not seen.cancelled
    ]
    return render(
        "wall/show.html",
        "wall/_screen.html",
        now=now,
        today=today,
        doors=state,
        on_now=[one for one in events if one.interval.holds(now)][:LINES],
        later=[one for one in events if one.interval.start > now][:LINES],
        free=_free_rooms(center, now) if isinstance(state, Open) else [],
    )


def _free_rooms(center: Center, now: datetime) -> list[Room]:
    """Return the rooms for residents that nobody has for a while."""
    rooms = [one for one in rooms_to_show(db.session(), center.id) if for_residents(one)]
    wanted = Wanted(Interval(now, now + FREE_FOR))
    offers = find_free_rooms(db.session(), center, rooms, wanted, now=now)
    return [one.room for one in offers.free][:LINES]
