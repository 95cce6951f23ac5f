"""Who is expected today, who came, and whom to call because they did not."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.attendance.expected import expected_elders
from venue.attendance.marking import arrive as mark
from venue.attendance.outcomes import Marked
from venue.attendance.rules import Way
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.forms import ButtonForm
from venue.config import settings
from venue.db import db
from venue.htmx import answer, render
from venue.people.acting import who_act_for
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import ScheduledSession
from venue.submissions import Done, ask_again


@blueprint.get("/<slug>/expected")
@staff(Permission.DESK)
def expected(center: Center) -> Response:
    """Show everybody who is expected today, whoever is missing first."""
    return _page(center)


@blueprint.post("/<slug>/sessions/<int:session_id>/people/<int:person_id>/arrival")
@staff(Permission.DESK)
def mark_arrival(center: Center, session_id: int, person_id: int) -> Response:
    """Mark somebody who is expected as there."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, actor: Actor) -> Any:
        one = session.get(ScheduledSession, session_id)
        if one is None or one.center_id != center.id:
            abort(404)
        now = clock.now()
        outcome = mark(session, session_id, person_id, way=Way.ROLL, actor=actor, now=now)
        if not isinstance(outcome, Marked):
            return outcome
        return Done(url_for("desk.expected", slug=center.slug, _anchor=f"session-{session_id}"))

    outcome = send(form, center, Channel.COUNTER, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(center, 409, outcome)


def _page(center: Center, status: int = 200, refusal: object = None) -> Response:
    now = clock.now()
    people = expected_elders(db.session(), center.id, now=now)
    return render(
        "desk/expected.html",
        status=status,
        sessions=[
            (one, list(of_session))
            for one, of_session in groupby(people, key=lambda each: each.session)
        ],
        acting=who_act_for(db.session(), {one.person.id for one in people}, today=clock.today()),
        minutes=settings().elder_missing_minutes,
        refusal=refusal,
        today=clock.today(),
    )
