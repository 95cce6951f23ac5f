"""What the kitchen of a center cooks for its children, and how many beds there must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.day import asked_day, day_links
from venue.childcare.filling import Figures, FilledDay, days_of_center, total
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.timeline.local_time import week_start

DAYS = 7


@dataclass(frozen=True, slots=True)
class KitchenRow:
    """One program: its figures of each day of the week, by date."""

    program_id: int
    title: str
    days: dict[date, Figures]


@blueprint.get("/<slug>/kitchen")
@staff(Permission.OFFICE)
def kitchen(center: Center) -> Response:
    """Show meals and naps of a day (`?on=`, today without it) and of its week, by program."""
    on = asked_day()
    monday = week_start(on)
    found = [
        one
        for one in days_of_center(
            db.session(), center.id, monday, monday + timedelta(days=DAYS - 1)
        )
        if not one.called_off
    ]
    return render(
        "office/kitchen.html",
        on=on,
        of_day=_rows(one for one in found if one.on == on),
        of_week=_rows(found),
        dates=sorted({one.on for one in found}),
        totals={each: total(one for one in found if one.on == each) for each in _week(monday)},
        days=day_links("office.kitchen", center, on),
        today=clock.today(),
    )


def _week(monday: date) -> list[date]:
    return [monday + timedelta(days=number) for number in range(DAYS)]


def _rows(days: Iterable[FilledDay]) -> list[KitchenRow]:
    """Return a row for each program, by title; two sessions on one day are added up."""
    rows: dict[int, KitchenRow] = {}
    for one in days:
        row = rows.setdefault(one.program_id, KitchenRow(one.program_id, one.title, {}))
        row.days[one.on] = row.days.get(one.on, Figures()) + one.figures
    return sorted(rows.values(), key=lambda row: row.title)
