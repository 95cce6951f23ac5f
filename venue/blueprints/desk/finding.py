"""The page of the counter: finding a person, whom to call, and who has a room today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired

from venue import clock
from venue.accounts.rules import phone_number
from venue.attendance.expected import missing_elders
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.forms import VenueForm, new_submission_key
from venue.config import settings
from venue.db import db
from venue.htmx import answer, render, wants_fragment
from venue.permissions import Permission, staff
from venue.places.calling import call_list
from venue.places.finding import find_people, strangers_with
from venue.places.membership import welcome
from venue.places.models import Center
from venue.reservations.reading import granted_at
from venue.submissions import Done, ask_again
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, local_date

LONGEST_SEARCH = 60
FIRST_CALLS = 5
"""Of the call list, how many stand on the page of the counter (own)."""


class StrangerForm(VenueForm):
    """Somebody who is not known here, with the number by which they were found."""

    person_id = IntegerField(validators=[InputRequired()])
    phone = HiddenField(validators=[InputRequired()])


@blueprint.get("/<slug>/")
@staff(Permission.DESK)
def show(center: Center) -> BaseResponse:
    """Show the search, what it finds (`?q=`), whom to call, and who has a room today.

    While somebody types, only what is found is sent. Enter (`?go=1`) leads to the one who is meant,
    when only one is.
    """
    text = _text()
    if wants_fragment():
        return render("desk/_found.html", **_found(center, text))
    if "go" in request.args and (only := find_people(db.session(), center, text).only):
        return redirect(url_for("desk.person", slug=center.slug, person_id=only.id))
    return desk_page(center, 200)


def desk_page(center: Center, status: int, said: str | None = None) -> Response:
    """Return the page of the desk; `said` is why a button of it was not carried out."""
    now = clock.now()
    today_at = day_start(local_date(now))
    today = Interval(today_at, today_at + timedelta(days=1))
    return render(
        "desk/show.html",
        status=status,
        said=said,
        **_found(center, _text()),
        missing=missing_elders(db.session(), center.id, now=now),
        calls=call_list(db.session(), center.id, now=now),
        first_calls=FIRST_CALLS,
        reservations=granted_at(db.session(), center.id, today),
        patience=settings().room_no_show_after,
        now=now,
    )


def _text() -> str:
    return request.args.get("q", "").strip()[:LONGEST_SEARCH]


def _found(center: Center, text: str) -> dict[str, Any]:
    return {
        "text": text,
        "found": find_people(db.session(), center, text),
        "submission_key": new_submission_key(),
    }


@blueprint.post("/<slug>/patrons")
@staff(Permission.DESK)
def take_in(center: Center) -> BaseResponse:
    """Let the center know somebody who named their whole number at its desk."""
    form = StrangerForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)
    person_id, phone = form.person_id.data, phone_number(form.phone.data or "") or ""

    def act(session: Session, actor: Actor) -> Done:
        asked_for = strangers_with(session, center, phone)
        if person_id not in {one.person.id for one in asked_for}:
            abort(404)
        welcome(session, center.id, person_id, actor=actor, now=clock.now())
        return Done(url_for("desk.person", slug=center.slug, person_id=person_id))

    outcome: Done = send(form, center, Channel.COUNTER, act)
    flash(gettext("已登记到本中心。"), "ok")
    return answer(outcome.location)
