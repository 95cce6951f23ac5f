"""The page of a child's file: everything that the house knows of a child, and who has read it."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired

from venue import clock
from venue.blueprints.children.addresses import blueprint, child_of
from venue.blueprints.desk.fields import birth_year_field
from venue.blueprints.forms import VenueForm, clean, dialable, name_field, phone_field
from venue.blueprints.office.fields import conditional_long_field, text_field
from venue.blueprints.office.times import optional_day_field
from venue.blueprints.words import _l
from venue.childcare.child_files import CONTACTS
from venue.childcare.incidents import incidents_told_of
from venue.childcare.noting_health import NOTE_LENGTH
from venue.childcare.reading_files import file_of, looks_at
from venue.childcare.rules import PERMITS, old_enough_to_leave_alone
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in, the_viewer

RELATION_LENGTH = 20
LOOKS_SHOWN = 20
"""The newest; the yearly record of the center has all of them (own)."""


def _relation() -> StringField:
    return text_field(_l("是孩子的"), RELATION_LENGTH, _l("请写是孩子的什么人，例如：外婆。"))


class PermitForm(VenueForm):
    """An adult who may collect the child."""

    full_name = name_field(_l("来接的人"))
    relation = _relation()
    birth_year = birth_year_field(_l("出生年份"))
    phone = phone_field(_l("电话"))
    code = StringField(
        _l("四位代码"),
        validators=[DataRequired(_l("请给来接的人定一个四位代码。"))],
        filters=[clean],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    valid_on = optional_day_field(_l("只限这一天"))


class HealthForm(VenueForm):
    """What the carers have to know; each note may stay empty."""

    allergies = conditional_long_field(_l("过敏"), NOTE_LENGTH, rows=2)
    health = conditional_long_field(_l("健康"), NOTE_LENGTH, rows=2)
    diet = conditional_long_field(_l("饮食"), NOTE_LENGTH, rows=2)
    agree_to = SelectMultipleField(coerce=int, validate_choice=False)


class ContactForm(VenueForm):
    """Somebody to call when no guardian answers."""

    contact_name = name_field(_l("姓名"))
    contact_relation = _relation()
    contact_phone = StringField(
        _l("电话"),
        validators=[DataRequired(_l("请填写电话。")), dialable],
        filters=[clean],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


@blueprint.get("/<int:person_id>")
@signed_in
def show(person_id: int) -> Response:
    """Show the file of a child of the viewer's."""
    return file_page(person_id, None, None, 200)


def file_page(person_id: int, sent: VenueForm | None, refusal: Any, status: int) -> Response:
    """Return the page with the form that came back and why, if one did."""
    child = child_of(db.session(), the_viewer(), person_id)
    today = clock.today()
    file = file_of(db.session(), child, today=today)
    return render(
        "children/show.html",
        status=status,
        file=file,
        old_enough=old_enough_to_leave_alone(today, child.birth_year, child.birth_on),
        permit_form=_form(PermitForm, sent),
        health_form=_form(HealthForm, sent, file.health),
        contact_form=_form(ContactForm, sent),
        refusal=refusal,
        sent=sent,
        incidents=incidents_told_of(db.session(), person_id),
        looks=looks_at(db.session(), person_id, most=LOOKS_SHOWN),
        permits_left=PERMITS - len(file.permanent),
        contacts_left=CONTACTS - len(file.contacts),
        today=today,
    )


def _form(kind: type[VenueForm], sent: VenueForm | None, kept: object = None) -> VenueForm:
    """Return the form that came back, or a fresh one that says what is kept."""
    return sent if isinstance(sent, kind) else kind(formdata=None, obj=kept)
