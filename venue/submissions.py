"""How a view writes: one form, one transaction, one verb, and the same answer when sent twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
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
    second act. After a refusal it may be sent again. Another button of the page, or the same form
    with something else typed after going back, is another form, whatever its key.
    """
    with write_transaction() as session:
        who = acting()
        first = begin(session, _digest(key), sender(), now=clock.now())
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
    outcome = outcome_of(db.session(), _digest(key), sender())
    return None if outcome is None else Done(outcome)


def ask_again(form: FlaskForm) -> Response:
    """Answer a one-button form whose token has expired: 422, and the same button, fresh.

    Whatever else the form carried stays in it.
    """
    return render("errors/expired.html", status=422, kept=_typed(), form=form)


def _digest(key: str) -> str:
    """Return what stands for a form in the database: its key, where it was sent and what it says.

    Somebody who was told "done" by the key alone would believe that of what was never looked at.
    """
    whole = json.dumps([key, request.path, _typed(), _files()])
    return sha256(whole.encode()).hexdigest()


def _typed() -> list[tuple[str, str]]:
    """Return the fields of the form that was sent, in order, without its token and key."""
    keys = {"csrf_token", "submission_key"}
    return [(name, text) for name, text in request.form.items(multi=True) if name not in keys]


def _files() -> list[tuple[str, str]]:
    """Return the files that were sent, each with its digest; they can be read again afterwards."""
    found = []
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        found.append((name, sha256(file.stream.read()).hexdigest()))
        file.stream.seek(0)
    return found


def sender() -> str:
    """Return who sends forms here: the person, or the browser of somebody not signed in.

    Such a browser is known by the secret of its form tokens: it had that before it sent the form,
    so that a retry after a lost answer still comes from the same sender.
    """
    who = viewer()
    if who is not None:
        return f"person-{who.person_id}"
    return f"browser-{token_hash(cookie['csrf_token'])[:40]}"
