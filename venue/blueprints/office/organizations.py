"""Partner organizations: what is said of them, and who books rooms for them."""

from __future__ import annotations

from typing import Any

from flask import abort, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor
from venue.blueprints.formats import telephone
from venue.blueprints.forms import VenueForm, phone_field
from venue.blueprints.office.base import answered, blueprint, never, of_center, pressed
from venue.blueprints.office.fields import one_line, optional_number_field, text_field
from venue.blueprints.words import _l
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, patron_of, staff
from venue.places.finding import find_people
from venue.places.models import Center
from venue.reservations import partnering
from venue.reservations.models import Organization, OrganizationMember
from venue.reservations.partnering import NameTaken, Partner
from venue.submissions import Done

LONGEST_SEARCH = 60
MOST_BOOKINGS = 200
"""A month has no more evenings and mornings than that; whoever types more has slipped (own)."""


class PartnerForm(VenueForm):
    """An organization."""

    name = text_field(_l("名称"), 60, _l("请填写单位的名称。"))
    phone = phone_field(_l("电话"))
    bookings_a_month = optional_number_field(_l("每月最多预约几次"), 0, MOST_BOOKINGS)

    def partner(self) -> Partner:
        """Return what was typed; the form is valid."""
        return Partner(
            self.name.data or "", phone_number(self.phone.data or ""), self.bookings_a_month.data
        )


@blueprint.get("/<slug>/organizations")
@staff(Permission.OFFICE)
def organizations(center: Center) -> Response:
    """List the partners of a center with how many book for each; those that ended come last."""
    members = (
        select(func.count())
        .where(OrganizationMember.organization_id == Organization.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Organization, members)
        .where(Organization.center_id == center.id)
        .order_by(Organization.ended_at.is_not(None), Organization.name, Organization.id)
    ).all()
    return render("office/organizations.html", organizations=[tuple(row) for row in rows])


@blueprint.route("/<slug>/organizations/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_organization(center: Center) -> Response:
    """Take a partner on."""
    form = PartnerForm()

    def act(session: Session, actor: Actor) -> Any:
        made = partnering.take_on(session, center.id, form.partner(), actor=actor, now=clock.now())
        return made if isinstance(made, NameTaken) else _to_partner(center, made.id)

    def page(refusal: Any, status: int) -> Response:
        return _form_page(center, form, None, refusal, status)

    return answered(form, act, page, _l("已添加，再选谁可以替它预约。"))


@blueprint.route("/<slug>/organizations/<int:organization_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_organization(center: Center, organization_id: int) -> Response:
    """Change a partner; `?q=` finds people to book for it."""
    one = of_center(Organization, organization_id, center)
    form = PartnerForm(
        data={
            "name": one.name,
            "phone": telephone(one.phone) if one.phone else "",
            "bookings_a_month": one.bookings_a_month,
        }
    )

    def act(session: Session, actor: Actor) -> Any:
        made = partnering.change_partner(
            session, organization_id, form.partner(), actor=actor, now=clock.now()
        )
        return made if isinstance(made, NameTaken) else _to_partner(center, organization_id)

    def page(refusal: Any, status: int) -> Response:
        return _form_page(center, form, one, refusal, status)

    return answered(form, act, page, _l("已保存。"))


@blueprint.post("/<slug>/organizations/<int:organization_id>/ending")
@staff(Permission.OFFICE)
def end_organization(center: Center, organization_id: int) -> Response:
    """End a partnership; what was booked stays."""
    of_center(Organization, organization_id, center)

    def act(session: Session, actor: Actor) -> Any:
        partnering.end_partner(session, organization_id, actor=actor, now=clock.now())
        return Done(url_for("office.organizations", slug=center.slug))

    return pressed(act, never, _l("已结束合作，以前的预约都保留。"))


@blueprint.post("/<slug>/organizations/<int:organization_id>/members/<int:person_id>")
@staff(Permission.OFFICE)
def add_member(center: Center, organization_id: int, person_id: int) -> Response:
    """Let somebody whom the center knows book for a partner."""
    one = of_center(Organization, organization_id, center)
    if one.ended_at is not None:
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        person = patron_of(session, center, person_id)
        partnering.add_member(session, organization_id, person.id, actor=actor, now=clock.now())
        return _to_partner(center, organization_id)

    return pressed(act, never, _l("已添加。"))


@blueprint.post("/<slug>/organizations/<int:organization_id>/members/<int:person_id>/removal")
@staff(Permission.OFFICE)
def remove_member(center: Center, organization_id: int, person_id: int) -> Response:
    """Let somebody no longer book for a partner."""
    of_center(Organization, organization_id, center)

    def act(session: Session, actor: Actor) -> Any:
        partnering.remove_member(session, organization_id, person_id, actor=actor, now=clock.now())
        return _to_partner(center, organization_id)

    return pressed(act, never, _l("已移出。"))


def _form_page(
    center: Center, form: PartnerForm, one: Organization | None, refusal: Any, status: int
) -> Response:
    if isinstance(refusal, NameTaken):
        form.name.errors = [_l("这个中心已经有，或者有过，叫这个名字的单位。")]
    text = one_line(request.args.get("q"))[:LONGEST_SEARCH]
    limit = center.bookings_a_month
    return render(
        "office/organization.html",
        status=status,
        form=form,
        one=one,
        usual_limit=settings().room_bookings_a_month if limit is None else limit,
        text=text,
        found=find_people(db.session(), center, text),
    )


def _to_partner(center: Center, organization_id: int) -> Done:
    return Done(
        url_for("office.edit_organization", slug=center.slug, organization_id=organization_id)
    )
