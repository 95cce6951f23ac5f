"""The second calendar: on which days the schools of the district teach; care follows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, pressed
from venue.blueprints.office.fields import text_field
from venue.blueprints.office.terms import TermForm
from venue.blueprints.office.times import day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.editing_school import (
    SchoolTermDescription,
    add_school_term,
    change_school_term,
    remove_school_exception,
    remove_school_term,
    set_school_exception,
)
from venue.places.models import Center, SchoolException, SchoolTerm
from venue.places.opening import announced_years
from venue.places.school import school_days
from venue.submissions import Done

FRIDAY = 5
REMEMBERED = timedelta(days=366)
"""How long a term that is over stays on the page (own)."""


class SchoolTermForm(TermForm):
    """A term of the schools."""

    def school_term(self) -> SchoolTermDescription:
        """Return what was typed; the form is valid."""
        typed = self.description()
        return SchoolTermDescription(typed.name, typed.starts_on, typed.ends_on)


class ExceptionForm(VenueForm):
    """One date on which the schools do otherwise than their term says."""

    day_on = day_field(_l("日期"))
    teaches = BooleanField(_l("这一天上学（不勾就是不上学）"))
    reason = text_field(_l("原因"), 60, _l("请写明原因，例如 运动会、台风停课。"))


@blueprint.get("/<slug>/school")
@staff(Permission.OFFICE)
def school(center: Center) -> Response:
    """Show the terms with their school days, and the dates on which they do otherwise."""
    return _page(center, ExceptionForm(formdata=None), 200)


@blueprint.route("/<slug>/school/terms/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_school_term(center: Center) -> Response:
    """Enter a term."""
    form = SchoolTermForm()

    def act(session: Session, actor: Actor) -> Any:
        add_school_term(
            session, center.district_id, form.school_term(), actor=actor, now=clock.now()
        )
        return _to_school(center)

    return answered(form, act, lambda _, status: _term_page(form, None, status), _l("已添加。"))


@blueprint.route("/<slug>/school/terms/<int:term_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_school_term(center: Center, term_id: int) -> Response:
    """Change a term."""
    term = _term(center, term_id)
    form = SchoolTermForm(obj=term)

    def act(session: Session, actor: Actor) -> Any:
        change_school_term(session, term_id, form.school_term(), actor=actor, now=clock.now())
        return _to_school(center)

    return answered(form, act, lambda _, status: _term_page(form, term, status), _l("已保存。"))


@blueprint.post("/<slug>/school/terms/<int:term_id>/removal")
@staff(Permission.OFFICE)
def remove_term_of_school(center: Center, term_id: int) -> Response:
    """Remove a term."""

    def act(session: Session, actor: Actor) -> Any:
        term = session.get(SchoolTerm, term_id)
        if term is not None and term.district_id == center.district_id:
            remove_school_term(session, term_id, actor=actor, now=clock.now())
        return _to_school(center)

    return pressed(act, never, _l("已删除。"))


@blueprint.post("/<slug>/school/exceptions")
@staff(Permission.OFFICE)
def add_school_exception(center: Center) -> Response:
    """Say of one date that they teach, or do not."""
    form = ExceptionForm()

    def act(session: Session, actor: Actor) -> Any:
        set_school_exception(
            session,
            center.district_id,
            form.day_on.data or date.min,
            teaches=bool(form.teaches.data),
            reason=form.reason.data or "",
            actor=actor,
            now=clock.now(),
        )
        return _to_school(center)

    return answered(form, act, lambda _, status: _page(center, form, status), _l("已登记。"))


@blueprint.post("/<slug>/school/exceptions/<on>/removal")
@staff(Permission.OFFICE)
def remove_exception(center: Center, on: str) -> Response:
    """Let the term speak for a date again."""
    try:
        day_on = date.fromisoformat(on)
    except ValueError:
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        remove_school_exception(session, center.district_id, day_on, actor=actor, now=clock.now())
        return _to_school(center)

    return pressed(act, never, _l("已删除。"))


def _page(center: Center, form: ExceptionForm, status: int) -> Response:
    since = clock.today() - REMEMBERED
    terms = db.session.scalars(
        select(SchoolTerm)
        .where(SchoolTerm.district_id == center.district_id, SchoolTerm.ends_on >= since)
        .order_by(SchoolTerm.starts_on.desc(), SchoolTerm.id)
    ).all()
    exceptions = db.session.scalars(
        select(SchoolException)
        .where(SchoolException.district_id == center.district_id, SchoolException.day_on >= since)
        .order_by(SchoolException.day_on)
    ).all()
    days: set[date] = set()
    if terms:
        first_on = min(term.starts_on for term in terms)
        last_on = max(term.ends_on for term in terms)
        days = school_days(db.session(), center.district_id, first_on, last_on)
    announced = announced_years(db.session())
    return render(
        "office/school.html",
        status=status,
        form=form,
        exceptions=exceptions,
        terms=[
            (
                term,
                sum(term.starts_on <= on <= term.ends_on for on in days),
                sorted(
                    on
                    for on in days
                    if term.starts_on <= on <= term.ends_on and on.isoweekday() > FRIDAY
                ),
                sorted({term.starts_on.year, term.ends_on.year} - announced),
            )
            for term in terms
        ],
    )


def _term(center: Center, term_id: int) -> SchoolTerm:
    term = db.session.get(SchoolTerm, term_id)
    if term is None or term.district_id != center.district_id:
        abort(404)
    return term


def _term_page(form: SchoolTermForm, term: SchoolTerm | None, status: int) -> Response:
    return render("office/school_term.html", status=status, form=form, term=term)


def _to_school(center: Center) -> Done:
    return Done(url_for("office.school", slug=center.slug))
