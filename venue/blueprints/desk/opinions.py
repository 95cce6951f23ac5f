"""Three large faces at the door: what people thought who are asked for no name."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.opinions import FACES, FaceForm
from venue.db import db
from venue.htmx import answer, render
from venue.opinions.giving import Given, give, is_asked
from venue.opinions.rules import opinion_refusal
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import ScheduledSession
from venue.submissions import Done, ask_again


@blueprint.get("/<slug>/sessions/<int:session_id>/opinions")
@staff(Permission.DESK)
def opinions(center: Center, session_id: int) -> Response:
    """Show the faces that people press on their way out."""
    return _page(center, session_id)


@blueprint.post("/<slug>/sessions/<int:session_id>/opinions")
@staff(Permission.DESK)
def count_opinion(center: Center, session_id: int) -> Response:
    """Count one opinion without a name."""
    form = FaceForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)

    def act(session: Session, actor: Actor) -> Any:
        one = session.get(ScheduledSession, session_id)
        if one is None or one.center_id != center.id:
            abort(404)
        outcome = give(session, session_id, None, form.face.data, actor=actor, now=clock.now())
        if not isinstance(outcome, Given):
            return outcome
        flash(gettext("记下了，谢谢您。"), "ok")
        return Done(url_for("desk.opinions", slug=center.slug, session_id=session_id))

    outcome = send(form, center, Channel.COUNTER, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(center, session_id, 409)


def _page(center: Center, session_id: int, status: int = 200) -> Response:
    one = db.session.get(ScheduledSession, session_id)
    if one is None or one.center_id != center.id:
        abort(404)
    return render(
        "desk/opinions.html",
        status=status,
        one=one,
        program=one.program,
        faces=FACES,
        refusal=opinion_refusal(
            asked=is_asked(one), was_there=True, ends_at=one.ends_at, now=clock.now()
        ),
    )
