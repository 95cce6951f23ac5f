"""Which programs a draw gives out: each center of the district brings in its own."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import blueprint, of_center, pressed
from venue.blueprints.office.draw_reading import candidates
from venue.blueprints.office.draws import draw_page
from venue.blueprints.words import _l
from venue.db import db
from venue.draws import preparing
from venue.draws.models import Draw, DrawProgram
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.submissions import Done


@blueprint.get("/<slug>/draws/<int:draw_id>/programs")
@staff(Permission.OFFICE)
def draw_programs(center: Center, draw_id: int) -> Response:
    """Show what a center has in a draw that another center of the district runs."""
    return _page(center, _in_district(center, draw_id), None, 200)


@blueprint.post("/<slug>/draws/<int:draw_id>/programs/<int:program_id>")
@staff(Permission.OFFICE)
def add_to_draw(center: Center, draw_id: int, program_id: int) -> Response:
    """Let a draw give out the seats of one of the center's programs."""
    found = _in_district(center, draw_id)
    of_center(Program, program_id, center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = preparing.add_program(session, draw_id, program_id, actor=actor, now=clock.now())
        return _back(center, found) if isinstance(outcome, Draw) else outcome

    return pressed(act, lambda refusal: _page(center, found, refusal, 409), _l("已加入摇号。"))


@blueprint.post("/<slug>/draws/<int:draw_id>/programs/<int:program_id>/removal")
@staff(Permission.OFFICE)
def remove_from_draw(center: Center, draw_id: int, program_id: int) -> Response:
    """Take a program out of a draw; who runs the draw may take out any, others their own."""
    found = _in_district(center, draw_id)
    if found.center_id != center.id:
        of_center(Program, program_id, center)

    def act(session: Session, actor: Actor) -> Any:
        outcome = preparing.remove_program(
            session, draw_id, program_id, actor=actor, now=clock.now()
        )
        return _back(center, found) if isinstance(outcome, Draw) else outcome

    return pressed(act, lambda refusal: _page(center, found, refusal, 409), _l("已移出摇号。"))


def _in_district(center: Center, draw_id: int) -> Draw:
    """Return a draw that the center runs, or may join; answers 404 for any other."""
    found = db.session.scalar(
        select(Draw)
        .join(Draw.center)
        .where(Draw.id == draw_id, Center.district_id == center.district_id)
        .options(joinedload(Draw.center), joinedload(Draw.term))
    )
    if found is None:
        abort(404)
    return found


def _page(center: Center, found: Draw, refusal: Any, status: int) -> Response:
    if found.center_id == center.id:
        return draw_page(center, found, None, refusal, status)
    ours = db.session.scalars(
        select(Program)
        .join(DrawProgram, DrawProgram.program_id == Program.id)
        .where(DrawProgram.draw_id == found.id, Program.center_id == center.id)
        .order_by(Program.title, Program.id)
    ).all()
    return render(
        "office/draw_programs.html",
        status=status,
        draw=found,
        stage=found.stage(clock.now()),
        ours=ours,
        candidates=candidates(db.session(), center, found),
        refusal=refusal,
    )


def _back(center: Center, found: Draw) -> Done:
    endpoint = "office.draw" if found.center_id == center.id else "office.draw_programs"
    return Done(url_for(endpoint, slug=center.slug, draw_id=found.id))
