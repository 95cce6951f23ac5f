"""Applications to be answered by the stated criteria: a seat, or which criterion is not met."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, pressed
from venue.blueprints.office.fields import offer_words
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.people.rules import age_on
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.seats.applications import applications_at
from venue.seats.approving import approve, refuse
from venue.seats.models import Enrollment
from venue.seats.outcomes import Enrolled, NoSuchCriterion, NotActive, Refused, Rejected, Waitlisted
from venue.submissions import Done
from venue.timeline.local_time import local_date


class RefusalForm(VenueForm):
    """Which of the published criteria is not met; the applicant reads it."""

    criterion = RadioField(
        _l("不符合哪一条（会告诉申请人）"),
        validators=[InputRequired(_l("请选不符合的那一条。"))],
    )


@blueprint.get("/<slug>/applications")
@staff(Permission.OFFICE)
def applications(center: Center) -> Response:
    """List what waits for an answer, program by program."""
    return _page(center, 200)


@blueprint.post("/<slug>/applications/<int:enrollment_id>/approval")
@staff(Permission.OFFICE)
def approve_application(center: Center, enrollment_id: int) -> Response:
    """Grant an application, for all who came together."""
    _program_of(center, enrollment_id)

    def act(session: Session, actor: Actor) -> Any:
        outcome = approve(session, enrollment_id, actor=actor, now=clock.now())
        if isinstance(outcome, Waitlisted):
            place = outcome.position
            flash(gettext("已同意。名额满了，先排在候补第 %(n)s 位，会通知申请人。", n=place), "ok")
        elif isinstance(outcome, Enrolled):
            flash(gettext("已同意，名额给了申请人，会收到通知。"), "ok")
        else:
            return outcome
        return _to_list(center)

    return pressed(act, lambda refusal: _page(center, 409, refusal, enrollment_id), None)


@blueprint.post("/<slug>/applications/<int:enrollment_id>/refusal")
@staff(Permission.OFFICE)
def refuse_application(center: Center, enrollment_id: int) -> Response:
    """Turn an application down by one of the criteria."""
    form = _refusal_form(_program_of(center, enrollment_id), enrollment_id, request.form)

    def act(session: Session, actor: Actor) -> Any:
        criterion = form.criterion.data
        outcome = refuse(session, enrollment_id, criterion, actor=actor, now=clock.now())
        return _to_list(center) if isinstance(outcome, Rejected) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(center, status, refusal, enrollment_id, form)

    return answered(form, act, page, _l("已答复，申请人会收到是哪一条不符合。"))


def _refusal_form(program: Program, enrollment_id: int, typed: Any) -> RefusalForm:
    """Return the form of one application of several on a page, with what was typed into it."""
    form = RefusalForm(formdata=typed)
    form.criterion.id = f"criterion-{enrollment_id}"
    offer_words(form.criterion, [(line, line) for line in program.criteria.splitlines()])
    return form


def _page(
    center: Center,
    status: int,
    refusal: Refused | NotActive | NoSuchCriterion | None = None,
    about: int | None = None,
    form: RefusalForm | None = None,
) -> Response:
    """Show the list; a form that was sent stands open with the application `about` which it is."""
    waiting = applications_at(db.session(), center.id)
    today = clock.today()
    return render(
        "office/applications.html",
        status=status,
        programs=[
            (program, [*group]) for program, group in groupby(waiting, lambda one: one.program)
        ],
        ages={
            one.id: age_on(
                local_date(application.begins_at) if application.begins_at else today,
                one.person.birth_year,
                one.person.birth_on,
            )
            for application in waiting
            for one in application.people
        },
        forms={
            one.id: form if form and one.id == about else _refusal_form(one.program, one.id, None)
            for one in waiting
        },
        refusal=refusal,
        about=about,
        now=clock.now(),
    )


def _program_of(center: Center, enrollment_id: int) -> Program:
    """Return for which program of the center an enrollment is; answers 404 when it is not here."""
    found = db.session.scalar(
        select(Program)
        .join(Enrollment, Enrollment.program_id == Program.id)
        .where(Enrollment.id == enrollment_id, Program.center_id == center.id)
    )
    if found is None:
        abort(404)
    return found


def _to_list(center: Center) -> Done:
    return Done(url_for("office.applications", slug=center.slug))
