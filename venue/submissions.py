"""How a view writes: one form, one transaction, one verb, and the same answer when sent twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Response, request
from flask import session as cookie
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from venue import clock
from venue.accounts.rules import token_hash
from venue.accounts.submitting import Repeated, begin, finish, forget, outcome_of
from venue.db import db, write_transaction
from venue.htmx import render
from venue.permissions import Viewer, acting, viewer

Refusal = TypeVar("Refusal")


@dataclass(frozen=True, slots=True)
class Done:
    """The form did what it says; `location` is the page that shows it."""

    location: str


def submit(key: str, act: Callable[[Session, Viewer | None], Done | Refusal]) -> Done | Refusal:
    """Run `act` in one write transaction, with the viewer as that transaction sees them.

    The form with this key is carried out once: sent again, it gets the first `Done` without a
    second act. After a refusal it may be sent again.
    """
    with write_transaction() as session:
        who = acting()
        first = begin(session, key, sender(), now=clock.now())
        if isinstance(first, Repeated):
            return Done(first.outcome)
        outcome = act(session, who)
        if isinstance(outcome, Done):
            finish(session, first, outcome.location)
        else:
            forget(session, first)
        return outcome


def answered(key: str) -> Done | None:
    """Return the answer of a form that was carried out before.

    For views that must look at something first which the form itself changes, such as a password.
    """
    outcome = outcome_of(db.session(), key, sender())
    return None if outcome is None else Done(outcome)


def ask_again(form: FlaskForm) -> Response:
    """Answer a one-button form whose token has expired: 422, and the same button, fresh.

    Whatever else the form carried stays in it.
    """
    keys = {"csrf_token", "submission_key"}
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in keys]
    return render("errors/expired.html", status=422, kept=kept, form=form)


def sender() -> str:
    """Return who sends forms here: the person, or the browser of somebody not signed in.

    Such a browser is known by the secret of its form tokens: it had that before it sent the form,
    so that a retry after a lost answer still comes from the same sender.
    """
    who = viewer()
    if who is not None:
        return f"person-{who.person.id}"
    return f"browser-{token_hash(cookie['csrf_token'])[:40]}"
