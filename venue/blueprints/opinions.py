"""What one thought of a talk or a film: three large faces, for oneself and one's family."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, url_for
from flask_babel import gettext
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.attendance.rolls import fresh_session
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import enum_field
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.opinions.giving import Given, give, is_asked, who_was_there
from venue.opinions.reading import own_faces
from venue.opinions.rules import Face, opinion_refusal
from venue.permissions import Viewer, people_for, represented, signed_in, the_viewer
from venue.programs.models import ScheduledSession
from venue.submissions import Done, ask_again, submit

blueprint = Blueprint("opinions", __name__)

FACES: dict[Face, str] = {
    Face.GOOD: _l("很好"),
    Face.FAIR: _l("还行"),
    Face.POOR: _l("不好"),
}


class FaceForm(VenueForm):
    """One of three."""

    face = enum_field(_l("怎么样"), FACES)


class OpinionForm(FaceForm):
    """Whose opinion, and which."""

    person_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])


@blueprint.get("/sessions/<int:session_id>/opinion")
@signed_in
def show(session_id: int) -> Response:
    """Ask everybody of the family who was there what they thought of it."""
    return _page(_asked(session_id))


@blueprint.post("/sessions/<int:session_id>/opinion")
@signed_in
def tell(session_id: int) -> Response:
    """Write an opinion down; the next one replaces it."""
    one = _asked(session_id)
    form = OpinionForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)
    person_id = form.person_id.data or 0

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        people_for(session, who, [person_id])
        now = clock.now()
        outcome = give(session, session_id, person_id, form.face.data, actor=who.acts(), now=now)
        if not isinstance(outcome, Given):
            return outcome
        flash(gettext("记下了，谢谢您。"), "ok")
        return Done(url_for("opinions.show", session_id=session_id))

    outcome = submit(form.submission_key.data or "", act)
    return answer(outcome.location) if isinstance(outcome, Done) else _page(one, 409)


def _asked(session_id: int) -> ScheduledSession:
    """Return a session about which people are asked; answers 404 for any other."""
    try:
        one = fresh_session(db.session(), session_id)
    except NoResultFound:
        abort(404)
    if not is_asked(one):
        abort(404)
    g.center = one.program.center
    return one


def _page(one: ScheduledSession, status: int = 200) -> Response:
    people = represented(db.session(), the_viewer())
    ids = [person.id for person in people]
    there = who_was_there(db.session(), one, ids)
    return render(
        "opinions/show.html",
        status=status,
        one=one,
        program=one.program,
        people=[person for person in people if person.id in there],
        own=own_faces(db.session(), one.id, ids),
        faces=FACES,
        refusal=opinion_refusal(
            asked=True, was_there=bool(there), ends_at=one.ends_at, now=clock.now()
        ),
    )
