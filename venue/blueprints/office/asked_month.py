"""The month that a page of the office is about, and the ways to its neighbors."""

from __future__ import annotations

from flask import abort, request, url_for
from flask_babel import gettext

from venue import clock
from venue.blueprints.office.occupancy import Period, period_of
from venue.blueprints.office.times import EARLIEST_YEAR, LATEST_YEAR
from venue.places.models import Center


def asked_month() -> Period:
    """Return the month of `?period=2026-11`, this one without it; answers 404 for no month."""
    period = period_of(request.args.get("period"), clock.today())
    if period is None or period.month is None:
        abort(404)
    return period


def month_steps(endpoint: str, center: Center, period: Period) -> list[dict[str, object]]:
    """Return the links to the month before and after."""
    steps = [
        ("‹", gettext("上个月"), period.shifted(-1)),
        ("›", gettext("下个月"), period.shifted(1)),
    ]
    return [
        {
            "label": label,
            "name": name,
            "url": url_for(endpoint, slug=center.slug, period=other.written),
        }
        for label, name, other in steps
        if EARLIEST_YEAR <= other.year <= LATEST_YEAR
    ]
