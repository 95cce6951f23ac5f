"""The blueprint of the door, whose day an address names, and how a mark of the door is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.childcare.board import Board, OnBoard, boards, care_session
from venue.childcare.presence import is_on_duty
from venue.db import db
from venue.htmx import answer
from venue.permissions import Permission, Viewer, the_viewer
from venue.places.models import Center
from venue.submissions import Done, submit
from venue.timeline.local_time import local_date

blueprint = Blueprint("door", __name__, url_prefix="/door")

Page = Callable[[VenueForm, Any, int], Response]
"""The page of a form with what stood against it, and the status."""


def on_duty(session: Session, center: Center, who: Viewer) -> bool:
    """Tell whether the viewer is on duty at the center today."""
    return is_on_duty(session, center.id, who.person_id, now=clock.now())


def board_of(center: Center, session_id: int, *, duty: bool) -> Board:
    """Return the board of one care day of the center; answers 404 when it has none such today."""
    day = care_session(db.session(), center.id, session_id)
    if day is None or local_date(day.starts_at) != clock.today():
        abort(404)
    return boards(db.session(), [day], on_duty=duty, now=clock.now())[0]


def child_on(board: Board, person_id: int) -> OnBoard:
    """Return a child of a care day; answers 404 for everybody else."""
    found = [one for one in board.children if one.child.id == person_id]
    if not found:
        abort(404)
    return found[0]


def on_board(center: Center, anchor: str) -> Callable[[Any], str]:
    """Return that every outcome leads to this place on the board."""
    return lambda _outcome: url_for("door.show", slug=center.slug, _anchor=anchor)


def mark(
    center: Center,
    form: VenueForm,
    verb: Callable[[Session, Actor], Any],
    well: tuple[type, ...],
    page: Page,
    *,
    address: Callable[[Any], str],
    duty: bool = True,
) -> Response:
    """Carry out a verb of the door and lead to the address of its outcome, once.

    Only who is on duty marks children.

    The role and the duty are looked at again in the transaction of the form.
    """

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        if not who.may(Permission.CARE, center) or (duty and not on_duty(session, center, who)):
            abort(403)
        outcome = verb(session, who.acts())
        if not isinstance(outcome, well):
            return outcome
        return Done(address(outcome))

    outcome = submit(form.submission_key.data or "", act)
    return answer(outcome.location) if isinstance(outcome, Done) else page(form, outcome, 409)


def require_duty(center: Center) -> None:
    """Answer 403 to who is not on duty today."""
    if not on_duty(db.session(), center, the_viewer()):
        abort(403)
