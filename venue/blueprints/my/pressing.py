"""Buttons of 我的: an act on something of the viewer's family, and the page again when it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, flash, url_for
from flask import request as http
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue.audit.rules import Actor
from venue.blueprints.destinations import own_path
from venue.blueprints.forms import ButtonForm
from venue.htmx import answer
from venue.permissions import Viewer, person_for
from venue.submissions import Done, ask_again, submit

Outcome = TypeVar("Outcome")


def press(
    owner: Select[int],
    verb: Callable[[Session, Actor], Outcome],
    well: tuple[type, ...],
    said: str,
) -> Response | Outcome:
    """Carry out a verb on what belongs to `owner`; return any outcome that is none of `well`.

    Answers 404 for what is nobody's of the viewer's family.
    """
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    next_page = own_path(http.form.get("next"), url_for("my.show"))

    def act(session: Session, who: Viewer | None) -> Done | Outcome:
        owner_id = session.scalar(owner)
        if who is None or owner_id is None:
            abort(404)
        person_for(session, who, owner_id)
        outcome = verb(session, who.acts())
        return Done(next_page) if isinstance(outcome, well) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return outcome
    flash(said, "ok")
    return answer(outcome.location)
