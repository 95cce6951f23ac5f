"""Closing a roll, and opening it again to correct it."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.attendance import closing
from venue.audit.rules import Actor
from venue.blueprints.forms import ButtonForm
from venue.blueprints.teaching.addresses import blueprint
from venue.blueprints.teaching.taps import carry_out
from venue.permissions import Permission, signed_in, the_viewer
from venue.programs.models import ScheduledSession


@blueprint.post("/sessions/<int:session_id>/closing")
@signed_in
def close(session_id: int) -> Response:
    """Close a roll: whoever had a seat and is not marked has missed the session."""

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        return closing.close(session, one.id, actor=actor, now=clock.now())

    return carry_out(ButtonForm(), session_id, verb)


@blueprint.post("/sessions/<int:session_id>/reopening")
@signed_in
def reopen(session_id: int) -> Response:
    """Open a closed roll; only the office does."""

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        if not the_viewer().may(Permission.OFFICE, one.program.center):
            abort(403)
        return closing.reopen(session, one.id, actor=actor, now=clock.now())

    return carry_out(ButtonForm(), session_id, verb)
