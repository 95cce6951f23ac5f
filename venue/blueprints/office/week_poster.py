"""The weekly poster: what is on, day by day, for the board beside the door; nobody's name on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.destinations import public_address
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.duty import asked_monday, week_links, whole_week
from venue.blueprints.qr import qr_code
from venue.blueprints.schedule import Event, public, sessions_within
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.days import DayHours, day_hours
from venue.places.models import Center
from venue.places.opening import load_hours, years_not_announced
from venue.seats.standing import CLAIMABLE
from venue.timeline.local_time import local_date

PAPERS = ("a3", "a4")
CODES = 5
"""Programs with a code of their own, beside that of the week: a row of six fits across (own)."""
DENSE, PACKED = 20, 30
"""Lines from which the type is smaller, and from which the days stand in two columns (own)."""


@dataclass(frozen=True, slots=True)
class BoardDay:
    """One day of the poster: when it is open, and what is on."""

    hours: DayHours
    events: list[Event]


@dataclass(frozen=True, slots=True)
class Code:
    """A code to read with a telephone, and what it leads to."""

    label: str
    qr: Markup


@blueprint.get("/<slug>/poster")
@staff(Permission.OFFICE)
def week_poster(center: Center) -> Response:
    """Show a week (`?week=` any date of it) as the sheet (`?paper=a3` or `a4`) to print."""
    monday = asked_monday()
    sunday = monday + timedelta(days=6)
    size = request.args.get("paper")
    size = size if size in PAPERS else PAPERS[0]
    hours = load_hours(db.session(), center.id, monday, sunday)
    found = sessions_within(db.session(), center.id, whole_week(monday), now=clock.now())
    events = [seen for seen in map(public, found) if seen is not None and seen.title]
    return render(
        "office/week_poster.html",
        week=(monday, sunday),
        weeks=week_links("office.week_poster", center, monday, paper=size),
        size=size,
        papers=[
            {
                "label": one.upper(),
                "url": url_for("office.week_poster", slug=center.slug, week=monday, paper=one),
                "current": one == size,
            }
            for one in PAPERS
        ],
        density=_density(len(events)),
        days=[
            BoardDay(day_hours(hours, on), [one for one in events if _is_on(one, on)])
            for on in (monday + timedelta(days=number) for number in range(7))
        ],
        codes=[_week_code(center), *_codes(events)],
        provisional=years_not_announced(db.session(), (monday, sunday)),
        printed_at=clock.now(),
    )


def _is_on(event: Event, on: date) -> bool:
    return local_date(event.interval.start) == on


def _density(lines: int) -> str:
    return "packed" if lines > PACKED else "dense" if lines > DENSE else "roomy"


def _week_code(center: Center) -> Code:
    address = public_address("rooms.week", slug=center.slug)
    return Code(gettext("一周全部安排"), qr_code(address))


def _codes(events: Iterable[Event]) -> list[Code]:
    """Return a code for each of the first programs in which one may still get a place."""
    open_now = {
        one.program_id: one.title or ""
        for one in events
        if one.program_id is not None
        and not one.cancelled
        and one.seats is not None
        and one.seats.anybody.step in CLAIMABLE
    }
    return [
        Code(title, qr_code(public_address("courses.show", program_id=program_id)))
        for program_id, title in list(open_now.items())[:CODES]
    ]
