"""The blueprint of children's files, whose child an address names, and how a file is changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue.audit.rules import Actor
from venue.blueprints.care.addresses import minors
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.htmx import answer
from venue.people.models import Person
from venue.permissions import Viewer, person_for
from venue.submissions import Done, ask_again, submit

blueprint = Blueprint("children", __name__, url_prefix="/my/children")

Page = Callable[[int, VenueForm, Any, int], Response]
"""The page of a child's file with the form that came back, what stood against it and the status."""


def child_of(session: Session, who: Viewer, person_id: int) -> Person:
    """Return a child of the viewer's; answers 404 for everybody else, grown-ups among them."""
    child = person_for(session, who, person_id)
    if person_id == who.person_id or not minors([child]):
        abort(404)
    return child


def change(
    person_id: int,
    form: VenueForm,
    verb: Callable[[Session, Actor], Any],
    well: type,
    sentence: str,
    page: Page,
) -> Response:
    """Carry out a verb on the file of a child of the viewer's, and lead back to the page."""

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        child_of(session, who, person_id)
        outcome = verb(session, who.acts())
        if not isinstance(outcome, well):
            return outcome
        flash(sentence, "ok")
        return Done(url_for("children.show", person_id=person_id))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return page(person_id, form, outcome, 409)


def press(
    person_id: int,
    verb: Callable[[Session, Actor], Any],
    well: type,
    sentence: str,
    page: Page,
) -> Response:
    """Do the same for a form of one button."""
    form = ButtonForm()
    if not form.validate():
        return ask_again(form)
    return change(person_id, form, verb, well, sentence, page)
