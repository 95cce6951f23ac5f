"""In which school grade a child is: asked once, counted on every September."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.blueprints.care.addresses import blueprint, visible_care
from venue.blueprints.forms import VenueForm
from venue.childcare.rules import FIRST_GRADE, LAST_GRADE
from venue.htmx import answer
from venue.people.changing import set_grade
from venue.permissions import Viewer, person_for, signed_in
from venue.submissions import Done, ask_again, submit


class GradeForm(VenueForm):
    """A grade of primary school."""

    grade = IntegerField(validators=[InputRequired(), NumberRange(FIRST_GRADE, LAST_GRADE)])


@blueprint.post("/<int:program_id>/children/<int:person_id>/grade")
@signed_in
def grade(program_id: int, person_id: int) -> Response:
    """Set the grade of a child of the viewer's in this school year, and go on with the calendar."""
    visible_care(program_id)
    form = GradeForm()
    if not form.validate():
        return ask_again(form) if form.expired else abort(404)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        person_for(session, who, person_id)
        set_grade(session, person_id, form.grade.data or 0, actor=who.acts(), now=clock.now())
        return Done(url_for("care.calendar", program_id=program_id))

    outcome = submit(form.submission_key.data or "", act)
    return answer(outcome.location)
