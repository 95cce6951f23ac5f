"""The blueprint of draws, and which of them a visitor may see."""

from __future__ import annotations

from flask import Blueprint, abort, g
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from venue.db import db
from venue.draws.models import Draw, DrawNumber
from venue.permissions import Permission, viewer

blueprint = Blueprint("draws", __name__)


def visible_draw(draw_id: int) -> Draw:
    """Return a draw with its center, term and numbers, and make the center the page's.

    Answers 404 for one that is not published, to all but the office that prepares it.
    """
    draw = db.session.scalar(
        select(Draw)
        .where(Draw.id == draw_id)
        .options(
            joinedload(Draw.center),
            joinedload(Draw.term),
            selectinload(Draw.numbers).load_only(DrawNumber.number),
        )
    )
    if draw is None:
        abort(404)
    g.center = draw.center
    if draw.published_at is None:
        who = viewer()
        if who is None or not who.may(Permission.OFFICE, draw.center):
            abort(404)
    return draw
