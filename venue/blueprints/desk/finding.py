"""The page of the counter: finding a person, whom to call, and who has a room today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import not_, select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired

from venue import clock
from venue.accounts.reaching import has_inbox
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.forms import VenueForm, new_submission_key
from venue.config import settings
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Permission, staff
from venue.places.finding import find_people, strangers_with
from venue.places.membership import welcome
from venue.places.models import Center
from venue.programs.models import Program
from venue.reservations.reading import granted_at
from venue.seats.models import Enrollment, WaitlistOffer
from venue.submissions import Done, ask_again
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, local_date

LONGEST_SEARCH = 60
MOST_CALLS = 20


class StrangerForm(VenueForm):
    """Somebody who is not known here, with the number by which they were found."""

    person_id = IntegerField(validators=[InputRequired()])
    phone = HiddenField(validators=[InputRequired()])


@dataclass(frozen=True, slots=True)
class Call:
    """A seat is held for somebody who does not look into an inbox."""

    enrollment: Enrollment
    expires_at: datetime


@blueprint.get("/<slug>/")
@staff(Permission.DESK)
def show(center: Center) -> Response:
    """Show the search, what it finds (`?q=`), whom to call, and who has a room today."""
    return desk_page(center, 200)


def desk_page(center: Center, status: int, said: str | None = None) -> Response:
    """Return the page of the desk; `said` is why a button of it was not carried out."""
    now = clock.now()
    text = request.args.get("q", "").strip()[:LONGEST_SEARCH]
    today_at = day_start(local_date(now))
    today = Interval(today_at, today_at + timedelta(days=1))
    return render(
        "desk/show.html",
        status=status,
        said=said,
        text=text,
        found=find_people(db.session(), center, text, today=clock.today()),
        calls=calls(db.session(), center.id, now=now),
        reservations=granted_at(db.session(), center.id, today),
        patience=settings().room_no_show_after,
        now=now,
        submission_key=new_submission_key(),
    )


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


def calls(session: Session, center_id: int, *, now: datetime) -> Sequence[Call]:
    """Return the open offers of people without an account for whom nobody acts, by expiry."""
    rows = session.execute(
        select(Enrollment, WaitlistOffer.expires_at)
        .join(WaitlistOffer, WaitlistOffer.enrollment_id == Enrollment.id)
        .join(Enrollment.program)
        .join(Enrollment.person)
        .where(
            Program.center_id == center_id,
            WaitlistOffer.answered_at.is_(None),
            WaitlistOffer.expires_at > now,
            not_(has_inbox(Enrollment.person_id, local_date(now))),
        )
        .options(contains_eager(Enrollment.program), contains_eager(Enrollment.person))
        .order_by(WaitlistOffer.expires_at)
        .limit(MOST_CALLS)
    )
    return [Call(row[0], row[1]) for row in rows]
