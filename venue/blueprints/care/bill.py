"""What a family has of care altogether: the meals ahead, and the bill by month."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from flask import Response

from venue import clock
from venue.blueprints.care.addresses import blueprint, children
from venue.childcare.bill import bill_by_month
from venue.childcare.reading import BookedDay, booked_days
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import local_date, week_start


@blueprint.get("/bill")
@signed_in
def bill() -> Response:
    """Show the meals of the coming weeks and what is owed by month, of all children together."""
    mine = children()
    booked = booked_days(db.session(), [one.id for one in mine])
    return render(
        "care/bill.html",
        names={one.id: one.full_name for one in mine},
        weeks=_meals_ahead(booked, clock.now()),
        months=bill_by_month(booked),
        today=clock.today(),
    )


def _meals_ahead(
    booked: Iterable[BookedDay], now: datetime
) -> list[tuple[date, list[tuple[date, list[BookedDay]]]]]:
    """Return the meals that will be cooked, by the Monday of their week and by date."""
    weeks: dict[date, dict[date, list[BookedDay]]] = {}
    for one in booked:
        comes = one.status is EnrollmentStatus.CONFIRMED and not one.called_off
        if comes and one.meal and one.ends_at > now:
            on = local_date(one.starts_at)
            weeks.setdefault(week_start(on), {}).setdefault(on, []).append(one)
    return [(monday, list(days.items())) for monday, days in weeks.items()]
