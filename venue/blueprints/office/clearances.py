"""Who of the staff was checked to work with children; only these count on a care day."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import IntegerField
from wtforms.validators import InputRequired, NumberRange

from venue import clock
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.times import day_field
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.words import _l
from venue.db import db
from venue.duty.clearing import Cleared, clearances, enter_clearance
from venue.htmx import answer, render
from venue.permissions import Permission, Viewer, staff
from venue.places.models import Center
from venue.submissions import Done, submit


class ClearanceForm(VenueForm):
    """That somebody was checked."""

    person_id = IntegerField(validators=[InputRequired(), NumberRange(1, LARGEST)])
    checked_on = day_field(_l("查询日期"))


@blueprint.route("/<slug>/clearances", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def staff_clearances(center: Center) -> Response:
    """Show the checks of the staff, and note a new one."""
    form = ClearanceForm()
    if not form.is_submitted():
        return _page(center, None, None, 200)
    if not form.validate():
        return _page(center, form, None, 422)
    person_id, checked_on = form.person_id.data or 0, form.checked_on.data or clock.today()

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None or not who.may(Permission.OFFICE, center):
            abort(403)
        if person_id not in {one.person.id for one in clearances(session, center.id)}:
            abort(404)
        outcome = enter_clearance(session, person_id, checked_on, actor=who.acts(), now=clock.now())
        if not isinstance(outcome, Cleared):
            return outcome
        flash(gettext("已记下，有效一年。"), "ok")
        return Done(url_for("office.staff_clearances", slug=center.slug))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(center, form, outcome, 409)


def _page(center: Center, form: ClearanceForm | None, refusal: Any, status: int) -> Response:
    return render(
        "office/clearances.html",
        status=status,
        staff=clearances(db.session(), center.id),
        form=form,
        refusal=refusal,
        today=clock.today(),
    )
