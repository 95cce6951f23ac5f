"""Booking what was chosen on the calendar."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.care.addresses import blueprint, children, visible_care
from venue.blueprints.care.calendar import calendar_page, summary_page
from venue.blueprints.care.choosing import ChoiceForm
from venue.childcare.booking_days import Booked, DaysRefused, book_days
from venue.childcare.judging_days import judge_days
from venue.db import db
from venue.htmx import answer
from venue.permissions import Viewer, people_for, signed_in
from venue.submissions import Done, submit


@blueprint.post("/<int:program_id>/bookings")
@signed_in
def book(program_id: int) -> Response:
    """Book the days of a summary for the viewer's children."""
    program, care = visible_care(program_id)
    form = ChoiceForm()
    valid, mine = form.read(), children()
    verdict = judge_days(db.session(), care, mine, now=clock.now(), agreed=bool(form.agreed.data))
    choice = form.chosen(care, verdict, mine)
    if not valid:
        return summary_page(program, care, form, choice, None, status=422)
    if not choice.children or not choice.session_ids:
        return calendar_page(program, care, form, choice, status=422, missing=True)
    wishes = choice.wishes(verdict)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        people_for(session, who, [wish.child_id for wish in wishes])
        outcome = book_days(
            session,
            program_id,
            wishes,
            when_full=choice.when_full,
            agreed=bool(form.agreed.data),
            actor=who.acts(),
            now=clock.now(),
        )
        if not isinstance(outcome, Booked):
            return outcome
        flash(said(outcome), "ok")
        return Done(url_for("care.days", program_id=program_id))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    refused = outcome if isinstance(outcome, DaysRefused) else None
    if refused is None:
        return calendar_page(program, care, form, choice, status=422, missing=True)
    return summary_page(program, care, form, choice, refused, status=409)


def said(outcome: Booked) -> str:
    """Say what was booked, what waits and what was left out."""
    parts = []
    if outcome.taken:
        parts.append(gettext("报好了 %(n)s 天。", n=len(outcome.taken)))
    if outcome.waiting:
        parts.append(gettext("%(n)s 天在候补，有空位会通知。", n=len(outcome.waiting)))
    if outcome.left_out:
        parts.append(gettext("%(n)s 天满了，没有报。", n=len(outcome.left_out)))
    return "".join(parts)
