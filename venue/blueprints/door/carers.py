"""Who is with the children of a care day; whoever of the staff says so is on duty from then on."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.door.addresses import blueprint, board_of, mark, on_board
from venue.blueprints.door.board import board_page
from venue.blueprints.door.forms import VolunteerForm
from venue.blueprints.forms import VenueForm
from venue.blueprints.taps import TapForm
from venue.childcare.presence import (
    CarerCame,
    CarerLeft,
    carer_comes,
    carer_leaves,
    volunteer_comes,
)
from venue.permissions import Permission, staff, the_viewer
from venue.places.models import Center
from venue.submissions import ask_again

DAY = "/<slug>/sessions/<int:session_id>"


@blueprint.post(f"{DAY}/carers")
@staff(Permission.CARE)
def come(center: Center, session_id: int) -> Response:
    """Note that the viewer is with the children; from now on they are on duty."""
    board_of(center, session_id, duty=False)
    form = TapForm()
    person_id = the_viewer().person_id

    def verb(session: Session, actor: Actor) -> Any:
        return carer_comes(session, session_id, person_id, actor=actor, now=form.made_at)

    return _mark(center, session_id, form, verb, duty=False)


@blueprint.post(f"{DAY}/volunteers")
@staff(Permission.CARE)
def volunteer(center: Center, session_id: int) -> Response:
    """Note a volunteer, who counts for no child."""
    board_of(center, session_id, duty=False)
    form = VolunteerForm()

    def verb(session: Session, actor: Actor) -> Any:
        name = form.full_name.data or ""
        return volunteer_comes(session, session_id, name, actor=actor, now=clock.now())

    return _mark(center, session_id, form, verb)


@blueprint.post(f"{DAY}/carers/<int:presence_id>/departure")
@staff(Permission.CARE)
def leave(center: Center, session_id: int, presence_id: int) -> Response:
    """Note that somebody has left the children."""
    carers = board_of(center, session_id, duty=False).carers
    if presence_id not in {one.presence_id for one in carers}:
        abort(404)
    form = TapForm()

    def verb(session: Session, actor: Actor) -> Any:
        return carer_leaves(session, session_id, presence_id, actor=actor, now=form.made_at)

    return _mark(center, session_id, form, verb)


def _mark(
    center: Center, session_id: int, form: VenueForm, verb: Any, *, duty: bool = True
) -> Response:
    def page(sent: VenueForm, refusal: Any, status: int) -> Response:
        kept = sent if isinstance(sent, VolunteerForm) else None
        return board_page(center, kept, refusal, status)

    if not form.validate():
        return ask_again(form) if form.expired else page(form, None, 422)
    well = (CarerCame, CarerLeft)
    return mark(
        center, form, verb, well, page, address=on_board(center, f"day-{session_id}"), duty=duty
    )
