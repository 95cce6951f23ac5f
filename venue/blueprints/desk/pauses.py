"""Waiving a pause for the person at the counter or on the telephone."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.desk.person_page import Told, person_page
from venue.blueprints.office.pauses import WaiverForm
from venue.db import db
from venue.htmx import answer
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.seats.models import Pause
from venue.seats.pausing import Waived, waive
from venue.submissions import Done


@blueprint.post("/<slug>/people/<int:person_id>/pauses/<int:pause_id>/waiver")
@staff(Permission.DESK)
def waive_pause(center: Center, person_id: int, pause_id: int) -> Response:
    """End a pause of a person at this center early, with a reason."""
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.args.get("channel"))
    form = WaiverForm()
    if not form.validate_on_submit():
        return person_page(center, who, channel, Told(status=422, waiver=form, pause_id=pause_id))

    def act(session: Session, actor: Actor) -> Any:
        of_person = (Pause.person_id == person_id, Pause.center_id == center.id)
        if session.scalar(select(Pause.id).where(Pause.id == pause_id, *of_person)) is None:
            abort(404)
        reason = form.reason.data or ""
        outcome = waive(session, pause_id, reason, actor=actor, now=clock.now())
        if not isinstance(outcome, Waived):
            return outcome
        slug = center.slug
        return Done(url_for("desk.person", slug=slug, person_id=person_id, channel=channel))

    outcome = send_for(form, center, who, channel, act)
    if isinstance(outcome, Done):
        flash(gettext("已撤销，本人会收到原因，现在就可以报名。"), "ok")
        return answer(outcome.location)
    who = patron_of(db.session(), center, person_id)
    return person_page(center, who, channel, Told(status=409, pause_over=True))
