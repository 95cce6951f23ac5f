"""The rooms of a center as cards with photos, to be looked through and printed."""

from __future__ import annotations

from flask import Response

from venue.blueprints.rooms.addresses import blueprint
from venue.caching import cacheable
from venue.db import db
from venue.htmx import render
from venue.permissions import center_of
from venue.places.sharing import rooms_to_show


@blueprint.get("/centers/<slug>/rooms/list")
@cacheable
def index(slug: str) -> Response:
    """List the rooms that are in use: the center's own, then those that others share with it."""
    center = center_of(slug)
    rooms = rooms_to_show(db.session(), center.id)
    return render(
        "rooms/index.html",
        own=[room for room in rooms if room.center_id == center.id],
        shared=[room for room in rooms if room.center_id != center.id],
    )
