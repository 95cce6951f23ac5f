"""Running a draw again in the browser, from the published file or from any file at hand."""

from __future__ import annotations

from flask import Response, abort, url_for

from venue.blueprints.draws.addresses import blueprint, visible_draw
from venue.htmx import render


@blueprint.get("/draws/<int:draw_id>/verification")
def verify(draw_id: int) -> Response:
    """Check what was published of one draw; asks for nothing but the file itself."""
    draw = visible_draw(draw_id)
    if draw.frozen_at is None:
        abort(404)
    endpoint = "draws.result_file" if draw.drawn_at else "draws.list_file"
    return render("draws/verify.html", draw=draw, file_url=url_for(endpoint, draw_id=draw_id))


@blueprint.get("/draws/verification")
def verify_any() -> Response:
    """Check any file of a draw, chosen from the device; it is not sent anywhere."""
    return render("draws/verify.html", draw=None, file_url=None)
