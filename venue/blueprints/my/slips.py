"""The slips of a family: what is booked, on paper, for who has no telephone at hand."""

from __future__ import annotations

from flask import Response, g, url_for

from venue.blueprints.my.addresses import blueprint
from venue.blueprints.slips import (
    Back,
    enrollment_of,
    reservation_of,
    reservation_page,
    slip_page,
    slips_page,
)
from venue.db import db
from venue.permissions import person_for, signed_in, the_viewer


@blueprint.get("/my/people/<int:person_id>/slips")
@signed_in
def slips(person_id: int) -> Response:
    """Show all that somebody of the viewer's family has, to print."""
    who = person_for(db.session(), the_viewer(), person_id)
    return slips_page(who, _back(), None)


@blueprint.get("/enrollments/<int:enrollment_id>/slip")
@signed_in
def slip(enrollment_id: int) -> Response:
    """Show the slip of a seat or a place in line of the viewer's family."""
    found = enrollment_of(db.session(), enrollment_id)
    who = person_for(db.session(), the_viewer(), found.person_id)
    g.center = found.program.center
    return slip_page(who, _back(), found)


@blueprint.get("/reservations/<int:reservation_id>/slip")
@signed_in
def reservation_slip(reservation_id: int) -> Response:
    """Show the slip of a reservation of the viewer's family."""
    found = reservation_of(db.session(), reservation_id)
    who = person_for(db.session(), the_viewer(), found.person_id)
    g.center = found.booking.room.center
    return reservation_page(who, _back(), found)


def _back() -> Back:
    return Back(url_for("my.show"), "me")
