"""What the desk hands over: a slip of one booking, or one of everything a person has here."""

from __future__ import annotations

from flask import Response, abort, request, url_for

from venue.blueprints.desk.base import blueprint, channel_of
from venue.blueprints.slips import (
    Back,
    enrollment_of,
    reservation_of,
    reservation_page,
    runs,
    slip_page,
    slips_page,
)
from venue.db import db
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center


@blueprint.get("/<slug>/people/<int:person_id>/slips")
@staff(Permission.DESK)
def slips(center: Center, person_id: int) -> Response:
    """Show all that a person has at this center, to print."""
    who = patron_of(db.session(), center, person_id)
    return slips_page(who, _back(center, person_id), center)


@blueprint.get("/<slug>/people/<int:person_id>/slips/<int:enrollment_id>")
@staff(Permission.DESK)
def slip(center: Center, person_id: int, enrollment_id: int) -> Response:
    """Show the slip of a seat, a place in line or a care day of this center."""
    who = patron_of(db.session(), center, person_id)
    found = enrollment_of(db.session(), enrollment_id)
    if found.person_id != who.id or not runs(center, found.program):
        abort(404)
    return slip_page(who, _back(center, person_id), found)


@blueprint.get("/<slug>/people/<int:person_id>/reservations/<int:reservation_id>/slip")
@staff(Permission.DESK)
def reservation_slip(center: Center, person_id: int, reservation_id: int) -> Response:
    """Show the slip of a reservation of one of the center's rooms."""
    who = patron_of(db.session(), center, person_id)
    found = reservation_of(db.session(), reservation_id)
    if found.person_id != who.id or found.booking.room.center_id != center.id:
        abort(404)
    return reservation_page(who, _back(center, person_id), found)


def _back(center: Center, person_id: int) -> Back:
    channel = channel_of(request.args.get("channel"))
    url = url_for("desk.person", slug=center.slug, person_id=person_id, channel=channel)
    return Back(url, "desk")
