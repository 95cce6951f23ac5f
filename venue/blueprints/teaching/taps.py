"""The taps of a roll: somebody is there, or is not after all; somebody came without a seat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import AnyOf, InputRequired, NumberRange

from venue import clock
from venue.attendance import marking
from venue.attendance.outcomes import Counted, Marked, Reopened, RollClosed, Unmarked
from venue.attendance.rules import Way
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.taps import TapForm
from venue.blueprints.teaching.addresses import blueprint, session_taken_by
from venue.blueprints.teaching.roll import WalkInForm, roll_page
from venue.db import db
from venue.htmx import answer
from venue.permissions import Viewer, signed_in, the_viewer
from venue.places.finding import look_alikes
from venue.programs.models import ScheduledSession
from venue.submissions import Done, ask_again, submit

WELL = (Marked, Unmarked, Counted, RollClosed, Reopened)

Verb = Callable[[Session, ScheduledSession, Actor], Any]
"""A verb on the roll of a session, called in the transaction of the form."""


class CountForm(TapForm):
    """One more, or one less."""

    change = IntegerField(validators=[InputRequired(), AnyOf((-1, 1))])


class MakeUpForm(VenueForm):
    """Which missed lesson."""

    lesson_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])


@dataclass(frozen=True, slots=True)
class NotFound:
    """The center knows nobody of that name and year."""

    full_name: str


@dataclass(frozen=True, slots=True)
class Several:
    """It knows several; the desk can tell them apart."""

    full_name: str


@blueprint.post("/sessions/<int:session_id>/people/<int:person_id>/arrival")
@signed_in
def arrive(session_id: int, person_id: int) -> Response:
    """Mark somebody who has a seat as there."""
    form = TapForm()

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        now = form.made_at
        return marking.arrive(session, one.id, person_id, way=Way.ROLL, actor=actor, now=now)

    return carry_out(form, session_id, verb, f"person-{person_id}")


@blueprint.post("/sessions/<int:session_id>/people/<int:person_id>/correction")
@signed_in
def correct(session_id: int, person_id: int) -> Response:
    """Take somebody's mark back."""
    form = TapForm()

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        return marking.undo(session, one.id, person_id, actor=actor, now=form.made_at)

    return carry_out(form, session_id, verb, f"person-{person_id}")


@blueprint.post("/sessions/<int:session_id>/head-count")
@signed_in
def count(session_id: int) -> Response:
    """Count one more, or one less, who came without a seat and a name."""
    form = CountForm()

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        change = form.change.data or 0
        return marking.count_walk_ins(session, one.id, change, actor=actor, now=form.made_at)

    return carry_out(form, session_id, verb, "walk-ins")


@blueprint.post("/sessions/<int:session_id>/walk-ins")
@signed_in
def walk_in(session_id: int) -> Response:
    """Mark somebody whom the center knows, and who has no seat, as there."""
    form = WalkInForm()
    if not form.validate_on_submit():
        return roll_page(session_id, 422, walk_in=form)
    name, year = form.full_name.data or "", form.birth_year.data or 0

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        found = look_alikes(session, one.center_id, name, year)
        if len(found) != 1:
            return Several(name) if found else NotFound(name)
        person_id = found[0].person.id
        return marking.walk_in(session, one.id, person_id, actor=actor, now=clock.now())

    return carry_out(form, session_id, verb, "walk-ins", form)


@blueprint.post("/sessions/<int:session_id>/people/<int:person_id>/make-up")
@signed_in
def make_up(session_id: int, person_id: int) -> Response:
    """Let being here make up for a lesson that somebody without a seat has missed."""
    form = MakeUpForm()

    def verb(session: Session, one: ScheduledSession, actor: Actor) -> Any:
        return marking.walk_in(
            session,
            one.id,
            person_id,
            makes_up_id=form.lesson_id.data,
            actor=actor,
            now=clock.now(),
        )

    return carry_out(form, session_id, verb, f"person-{person_id}")


def carry_out(
    form: VenueForm,
    session_id: int,
    verb: Verb,
    anchor: str = "roll",
    walk_in: WalkInForm | None = None,
) -> Response:
    """Carry out a verb of a roll that the viewer may take, and show the roll again."""
    session_taken_by(db.session(), the_viewer(), session_id)
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        outcome = verb(session, session_taken_by(session, who, session_id), who.acts())
        if not isinstance(outcome, WELL):
            return outcome
        return Done(url_for("teaching.session", session_id=session_id, _anchor=anchor))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return roll_page(session_id, 409, refusal=outcome, walk_in=walk_in)
