"""A certificate of completion as its owner prints it, and a page where anybody can check one."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, request
from sqlalchemy import select

from venue import clock
from venue.attendance.certificates import (
    certificate_key,
    earned,
    enrollment_numbered,
    whole_seats,
)
from venue.blueprints.destinations import public_address
from venue.blueprints.office.fields import one_line
from venue.db import db
from venue.htmx import render
from venue.permissions import person_for, signed_in, the_viewer
from venue.seats.models import Enrollment

blueprint = Blueprint("certificates", __name__)

LONGEST_NUMBER = 40


@blueprint.get("/my/certificates/<int:enrollment_id>")
@signed_in
def show(enrollment_id: int) -> Response:
    """Show the certificate of somebody of the viewer's family, ready to print."""
    owner_id = db.session.scalar(select(Enrollment.person_id).where(Enrollment.id == enrollment_id))
    if owner_id is None:
        abort(404)
    person_for(db.session(), the_viewer(), owner_id)
    seats = whole_seats(db.session(), Enrollment.id == enrollment_id)
    found = earned(db.session(), seats, key=key(), now=clock.now())
    if not found:
        abort(404)
    g.center = found[0].enrollment.program.center
    return render("certificates/show.html", certificate=found[0], check_at=check_at())


@blueprint.get("/certificates")
def check() -> Response:
    """Say whether a certificate with this number (`?number=`) is good, and for what.

    Of the person only the first character of the name is shown: enough to compare with the paper.
    """
    number = one_line(request.args.get("number"))[:LONGEST_NUMBER]
    enrollment_id = enrollment_numbered(key(), number)
    found = []
    if enrollment_id is not None:
        seats = whole_seats(db.session(), Enrollment.id == enrollment_id)
        found = earned(db.session(), seats, key=key(), now=clock.now())
    return render("certificates/check.html", number=number, found=found[0] if found else None)


def check_at() -> str:
    """Return the address at which a number is checked, as it stands on the paper."""
    return public_address("certificates.check")


def key() -> bytes:
    """Return the key of the numbers of this installation."""
    return certificate_key(str(current_app.config["SECRET_KEY"]))
