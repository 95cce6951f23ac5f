"""Appealing against a pause, for oneself or one of the family."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.attending import AppealForm
from venue.blueprints.my.showing import show_mine
from venue.db import db
from venue.htmx import answer
from venue.permissions import Viewer, person_for, signed_in, the_viewer
from venue.seats.models import Pause
from venue.seats.pausing import AlreadyAppealed, Appealed, appeal
from venue.submissions import Done, submit


@blueprint.post("/my/pauses/<int:pause_id>/appeal")
@signed_in
def appeal_against(pause_id: int) -> Response:
    """Say why a pause is not right; what was typed stays until it was sent."""
    _require(db.session(), the_viewer(), pause_id)
    form = AppealForm()
    if not form.validate_on_submit():
        return show_mine(status=422, appeal=form, pause_id=pause_id)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        _require(session, who, pause_id)
        text = form.text.data or ""
        outcome = appeal(session, pause_id, text, actor=who.acts(), now=clock.now())
        return Done(url_for("my.show")) if isinstance(outcome, Appealed) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        flash(gettext("申诉交上去了，工作人员的回复会在“消息”里告诉您。"), "ok")
        return answer(outcome.location)
    if isinstance(outcome, AlreadyAppealed):
        return show_mine(status=409, said=gettext("已经申诉过了，请等工作人员回复，或者打电话问。"))
    return show_mine(status=409, said=gettext("这次暂停已经结束，现在就可以报名。"))


def _require(session: Session, who: Viewer, pause_id: int) -> None:
    """Answer 404 for a pause of nobody in the viewer's family."""
    owner_id = session.scalar(select(Pause.person_id).where(Pause.id == pause_id))
    if owner_id is None:
        abort(404)
    person_for(session, who, owner_id)
