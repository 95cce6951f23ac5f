"""The roll of a whole series on paper: a line for each name, a column for each date."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from werkzeug.wrappers import Response

from venue import clock
from venue.attendance.models import Attendance
from venue.blueprints.office.base import blueprint, of_center
from venue.blueprints.office.reading import sessions_of
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Books
from venue.seats.listing import Part, list_people

DATES_ON_A_SHEET = 14
"""As many columns as a hand can still tick on A4 across (own); a longer series has more sheets."""


@blueprint.get("/<slug>/programs/<int:program_id>/roll")
@staff(Permission.OFFICE)
def program_roll(center: Center, program_id: int) -> Response:
    """Show the roll with what was marked so far; where single dates are booked there is none."""
    found = of_center(Program, program_id, center)
    if found.books is not Books.SERIES:
        abort(404)
    dates = [one for one in sessions_of(db.session(), program_id) if one.cancelled_at is None]
    rows = list_people(db.session(), program_id, [Part.SEATED])
    marked = db.session.execute(
        select(Attendance.session_id, Attendance.person_id, Attendance.arrived_at.is_not(None))
        .join(Attendance.session)
        .where(ScheduledSession.program_id == program_id)
    )
    return render(
        "office/program_roll.html",
        program=found,
        people=sorted((row.enrollment.person for row in rows), key=lambda one: one.full_name),
        sheets=[
            dates[first : first + DATES_ON_A_SHEET]
            for first in range(0, len(dates), DATES_ON_A_SHEET)
        ],
        came={(row[0], row[1]): row[2] for row in marked},
        today=clock.today(),
    )
