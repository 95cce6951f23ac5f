"""Writing down somebody new at the counter: a name and a year of birth are enough."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from venue import clock
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.desk.fields import birth_year_field, offer_neighborhoods
from venue.blueprints.forms import VenueForm, name_field, phone_field
from venue.blueprints.office.fields import one_line, optional_text_field, row_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.people.rules import BUILDING_LENGTH, NAME_LENGTH, Contact
from venue.permissions import Permission, staff
from venue.places.finding import Acquaintance, look_alikes
from venue.places.membership import write_down
from venue.places.models import Center
from venue.submissions import Done, answered

YEAR_DIGITS = 4


class PersonForm(VenueForm):
    """Somebody new."""

    full_name = name_field(_l("姓名"))
    birth_year = birth_year_field(_l("出生年份"))
    phone = phone_field(_l("电话"))
    neighborhood_id = row_field(_l("住在哪个社区"))
    building = optional_text_field(_l("楼栋"), BUILDING_LENGTH)
    somebody_else = BooleanField(_l("核对过了，不是下面的人"))


@blueprint.route("/<slug>/people/new", methods=["GET", "POST"])
@staff(Permission.DESK)
def new(center: Center) -> BaseResponse:
    """Ask for the person; people of the same name and year are shown before one is added."""
    form = PersonForm()
    offer_neighborhoods(form.neighborhood_id, center)
    if not form.is_submitted():
        _begin_with(form, request.args.get("q", ""))
        return _page(form, 200)
    if not form.validate():
        return _page(form, 422)
    name, year = form.full_name.data or "", form.birth_year.data or 0
    # Sent twice, the form finds whom it has written down itself.
    if first := answered(form.submission_key.data or ""):
        return answer(first.location)
    alike = look_alikes(db.session(), center.id, name, year)
    if alike and not form.somebody_else.data:
        return _page(form, 409, alike)

    def act(session: Session, actor: Actor) -> Done:
        person = write_down(
            session,
            center.id,
            name,
            year,
            contact=Contact(
                phone=phone_number(form.phone.data or ""),
                neighborhood_id=form.neighborhood_id.data,
                building=form.building.data or None,
            ),
            actor=actor,
            now=clock.now(),
        )
        return Done(url_for("desk.person", slug=center.slug, person_id=person.id))

    outcome: Done = send(form, center, Channel.COUNTER, act)
    flash(gettext("%(name)s已登记。", name=name), "ok")
    return answer(outcome.location)


def _begin_with(form: PersonForm, searched: str) -> None:
    """Fill in what was looked for in vain: a name, a year, a number."""
    words = one_line(searched).split()
    form.phone.data = next((word for word in words if phone_number(word)), None)
    years = [int(word) for word in words if len(word) == YEAR_DIGITS and word.isdecimal()]
    form.birth_year.data = years[0] if years else None
    name = " ".join(word for word in words if not any(map(str.isdigit, word)))
    form.full_name.data = name[:NAME_LENGTH]


def _page(form: PersonForm, status: int, alike: Sequence[Acquaintance] = ()) -> Response:
    return render("desk/new.html", status=status, form=form, alike=alike)
