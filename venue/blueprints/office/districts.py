"""The administrator's page: districts and centers of the installation."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectField, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, is_administrator
from venue.blueprints.office.center import CenterFields
from venue.blueprints.office.fields import offer, text_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, signed_in, the_viewer
from venue.places.editing_centers import NameTaken, create_center, create_district
from venue.places.models import Center, District
from venue.submissions import Done

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED = frozenset({"district", "districts", "centers"})
"""Words that stand where a slug would in addresses."""


def _slug(_form: Form, field: Field) -> None:
    if not SLUG.fullmatch(field.data):
        raise ValidationError(_l("只用小写字母、数字和连字符，例如 wutongli。"))
    if field.data in RESERVED:
        raise ValidationError(_l("这个词网址里已经用了，请换一个。"))


class DistrictForm(VenueForm):
    """A new district."""

    name = text_field(_l("区名"), 60, _l("请填写区的名称。"))


class NewCenterForm(CenterFields):
    """A new center; its rooms and hours come after."""

    district_id = SelectField(_l("所属的区"), coerce=int)
    slug = text_field(_l("网址里的简称"), 40, _l("请填写简称。"))

    def validate_slug(self, field: Field) -> None:
        """Check that it can stand in an address."""
        _slug(self, field)


@blueprint.get("/")
@signed_in
def index() -> Response:
    """List the centers whose office the viewer may enter; who has but one is led there."""
    who = the_viewer()
    centers = [one for one in _centers() if who.may(Permission.OFFICE, one)]
    if is_administrator(who):
        return render("office/index.html", centers=centers, districts=_districts())
    if not centers:
        abort(403)
    if len(centers) == 1:
        return redirect(url_for("office.show", slug=centers[0].slug), 303)
    return render("office/index.html", centers=centers, districts=[])


@blueprint.route("/districts", methods=["GET", "POST"])
@signed_in
def new_district() -> Response:
    """Make a district."""
    _only_administrators()
    form = DistrictForm()

    def act(session: Session, actor: Actor) -> Any:
        outcome = create_district(session, form.name.data or "", actor=actor, now=clock.now())
        return outcome if isinstance(outcome, NameTaken) else Done(url_for("office.index"))

    def page(refusal: Any, status: int) -> Response:
        if isinstance(refusal, NameTaken):
            form.name.errors = [_l("已经有这个区了。")]
        return render("office/new_district.html", status=status, form=form)

    return answered(form, act, page, _l("已添加。"))


@blueprint.route("/centers", methods=["GET", "POST"])
@signed_in
def new_center() -> Response:
    """Make a center of a district."""
    _only_administrators()
    districts = _districts()
    form = NewCenterForm()
    offer(form.district_id, [(one.id, one.name) for one in districts])

    def act(session: Session, actor: Actor) -> Any:
        outcome = create_center(
            session,
            form.district_id.data,
            form.slug.data or "",
            form.facts(),
            actor=actor,
            now=clock.now(),
        )
        if isinstance(outcome, NameTaken):
            return outcome
        return Done(url_for("office.show", slug=outcome.slug))

    def page(refusal: Any, status: int) -> Response:
        if isinstance(refusal, NameTaken):
            form.slug.errors = [_l("这个简称已经有中心用了，请换一个。")]
        return render("office/new_center.html", status=status, form=form, districts=districts)

    return answered(form, act, page, _l("已添加。接下来请添加功能室和开放时间。"))


def _only_administrators() -> None:
    if not is_administrator(the_viewer()):
        abort(403)


def _centers() -> list[Center]:
    return list(
        db.session.scalars(
            select(Center)
            .options(joinedload(Center.district))
            .order_by(Center.district_id, Center.name)
        )
    )


def _districts() -> list[District]:
    return list(db.session.scalars(select(District).order_by(District.name)))
