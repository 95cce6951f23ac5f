"""The photo of a room. Its address changes with its content, so that it is asked for once."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, abort, request
from sqlalchemy import select

from venue.blueprints.rooms.addresses import blueprint
from venue.db import db
from venue.places.models import RoomPhoto

A_YEAR = timedelta(days=365)
"""What stands for good is kept for a year, by custom."""


@blueprint.get("/rooms/<int:room_id>/photo/<digest>.jpg")
def photo(room_id: int, digest: str) -> Response:
    """Answer with the photo that a room has now; an older one is gone."""
    content = db.session.scalar(
        select(RoomPhoto.content).where(RoomPhoto.room_id == room_id, RoomPhoto.digest == digest)
    )
    if content is None:
        abort(404)
    response = Response(content, mimetype="image/jpeg")
    response.cache_control.public = True
    response.cache_control.max_age = int(A_YEAR.total_seconds())
    response.cache_control.immutable = True
    response.set_etag(digest)
    response.make_conditional(request)
    return response
