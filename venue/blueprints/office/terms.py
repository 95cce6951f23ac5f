"""The terms of a district, which group programs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.fields import text_field
from venue.blueprints.office.times import day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.editing import TermDescription, change_term, create_term
from venue.programs.models import Term
from venue.submissions import Done

LONGEST = timedelta(days=731)


class TermForm(VenueForm):
    """A term."""

    name = text_field(_l("名称"), 40, _l("请填写学期的名称，例如 2026 年秋季。"))
    starts_on = day_field(_l("第一天"))
    ends_on = day_field(_l("最后一天"))

    def validate_ends_on(self, field: Field) -> None:
        """Check the order."""
        if field.data is None or self.starts_on.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_l("最后一天不能早于第一天。"))
        if field.data - self.starts_on.data > LONGEST:
            raise ValidationError(_l("一个学期最长两年，请核对日期。"))

    def description(self) -> TermDescription:
        """Return what was typed; the form is valid."""
        first, last = self.starts_on.data, self.ends_on.data
        return TermDescription(self.name.data or "", first or date.min, last or date.max)


@blueprint.get("/<slug>/terms")
@staff(Permission.OFFICE)
def terms(center: Center) -> Response:
    """List the terms of the district, the newest first."""
    found = db.session.scalars(
        select(Term)
        .where(Term.district_id == center.district_id)
        .order_by(Term.starts_on.desc(), Term.id.desc())
    ).all()
    return render("office/terms.html", terms=found)


@blueprint.route("/<slug>/terms/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_term(center: Center) -> Response:
    """Make a term."""
    form = TermForm()

    def act(session: Session, actor: Actor) -> Any:
        create_term(session, center.district_id, form.description(), actor=actor, now=clock.now())
        return Done(url_for("office.terms", slug=center.slug))

    return answered(form, act, lambda _, status: _form_page(form, None, status), _l("已添加。"))


@blueprint.route("/<slug>/terms/<int:term_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_term(center: Center, term_id: int) -> Response:
    """Change a term."""
    term = db.session.get(Term, term_id)
    if term is None or term.district_id != center.district_id:
        abort(404)
    form = TermForm(obj=term)

    def act(session: Session, actor: Actor) -> Any:
        change_term(session, term_id, form.description(), actor=actor, now=clock.now())
        return Done(url_for("office.terms", slug=center.slug))

    return answered(form, act, lambda _, status: _form_page(form, term, status), _l("已保存。"))


def _form_page(form: TermForm, term: Term | None, status: int) -> Response:
    return render("office/term.html", status=status, form=form, term=term)
