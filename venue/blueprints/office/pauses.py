"""Pauses of new enrollments: appeals to answer, and the pauses in force."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.fields import text_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.seats.models import Pause
from venue.seats.pausing import Kept, Waived, answer_appeal, missed_of, pauses_at, waive
from venue.submissions import Done

LONGEST_ANSWER = 200
"""Characters that the columns hold."""


class WaiverForm(VenueForm):
    """Why a pause ends early; the person reads it."""

    reason = text_field(_l("原因（会告诉本人）"), LONGEST_ANSWER, _l("请写明原因。"))


class AnswerForm(VenueForm):
    """Why an appeal does not end a pause; the person reads it."""

    answer = text_field(_l("回复（会告诉本人）"), LONGEST_ANSWER, _l("请写明为什么。"))


@blueprint.get("/<slug>/pauses")
@staff(Permission.OFFICE)
def pauses(center: Center) -> Response:
    """List the pauses in force, those with an appeal to answer first."""
    return _page(center, 200)


@blueprint.post("/<slug>/pauses/<int:pause_id>/waiver")
@staff(Permission.OFFICE)
def waive_pause(center: Center, pause_id: int) -> Response:
    """End a pause early, with a reason."""
    of_center(Pause, pause_id, center)
    form = WaiverForm()

    def act(session: Session, actor: Actor) -> Any:
        reason = form.reason.data or ""
        outcome = waive(session, pause_id, reason, actor=actor, now=clock.now())
        return _to_list(center) if isinstance(outcome, Waived) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(center, status, refusal, pause_id, form)

    return answered(form, act, page, _l("已撤销，本人会收到原因，现在就可以报名。"))


@blueprint.post("/<slug>/pauses/<int:pause_id>/answer")
@staff(Permission.OFFICE)
def keep_pause(center: Center, pause_id: int) -> Response:
    """Answer an appeal with why the pause stays."""
    of_center(Pause, pause_id, center)
    form = AnswerForm()

    def act(session: Session, actor: Actor) -> Any:
        text = form.answer.data or ""
        outcome = answer_appeal(session, pause_id, text, actor=actor, now=clock.now())
        return _to_list(center) if isinstance(outcome, Kept) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(center, status, refusal, pause_id, form)

    return answered(form, act, page, _l("已回复，暂停照旧。"))


def _page(
    center: Center,
    status: int,
    refusal: object = None,
    about: int | None = None,
    form: WaiverForm | AnswerForm | None = None,
) -> Response:
    """Show the list; a form that was sent stands open with the pause `about` which it is."""
    found = pauses_at(db.session(), center.id, now=clock.now())
    return render(
        "office/pauses.html",
        status=status,
        pauses=[(one, missed_of(one)) for one in found],
        refusal=refusal,
        about=about,
        waiver=form if isinstance(form, WaiverForm) else None,
        answer=form if isinstance(form, AnswerForm) else None,
    )


def _to_list(center: Center) -> Done:
    return Done(url_for("office.pauses", slug=center.slug))
