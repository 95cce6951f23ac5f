"""What is published of a draw as files, byte for byte: the frozen list, and list with result."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from flask import Response, abort, request
from sqlalchemy import Select, select

from venue.blueprints.draws.addresses import blueprint, visible_draw
from venue.db import db
from venue.draws.models import Draw, DrawRecord


@blueprint.get("/draws/<int:draw_id>/list.txt")
def list_file(draw_id: int) -> Response:
    """Answer with the frozen list."""
    draw = visible_draw(draw_id)
    return _file(draw, "list", draw.list_digest, select(DrawRecord.list_text))


@blueprint.get("/draws/<int:draw_id>/result.txt")
def result_file(draw_id: int) -> Response:
    """Answer with the list and what was drawn from it."""
    draw = visible_draw(draw_id)
    return _file(draw, "result", draw.seed, select(DrawRecord.list_text, DrawRecord.result_text))


def _file(
    draw: Draw, name: str, mark: str | None, texts: Select[*tuple[str | None, ...]]
) -> Response:
    """Answer with texts one after the other.

    `mark` changes when they do, and is None while there are none: that answers 404.
    """
    if mark is None:
        abort(404)
    row = db.session.execute(texts.where(DrawRecord.draw_id == draw.id)).one()
    response = Response(list(_encoded(row)), mimetype="text/plain")
    response.headers["Content-Disposition"] = f"attachment; filename=draw-{draw.id}-{name}.txt"
    response.set_etag(sha256(f"{name} {mark}".encode()).hexdigest())
    response.make_conditional(request)
    return response


def _encoded(texts: tuple[str | None, ...]) -> Iterator[bytes]:
    for text in texts:
        yield (text or "").encode()
