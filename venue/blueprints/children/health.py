"""What the carers have to know of a child, whom else they call, and that all of it is right."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor
from venue.blueprints.children.addresses import blueprint, change, press
from venue.blueprints.children.page import ContactForm, HealthForm, file_page
from venue.blueprints.words import _l
from venue.childcare.child_files import (
    ContactWish,
    FileChanged,
    add_contact,
    confirm_file,
    remove_contact,
)
from venue.childcare.noting_health import (
    HealthNoted,
    HealthWords,
    write_health,
)
from venue.childcare.reading_files import health_consents
from venue.permissions import signed_in


@blueprint.post("/<int:person_id>/health")
@signed_in
def health(person_id: int) -> Response:
    """Write down allergies, health and diet, with the consent to keep them."""
    form = HealthForm()
    if form.agree_to.process_errors:
        abort(404)
    if not form.validate():
        return file_page(person_id, form, None, 422)
    words = HealthWords(form.allergies.data or "", form.health.data or "", form.diet.data or "")

    def verb(session: Session, actor: Actor) -> Any:
        agreed = form.agree_to.data or []
        asked = health_consents(session, person_id, today=clock.today())
        if not {*agreed} <= {one.text.id for one in asked}:
            abort(404)
        return write_health(session, person_id, words, agreed, actor=actor, now=clock.now())

    return change(person_id, form, verb, HealthNoted, _l("记下了。"), file_page)


@blueprint.post("/<int:person_id>/contacts")
@signed_in
def contact(person_id: int) -> Response:
    """Add somebody to call when no guardian answers."""
    form = ContactForm()
    if not form.validate():
        return file_page(person_id, form, None, 422)
    wish = ContactWish(
        form.contact_name.data or "",
        form.contact_relation.data or "",
        phone_number(form.contact_phone.data or "") or "",
    )

    def verb(session: Session, actor: Actor) -> Any:
        return add_contact(session, person_id, wish, actor=actor, now=clock.now())

    return change(person_id, form, verb, FileChanged, _l("记下了。"), file_page)


@blueprint.post("/<int:person_id>/contacts/<int:contact_id>/removal")
@signed_in
def forget_contact(person_id: int, contact_id: int) -> Response:
    """Call somebody no longer."""

    def verb(session: Session, actor: Actor) -> Any:
        return remove_contact(session, person_id, contact_id, actor=actor, now=clock.now())

    return press(person_id, verb, FileChanged, _l("已删除。"), file_page)


@blueprint.post("/<int:person_id>/confirmation")
@signed_in
def confirm(person_id: int) -> Response:
    """Say that all of the file is right."""

    def verb(session: Session, actor: Actor) -> Any:
        return confirm_file(session, person_id, actor=actor, now=clock.now())

    return press(person_id, verb, FileChanged, _l("谢谢，档案已核对。"), file_page)
