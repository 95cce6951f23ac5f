"""What is said of a center: name, address, telephone, whose people are its residents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from venue import clock
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor
from venue.blueprints.formats import telephone
from venue.blueprints.forms import VenueForm, clean, dialable
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.fields import (
    ChecksField,
    NewNamesField,
    offer,
    optional_long_field,
    optional_number_field,
    text_field,
)
from venue.blueprints.words import _l
from venue.changes.relabeling import relabel_center
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.people.models import Neighborhood
from venue.permissions import Permission, staff
from venue.places.editing_centers import CenterFacts
from venue.places.models import Center, center_neighborhood
from venue.submissions import Done


class CenterFields(VenueForm):
    """What is asked of every center, new or old."""

    name = text_field(_l("名称"), 60, _l("请填写中心的名称。"))
    address = text_field(_l("地址"), 200, _l("请填写地址。"))
    phone = StringField(
        _l("电话"),
        validators=[DataRequired(_l("请填写有人接听的电话。")), dialable],
        filters=[clean],
        render_kw={"inputmode": "tel"},
    )
    about = optional_long_field(_l("介绍"), 2000)

    def facts(self) -> CenterFacts:
        """Return what was typed; the form is valid."""
        return CenterFacts(
            name=self.name.data or "",
            address=self.address.data or "",
            phone=phone_number(self.phone.data or "") or "",
            about=self.about.data or "",
        )


MOST_BOOKINGS = 99
"""More than three a day is no limit (own)."""


class CenterForm(CenterFields):
    """A center, with the neighborhoods that it serves."""

    bookings_a_month = optional_number_field(_l("一位居民一个月最多约几次"), 1, MOST_BOOKINGS)
    neighborhood_ids = ChecksField(_l("服务的社区"), coerce=int)
    new_neighborhoods = NewNamesField(_l("其他社区"), 60)

    def facts(self) -> CenterFacts:
        """Return what was typed, with how often one resident may book."""
        return replace(super().facts(), bookings_a_month=self.bookings_a_month.data)


@blueprint.route("/<slug>/center", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_center(center: Center) -> Response:
    """Change what is said of the center."""
    form = CenterForm(
        data={
            "name": center.name,
            "address": center.address,
            "phone": telephone(center.phone),
            "about": center.about,
            "bookings_a_month": center.bookings_a_month,
            "neighborhood_ids": [one.id for one in center.neighborhoods],
        }
    )
    offer(form.neighborhood_ids, _neighborhoods(center))

    def act(session: Session, actor: Actor) -> Any:
        relabel_center(
            session,
            center.id,
            form.facts(),
            form.neighborhood_ids.data or [],
            form.new_neighborhoods.data or [],
            actor=actor,
            now=clock.now(),
        )
        return Done(url_for("office.edit_center", slug=center.slug))

    def page(_refusal: Any, status: int) -> Response:
        usual = settings().room_bookings_a_month
        return render("office/center.html", status=status, form=form, bookings_a_month=usual)

    return answered(form, act, page, _l("已保存。"))


def _neighborhoods(center: Center) -> list[tuple[int, str]]:
    """Return the neighborhoods of the district's centers, and those that nobody serves yet."""
    served = select(center_neighborhood.c.neighborhood_id)
    nearby = served.join(Center, Center.id == center_neighborhood.c.center_id).where(
        Center.district_id == center.district_id
    )
    rows = db.session.execute(
        select(Neighborhood.id, Neighborhood.name)
        .where(or_(Neighborhood.id.in_(nearby), Neighborhood.id.not_in(served)))
        .order_by(Neighborhood.name)
    )
    return [(row.id, row.name) for row in rows]
