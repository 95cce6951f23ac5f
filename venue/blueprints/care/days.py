"""The days of care that a family has in one program: giving back, absences, and the bill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, IntegerField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from venue import clock
from venue.blueprints.care.addresses import blueprint, children, visible_care
from venue.blueprints.forms import VenueForm, clean
from venue.blueprints.words import _l
from venue.childcare.bill import BillMonth, bill_by_month
from venue.childcare.care_days import change_until, may_change
from venue.childcare.changing_days import (
    Absent,
    ComesAgain,
    ExtrasChanged,
    GivenBack,
    change_extras,
    give_back,
    take_absence_back,
    tell_absence,
)
from venue.childcare.reading import BookedDay, booked_days
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Viewer, person_for, signed_in
from venue.seats.rules import ACTIVE
from venue.submissions import Done, submit

WHY_LENGTH = 100


class ReturnForm(VenueForm):
    """Which days of a child are given back."""

    enrollment_id = SelectMultipleField(
        coerce=int,
        validate_choice=False,
        validators=[InputRequired(_l("请先勾选要退的日子。"))],
    )


class AbsenceForm(VenueForm):
    """On which day a child does not come, and why."""

    enrollment_id = IntegerField(validators=[InputRequired()])
    why = StringField(
        _l("原因"),
        validators=[
            DataRequired(_l("请写一句原因，例如：发烧。")),
            Length(max=WHY_LENGTH, message=_l("最多 %(n)s 个字。", n=WHY_LENGTH)),
        ],
        filters=[clean],
    )


class DayForm(VenueForm):
    """One day."""

    enrollment_id = IntegerField(validators=[InputRequired()])


class ExtrasForm(DayForm):
    """With what one day is booked from now on."""

    meal = BooleanField()
    nap = BooleanField()


@dataclass(frozen=True, slots=True)
class ChildDays:
    """What one child has of a program, and what is owed for it."""

    child: Person
    ahead: tuple[tuple[BookedDay, bool], ...]
    """Days that are not over, each with whether it can be given back for nothing."""
    behind: tuple[BookedDay, ...]
    months: tuple[BillMonth, ...]

    @property
    def total_fen(self) -> int:
        """What is owed for all of it."""
        return sum(one.owed_fen for one in self.months)


@blueprint.get("/<int:program_id>/days")
@signed_in
def days(program_id: int) -> Response:
    """Show the days that the viewer's children have in a program."""
    return _page(program_id, None, None, 200)


@blueprint.post("/<int:program_id>/children/<int:person_id>/returns")
@signed_in
def return_days(program_id: int, person_id: int) -> Response:
    """Give days back, all that were chosen or none."""
    form = ReturnForm()
    if not form.validate():
        return _page(program_id, form, None, 422, person_id)

    def act(session: Session, who: Viewer) -> Any:
        ids = form.enrollment_id.data or []
        _own(session, program_id, person_id, ids)
        outcome = give_back(session, person_id, ids, actor=who.acts(), now=clock.now())
        if isinstance(outcome, GivenBack):
            flash(gettext("退了 %(n)s 天，不收费。", n=outcome.days), "ok")
        return outcome

    return _answer(program_id, person_id, form, act, GivenBack)


@blueprint.post("/<int:program_id>/children/<int:person_id>/extras")
@signed_in
def extras(program_id: int, person_id: int) -> Response:
    """Let a child eat or nap on one day, or not."""
    form = ExtrasForm()
    if not form.validate():
        return _page(program_id, form, None, 422, person_id)

    def act(session: Session, who: Viewer) -> Any:
        id_ = form.enrollment_id.data or 0
        _own(session, program_id, person_id, [id_])
        outcome = change_extras(
            session,
            person_id,
            id_,
            meal=bool(form.meal.data),
            nap=bool(form.nap.data),
            actor=who.acts(),
            now=clock.now(),
        )
        if isinstance(outcome, ExtrasChanged):
            flash(gettext("改好了。"), "ok")
        return outcome

    return _answer(program_id, person_id, form, act, ExtrasChanged)


@blueprint.post("/<int:program_id>/children/<int:person_id>/absences")
@signed_in
def absence(program_id: int, person_id: int) -> Response:
    """Tell that a child does not come on a day that can no longer be given back."""
    form = AbsenceForm()
    if not form.validate():
        return _page(program_id, form, None, 422, person_id)

    def act(session: Session, who: Viewer) -> Any:
        id_ = form.enrollment_id.data or 0
        _own(session, program_id, person_id, [id_])
        why = form.why.data or ""
        outcome = tell_absence(session, person_id, id_, why, actor=who.acts(), now=clock.now())
        if isinstance(outcome, Absent):
            flash(gettext("请好假了，老师不会等。"), "ok")
        return outcome

    return _answer(program_id, person_id, form, act, Absent)


@blueprint.post("/<int:program_id>/children/<int:person_id>/comings")
@signed_in
def come(program_id: int, person_id: int) -> Response:
    """Take an absence back."""
    form = DayForm()
    if not form.validate():
        return _page(program_id, form, None, 422, person_id)

    def act(session: Session, who: Viewer) -> Any:
        id_ = form.enrollment_id.data or 0
        _own(session, program_id, person_id, [id_])
        outcome = take_absence_back(session, person_id, id_, actor=who.acts(), now=clock.now())
        if isinstance(outcome, ComesAgain):
            flash(gettext("好的，那天还来。"), "ok")
        return outcome

    return _answer(program_id, person_id, form, act, ComesAgain)


def _own(session: Session, program_id: int, person_id: int, ids: Sequence[int]) -> None:
    """Answer 404 for days that are none of the child's in this program."""
    known = {one.enrollment_id for one in booked_days(session, [person_id], program_id=program_id)}
    if not ids or not set(ids) <= known:
        abort(404)


def _answer(program_id: int, person_id: int, form: VenueForm, act: Any, well: type) -> Response:
    def once(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        person_for(session, who, person_id)
        outcome = act(session, who)
        done = isinstance(outcome, well)
        return Done(url_for("care.days", program_id=program_id)) if done else outcome

    outcome = submit(form.submission_key.data or "", once)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(program_id, form, outcome, 409, person_id)


def _page(
    program_id: int, form: VenueForm | None, refusal: Any, status: int, of_child: int | None = None
) -> Response:
    program, care = visible_care(program_id)
    mine = children()
    if of_child is not None and of_child not in {one.id for one in mine}:
        abort(404)
    now = clock.now()
    booked = booked_days(db.session(), [one.id for one in mine], program_id=program_id)
    shown = []
    for child in mine:
        own = [one for one in booked if one.child_id == child.id]
        if not own:
            continue
        live = [
            one
            for one in own
            if one.ends_at > now and (one.status in ACTIVE or one.absent_at is not None)
        ]
        shown.append(
            ChildDays(
                child=child,
                ahead=tuple((one, may_change(one.starts_at, care.fact, now)) for one in live),
                behind=tuple(one for one in own if one.ends_at <= now and one.owed_fen),
                months=bill_by_month(own),
            )
        )
    return render(
        "care/days.html",
        status=status,
        program=program,
        care=care.fact,
        shown=shown,
        form=form,
        refusal=refusal,
        of_child=of_child,
        chosen=request.form.getlist("enrollment_id", type=int),
        until={one.enrollment_id: change_until(one.starts_at, care.fact) for one in booked},
        now=now,
    )
