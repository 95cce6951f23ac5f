"""The duty poster: a week on one sheet of paper, for the wall beside the door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.wrappers import Response

from venue.blueprints.office.base import blueprint
from venue.blueprints.office.duty import asked_monday, by_shift, week_links, whole_week
from venue.db import db
from venue.duty.reading import duties
from venue.duty.rules import Duty
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.days import DayHours, day_hours
from venue.places.models import Center
from venue.places.opening import Hours, load_hours, room_names, years_not_announced
from venue.places.rules import Layer
from venue.timeline.local_time import local_date

DAYS = 7


@dataclass(frozen=True, slots=True)
class PosterDay:
    """One day of the poster: when it is open, and its shifts, each with who takes it."""

    hours: DayHours
    shifts: list[list[Duty]]


@blueprint.get("/<slug>/duty/poster")
@staff(Permission.OFFICE)
def duty_poster(center: Center) -> Response:
    """Show a week (`?week=` any date of it) as the sheet that is printed of it."""
    monday = asked_monday()
    sunday = monday + timedelta(days=DAYS - 1)
    hours = load_hours(db.session(), center.id, monday, sunday)
    return render(
        "office/duty_poster.html",
        week=(monday, sunday),
        weeks=week_links("office.duty_poster", center, monday),
        days=_days(hours, duties(db.session(), center.id, whole_week(monday)), monday),
        unattended=[rule for rule in hours.rules if rule.layer is Layer.UNATTENDED],
        room_names=room_names(db.session(), center.id),
        provisional=years_not_announced(db.session(), (monday, sunday)),
    )


def _days(hours: Hours, found: Iterable[Duty], monday: date) -> list[PosterDay]:
    """Return the days of the week; what began on the Sunday before stands on its Monday."""
    shifts: dict[date, list[list[Duty]]] = {
        monday + timedelta(days=number): [] for number in range(DAYS)
    }
    for people in by_shift(found):
        shifts[max(monday, local_date(people[0].interval.start))].append(people)
    return [PosterDay(day_hours(hours, on), ones) for on, ones in shifts.items()]
