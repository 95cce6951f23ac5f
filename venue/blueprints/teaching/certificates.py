"""The certificates of all who completed a program, for one print job."""

from __future__ import annotations

from flask import Response, abort, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from venue import clock
from venue.attendance.certificates import Certificate, completions, whole_seats
from venue.blueprints.certificates import check_at, key
from venue.blueprints.teaching.addresses import blueprint, may_take
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in, the_viewer
from venue.programs.models import Program
from venue.seats.models import Enrollment


@blueprint.get("/programs/<int:program_id>/certificates")
@signed_in
def certificates(program_id: int) -> Response:
    """Show who completed a program, one sheet each, and what the others lack."""
    program = db.session.scalar(
        select(Program)
        .where(Program.id == program_id)
        .options(joinedload(Program.center), joinedload(Program.teacher))
    )
    if program is None or not may_take(the_viewer(), program):
        abort(404)
    g.center = program.center
    seats = whole_seats(db.session(), Enrollment.program_id == program.id)
    found = completions(db.session(), seats, key=key(), now=clock.now())
    return render(
        "teaching/certificates.html",
        program=program,
        certificates=[one for one in found.values() if isinstance(one, Certificate)],
        others=[
            (one, found[one.id])
            for one in seats
            if one.id in found and not isinstance(found[one.id], Certificate)
        ],
        check_at=check_at(),
    )
