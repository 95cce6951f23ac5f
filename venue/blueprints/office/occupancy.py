"""How much the rooms are used in a month or a year: a picture, a table, and files of both."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from flask import abort, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.times import EARLIEST_YEAR, LATEST_YEAR
from venue.blueprints.spreadsheets import Cell, csv_answer, xlsx_answer
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.occupancy import RoomOccupancy, occupancy, total
from venue.timeline.hours_of_day import HOURS

SHADES = 5
"""Steps of the picture: up to 20, 40, 60, 80 and 100 percent."""

RARELY = 0.1
"""An hour in which rooms are open so much less than at best is drawn only when it was used: the
one room that is open all night would make the picture too small for a phone."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month, or without one a whole year."""

    year: int
    month: int | None

    @property
    def first_on(self) -> date:
        """The first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def last_on(self) -> date:
        """The last day."""
        month = self.month or 12
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def written(self) -> str:
        """The period as addresses have it: 2026-11, or 2026."""
        return f"{self.year}-{self.month:02}" if self.month else str(self.year)

    def shifted(self, steps: int) -> Period:
        """Return the period so many months, or years, later."""
        if self.month is None:
            return Period(self.year + steps, None)
        years, month = divmod(self.month - 1 + steps, 12)
        return Period(self.year + years, month + 1)


def period_of(text: str | None, today: date) -> Period | None:
    """Read `2026-11` or `2026`; without anything it is this month, None what is neither."""
    if not text:
        return Period(today.year, today.month)
    found = re.fullmatch(r"(\d{4})(?:-(0[1-9]|1[0-2]))?", text)
    if found is None or not EARLIEST_YEAR <= int(found[1]) <= LATEST_YEAR:
        return None
    return Period(int(found[1]), int(found[2]) if found[2] else None)


@blueprint.get("/<slug>/occupancy")
@staff(Permission.OFFICE)
def room_occupancy(center: Center) -> Response:
    """Show the occupancy of `?period=`."""
    period = _period()
    rooms = occupancy(db.session(), center.id, period.first_on, period.last_on)
    every = total(rooms)
    rarely = max(every.open_minutes) * RARELY
    hours = [
        hour
        for hour in range(HOURS)
        if every.taken_minutes[hour] or every.open_minutes[hour] > rarely
    ]
    return render(
        "office/occupancy.html",
        period=period,
        rooms=rooms,
        every=every,
        hours=list(range(hours[0], hours[-1] + 1)) if hours else [],
        shade=shade,
        busiest=busiest,
        periods=_links(center, period),
    )


@blueprint.get("/<slug>/occupancy.csv")
@staff(Permission.OFFICE)
def occupancy_csv(center: Center) -> Response:
    """Answer with a line for each room and hour of the day."""
    period = _period()
    return csv_answer(_filename(center, period), _head(), _rows(center, period))


@blueprint.get("/<slug>/occupancy.xlsx")
@staff(Permission.OFFICE)
def occupancy_xlsx(center: Center) -> Response:
    """Answer with the same as a workbook."""
    period = _period()
    rows = _rows(center, period)
    return xlsx_answer(_filename(center, period), period.written, _head(), rows)


def shade(rate: float | None) -> int | None:
    """Return the step of a share in the picture, from 0 for nothing; None when it was closed."""
    if rate is None:
        return None
    return min(SHADES, -int(-rate * SHADES // 1)) if rate else 0


def busiest(room: RoomOccupancy) -> int | None:
    """Return the hour of the day with the largest share taken, None when none was taken."""
    rates = [(room.rate_at(hour) or 0, -hour) for hour in range(HOURS)]
    rate, hour = max(rates)
    return -hour if rate else None


def _period() -> Period:
    period = period_of(request.args.get("period"), clock.today())
    if period is None:
        abort(404)
    return period


def _links(center: Center, period: Period) -> list[dict[str, object]]:
    """Return the links to the period before and after, and between month and year."""

    def link(other: Period, label: str, name: str | None = None) -> dict[str, object]:
        address = url_for("office.room_occupancy", slug=center.slug, period=other.written)
        return {"label": label, "url": address, "current": other == period, "name": name or label}

    today = clock.today()
    month = period if period.month else Period(period.year, today.month)
    found = [link(month, gettext("月")), link(Period(period.year, None), gettext("年"))]
    if period.year > EARLIEST_YEAR:
        found.insert(0, link(period.shifted(-1), "‹", gettext("往前")))
    if period.year < LATEST_YEAR:
        found.append(link(period.shifted(1), "›", gettext("往后")))
    return found


def _head() -> list[str]:
    return [
        gettext("功能室"),
        gettext("钟点"),
        gettext("开放小时"),
        gettext("占用小时"),
        gettext("占用率"),
    ]


def _rows(center: Center, period: Period) -> Iterator[list[Cell]]:
    for room in occupancy(db.session(), center.id, period.first_on, period.last_on):
        for hour in range(HOURS):
            if room.open_minutes[hour]:
                rate = room.rate_at(hour)
                yield [
                    room.name,
                    f"{hour:02}:00",
                    round(room.open_minutes[hour] / 60, 2),
                    round(room.taken_minutes[hour] / 60, 2),
                    None if rate is None else round(rate, 4),
                ]


def _filename(center: Center, period: Period) -> str:
    return f"{center.name} {gettext('占用')} {period.written}"
