"""The year of a center for everybody: when it is open on any date, or why not, and who is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from flask import Blueprint, Response, abort, request, url_for

from venue import clock
from venue.blueprints.formats import day as day_words
from venue.blueprints.months import (
    choose_month,
    day_name,
    hours_words,
    month_links,
    within_reach,
    year_links,
    year_sheet,
)
from venue.blueprints.office.names import LAYERS
from venue.caching import cacheable
from venue.db import db
from venue.duty.reading import duties
from venue.duty.rules import Duty
from venue.htmx import render
from venue.permissions import center_of
from venue.places.days import by_layer, day_hours, days_of_year, unattended_rooms
from venue.places.opening import announced_years, load_hours, room_names, years_not_announced
from venue.places.rules import Layer
from venue.timeline.local_time import local_date, whole_days

blueprint = Blueprint("year", __name__)


@blueprint.get("/centers/<slug>/year")
@cacheable
def show(slug: str) -> Response:
    """Show a year (`?year=`); on a narrow screen one month of it (`?month=`), with its days."""
    center = center_of(slug)
    today = local_date(clock.now())
    chosen = choose_month(request.args, today)
    hours = load_hours(db.session(), center.id, chosen.first_on, chosen.last_on)
    days = days_of_year(hours, chosen.year)
    on_duty = _names_by_date(_coming_duties(center.id, chosen.first_on, chosen.last_on, today))
    sheet = year_sheet(
        days,
        chosen,
        today,
        announced_years(db.session()),
        lambda on: url_for("year.day", slug=center.slug, on=on),
        on_duty=on_duty,
    )
    return render(
        "year/show.html",
        status=200 if chosen.understood else 404,
        sheet=sheet,
        years=year_links(chosen, today, "year.show", slug=center.slug),
        months=month_links(chosen, today, "year.show", slug=center.slug),
        days=[
            (day, day_name(day), hours_words(day), on_duty.get(day.on, []))
            for day in days
            if day.on.month == chosen.month
        ],
        closures=hours.closures,
        unattended=[rule for rule in hours.rules if rule.layer is Layer.UNATTENDED],
        room_names=room_names(db.session(), center.id),
    )


@blueprint.get("/centers/<slug>/days/<on>")
@cacheable
def day(slug: str, on: str) -> Response:
    """Show one day: its hours by layer, closures, and who is there."""
    center = center_of(slug)
    today = local_date(clock.now())
    asked = _date(on, today)
    hours = load_hours(db.session(), center.id, asked, asked)
    told = day_hours(hours, asked)
    return render(
        "year/day.html",
        day=told,
        today=today,
        said=hours_words(told),
        day_name=day_name(told),
        layers=by_layer(told.stretches),
        layer_names=LAYERS,
        unattended=unattended_rooms(hours, asked),
        closures=hours.closures,
        room_names=room_names(db.session(), center.id),
        duties=_coming_duties(center.id, asked, asked, today),
        not_announced=years_not_announced(db.session(), [asked]),
        around=[
            {
                "label": "‹" if one < asked else "›",
                "name": day_words(one),
                "url": url_for("year.day", slug=center.slug, on=one),
            }
            for one in (asked - timedelta(days=1), asked + timedelta(days=1))
            if within_reach(one.year, today)
        ],
    )


def _date(text: str, today: date) -> date:
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        abort(404)
    if not within_reach(asked.year, today):
        abort(404)
    return asked


def _coming_duties(center_id: int, first_on: date, last_on: date, today: date) -> list[Duty]:
    """Return who is on duty on the days from today on; who was there is nobody's business."""
    first_on = max(first_on, today)
    if first_on > last_on:
        return []
    return duties(db.session(), center_id, whole_days(first_on, last_on))


def _names_by_date(found: Sequence[Duty]) -> dict[date, list[str]]:
    """Return who is there by date, each named once, in order of time."""
    return {
        on: list(dict.fromkeys(one.full_name for one in ones))
        for on, ones in groupby(found, lambda one: local_date(one.interval.start))
    }
