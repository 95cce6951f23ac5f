"""Counting heads with large buttons: zones into which people drop, and seats at the door."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import AnyOf, InputRequired

from venue import clock
from venue.attendance.heads import zones
from venue.attendance.marking import count_walk_ins
from venue.attendance.outcomes import Counted
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.forms import VenueForm
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import ScheduledSession
from venue.submissions import Done, ask_again


class HeadForm(VenueForm):
    """One more, or one less."""

    change = IntegerField(validators=[InputRequired(), AnyOf((-1, 1))])


@blueprint.get("/<slug>/heads")
@staff(Permission.DESK)
def heads(center: Center) -> Response:
    """Show the zones of today, each with its number and two large buttons."""
    return _page(center)


@blueprint.post("/<slug>/sessions/<int:session_id>/heads")
@staff(Permission.DESK)
def count_head(center: Center, session_id: int) -> Response:
    """Count one more, or one less; at the door that gives a seat away."""
    form = HeadForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)

    def act(session: Session, actor: Actor) -> Any:
        one = session.get(ScheduledSession, session_id)
        if one is None or one.center_id != center.id:
            abort(404)
        change = form.change.data or 0
        outcome = count_walk_ins(session, session_id, change, actor=actor, now=clock.now())
        if not isinstance(outcome, Counted):
            return outcome
        return Done(url_for("desk.heads", slug=center.slug, _anchor=f"zone-{session_id}"))

    outcome = send(form, center, Channel.COUNTER, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(center, 409, outcome)


def _page(center: Center, status: int = 200, refusal: object = None) -> Response:
    return render(
        "desk/heads.html",
        "desk/_zones.html",
        status=status,
        zones=zones(db.session(), center.id, clock.today(), now=clock.now()),
        refusal=refusal,
        today=clock.today(),
    )
