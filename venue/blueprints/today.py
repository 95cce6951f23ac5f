"""今天: open or not, who is on duty, what is on and next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby

from flask import Blueprint, redirect, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.frame import CENTER_COOKIE, home_center, leads_elsewhere
from venue.blueprints.office.names import LAYERS
from venue.blueprints.preferences import YEAR
from venue.blueprints.schedule import (
    Event,
    next_session_at,
    public,
    sessions_moved_from,
    sessions_within,
)
from venue.caching import cacheable
from venue.db import db
from venue.duty.reading import duties
from venue.htmx import render
from venue.permissions import center_of
from venue.places.days import by_layer, day_hours, unattended_rooms, whole_day
from venue.places.doors import LOOK_AHEAD, doors
from venue.places.models import Center, District
from venue.places.opening import Hours, load_hours, load_hours_of_centers, room_names
from venue.places.rules import ClosureFact
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date

blueprint = Blueprint("today", __name__)

WEEK = 7
NEWS_AHEAD = timedelta(days=30)
"""Closures that begin within a month are announced (own)."""


@blueprint.get("/")
def front() -> Response:
    """Lead to the visitor's center; before there is one, say how to begin."""
    center = home_center()
    if center is None:
        return render("today/empty.html")
    return redirect(url_for("today.show", slug=center.slug))


@blueprint.get("/centers/")
@cacheable
def choose() -> Response:
    """List the centers by district, each with its doors."""
    now = clock.now()
    centers = db.session.scalars(
        select(Center)
        .join(Center.district)
        .options(contains_eager(Center.district))
        .order_by(District.name, District.id, Center.name, Center.id)
    ).all()
    if not centers:
        return render("today/empty.html")
    first_on = local_date(now)
    hours = load_hours_of_centers(
        db.session(), [one.id for one in centers], first_on, first_on + LOOK_AHEAD
    )
    return render(
        "today/choose.html",
        districts=[
            (district, [(one, doors(hours[one.id], now)) for one in of_district])
            for district, of_district in groupby(centers, key=lambda one: one.district)
        ],
        today=first_on,
    )


@blueprint.get("/centers/<slug>/")
@cacheable
def show(slug: str) -> Response:
    """Show the day at a center; the browser remembers that it is its center."""
    center = center_of(slug)
    now = clock.now()
    today = local_date(now)
    all_day = whole_day(today)
    tomorrow = all_day.end
    hours = load_hours(db.session(), center.id, today, today + LOOK_AHEAD)
    next_at = next_session_at(db.session(), center.id, tomorrow)
    next_on = local_date(next_at) if next_at is not None else today
    rest = Interval(now, whole_day(next_on).end)
    events = _told(sessions_within(db.session(), center.id, rest, now=now))
    moved = _told(sessions_moved_from(db.session(), center.id, all_day, now=now))
    of_today = [one for one in events if one.interval.start < tomorrow]
    taking_place = [one for one in of_today if not one.cancelled]
    of_duty = duties(db.session(), center.id, all_day)
    response = render(
        "today/show.html",
        today=today,
        next_on=next_on,
        doors=doors(hours, now),
        layers=by_layer(hours.of(today)),
        unattended=unattended_rooms(hours, today),
        layer_names=LAYERS,
        days=[day_hours(hours, today + timedelta(days=number)) for number in range(WEEK)],
        closures=_closures_ahead(hours, now),
        room_names=room_names(db.session(), center.id),
        on_duty=[one for one in of_duty if one.interval.holds(now)],
        duties=of_duty,
        moved=moved,
        cancelled=[one for one in of_today if one.cancelled],
        on_now=[one for one in taking_place if one.interval.holds(now)],
        later=[one for one in taking_place if one.interval.start > now],
        next_day=[one for one in events if one.interval.start >= tomorrow],
        more_centers=db.session.scalar(select(func.count()).select_from(Center)) != 1,
    )
    if leads_elsewhere(center):
        response.set_cookie(CENTER_COOKIE, center.slug, max_age=YEAR, samesite="Lax", httponly=True)
    return response


def _told(events: Iterable[Event]) -> list[Event]:
    """Return what is news for everybody: not that some private room is taken."""
    return [seen for seen in map(public, events) if seen is not None and seen.title]


def _closures_ahead(hours: Hours, now: datetime) -> list[ClosureFact]:
    """Return the closures to announce."""
    return [
        one
        for one in hours.closures
        if one.interval.end > now and one.interval.start < now + NEWS_AHEAD
    ]
