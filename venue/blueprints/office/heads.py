"""How many heads were counted where nobody enrolls, by day and by hour."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from venue import clock
from venue.attendance.heads import head_figures
from venue.blueprints.office.base import blueprint
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center

SHOWN = timedelta(days=27)
"""Four weeks with today: each weekday four times (own)."""


@blueprint.get("/<slug>/heads")
@staff(Permission.OFFICE)
def heads(center: Center) -> Response:
    """Show the heads of the last four weeks."""
    last_on = clock.today()
    first_on = last_on - SHOWN
    return render(
        "office/heads.html",
        figures=head_figures(db.session(), center.id, first_on, last_on),
        first_on=first_on,
        last_on=last_on,
    )
