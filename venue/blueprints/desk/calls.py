"""The call list: whom to tell by telephone, what to say, and how the call ended."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from flask import Response, abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs are older
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.attendance.expected import missing_elders
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.forms import VenueForm
from venue.blueprints.my.inbox import moments
from venue.blueprints.office.fields import optional_text_field
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.notifications.rules import AGAIN_AFTER, CallResult
from venue.people.acting import who_act_for
from venue.people.models import Person
from venue.permissions import Permission, staff
from venue.places.calling import NothingToSay, Tried, call_list, note_call
from venue.places.models import Center
from venue.submissions import Done, ask_again
from venue.timeline.local_time import instant, local_date

NOTE_LENGTH = 100
MOST_SHOWN = 30
"""People on one page, the most pressing; whoever is reached makes room for the next (own)."""
LATE_TIME = time(17)
MORNING_TIME = time(9)
"""When people who were out are mostly back, and when one may call in the morning (own)."""


class When(StrEnum):
    """When somebody wants to be called again."""

    SOON = "soon"
    LATE = "late"
    MORNING = "morning"


class CallForm(VenueForm):
    """How a call ended."""

    up_to_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    result = RadioField(choices=[SelectChoice(one.value) for one in CallResult])
    again = RadioField(choices=[SelectChoice(one.value) for one in When], default=When.SOON)
    note = optional_text_field(_l("备注"), NOTE_LENGTH)


@blueprint.get("/<slug>/calls")
@staff(Permission.DESK)
def calls(center: Center) -> Response:
    """Show whom to call; the page prints as a list to take to the telephone."""
    return _page(center, 200)


@blueprint.post("/<slug>/calls/<int:person_id>")
@staff(Permission.DESK)
def note(center: Center, person_id: int) -> BaseResponse:
    """Write down how the call to a person ended."""
    form = CallForm()
    if not form.validate_on_submit():
        if form.expired:
            return ask_again(form)
        return _page(center, 422, person_id, form) if set(form.errors) == {"note"} else abort(404)
    now = clock.now()
    result = CallResult(form.result.data)
    again_at = _again_at(When(form.again.data), now) if result is CallResult.AGAIN else None
    tried = Tried(form.up_to_id.data or 0, result, again_at, form.note.data or "")

    def act(session: Session, actor: Actor) -> Done | NothingToSay:
        outcome = note_call(session, center.id, person_id, tried, actor=actor, now=now)
        if isinstance(outcome, NothingToSay):
            return outcome
        return Done(url_for("desk.calls", slug=center.slug))

    outcome: Done | NothingToSay = send(form, center, Channel.TELEPHONE, act)
    if isinstance(outcome, NothingToSay):
        flash(gettext("这件事已经不用再打电话了：别人打通了，或者家人在网上看到了。"), "info")
        return answer(url_for("desk.calls", slug=center.slug))
    name = db.session.get_one(Person, person_id).full_name
    flash(_said(result, name), "ok")
    return answer(outcome.location)


def _page(
    center: Center, status: int, person_id: int | None = None, sent: CallForm | None = None
) -> Response:
    now = clock.now()
    tasks = call_list(db.session(), center.id, now=now)
    missing = missing_elders(db.session(), center.id, now=now)
    of_missing = {one.person.id for one in missing}
    return render(
        "desk/calls.html",
        status=status,
        missing=missing,
        acting=who_act_for(db.session(), of_missing, today=local_date(now)),
        tasks=[
            (one, [(message, moments(message.parameters)) for message in one.messages])
            for one in tasks[:MOST_SHOWN]
        ],
        more=max(0, len(tasks) - MOST_SHOWN),
        sent={person_id: sent} if sent else {},
        late=now < instant(local_date(now), LATE_TIME),
        now=now,
    )


def _again_at(when: When, now: datetime) -> datetime:
    today = local_date(now)
    if when is When.MORNING:
        return instant(today + timedelta(days=1), MORNING_TIME)
    if when is When.LATE:
        return max(instant(today, LATE_TIME), now)
    return now + AGAIN_AFTER


def _said(result: CallResult, name: str) -> str:
    if result is CallResult.REACHED:
        return gettext("记下了：%(name)s已经知道了。", name=name)
    return gettext("记下了，到时候会再提醒打给%(name)s。", name=name)
