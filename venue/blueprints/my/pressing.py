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
from venue.permissions import Viewer, people_for
from venue.submissions import Done, ask_again, submit

Outcome = TypeVar("Outcome")


def press(
    owners: Select[int],
    verb: Callable[[Session, Actor], Outcome],
    well: tuple[type, ...],
    said: str,
) -> Response | Outcome:
    """Carry out a verb on what belongs to `owners`; return any outcome that is none of `well`.

    Answers 404 for what is nobody's, or not all of the viewer's family's.
    """
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    next_page = own_path(http.form.get("next"), url_for("my.show"))

    def act(session: Session, who: Viewer | None) -> Done | Outcome:
        owner_ids = session.scalars(owners).all()
        if who is None or not owner_ids:
            abort(404)
        people_for(session, who, owner_ids)
        outcome = verb(session, who.acts())
        return Done(next_page) if isinstance(outcome, well) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return outcome
    flash(said, "ok")
    return answer(outcome.location)
