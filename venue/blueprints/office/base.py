"""The blueprint of the office, and the one way in which all its forms are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, flash, g
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue.accounts.rules import Role
from venue.audit.rules import Actor
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.db import db
from venue.htmx import answer
from venue.permissions import Permission, Viewer
from venue.places.models import Center
from venue.submissions import Done, ask_again, submit

blueprint = Blueprint("office", __name__, url_prefix="/office")

Row = TypeVar("Row")
Act = Callable[[Session, Actor], Any]
"""One verb, called in the transaction of the form: `Done`, or what the verb refused."""
Page = Callable[[Any, int], Response]
"""The page around a form, given the refusal (or None) and the status to answer with."""


def answered(form: VenueForm, act: Act, page: Page, said: str | None) -> Response:
    """Show the page of a form; when it was sent, carry it out and say so, or show why not.

    422 when something typed is wrong, 409 when the verb refuses; what was typed stays. Where
    `said` depends on the outcome, it is None and `act` flashes it.
    """
    if not form.is_submitted():
        return page(None, 200)
    if not form.validate():
        return page(None, 422)
    return _sent(form, act, lambda refusal: page(refusal, 409), said)


def pressed(act: Act, refused: Callable[[Any], Response], said: str | None) -> Response:
    """Answer a form that is one button; `refused` shows the page again with what the verb said.

    Where `said` depends on the outcome, it is None and `act` flashes it.
    """
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    return _sent(form, act, refused, said)


def never(refusal: object) -> Response:
    """Stand for the refusal of a verb that has none."""
    raise AssertionError(refusal)


def _sent(
    form: VenueForm, act: Act, refused: Callable[[Any], Response], said: str | None
) -> Response:
    outcome = carried_out(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return refused(outcome)
    if said is not None:
        flash(str(said), "ok")
    return answer(outcome.location)


def carried_out(key: str, act: Act) -> Any:
    """Carry out the form with this key once, for a viewer who may still work in this office."""

    def once(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        if not _may_still(who):
            abort(403)
        return act(session, who.acts())

    return submit(key, once)


def _may_still(who: Viewer) -> bool:
    """Tell whether the viewer holds the role in the transaction, too: it may just have ended."""
    center = g.get("center")
    if center is not None:
        return who.may(Permission.OFFICE, center)
    return is_administrator(who)


def is_administrator(who: Viewer) -> bool:
    """Tell whether the viewer looks after the whole installation."""
    return any(one.role is Role.ADMINISTRATOR for one in who.roles)


def of_center(kind: type[Row], row_id: int, center: Center) -> Row:
    """Return the row with this id, if it is the center's; answers 404 when it is not."""
    table: Any = kind
    row = db.session.scalar(select(kind).where(table.id == row_id, table.center_id == center.id))
    if row is None:
        abort(404)
    return row
