"""Who collects a child, with a code of their own; and whether it goes home by itself."""

from __future__ import annotations

from typing import Any

from flask import abort
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.accounts.rules import phone_number
from venue.audit.rules import Actor
from venue.blueprints.children.addresses import blueprint, change, press
from venue.blueprints.children.page import PermitForm, file_page
from venue.blueprints.words import _l
from venue.childcare.child_files import FileChanged, allow_alone
from venue.childcare.codes import code_key
from venue.childcare.permitting import (
    CodesCount,
    PermitRevoked,
    Permitted,
    give_permit,
    let_codes_count,
    permits_of,
    revoke_permit,
)
from venue.childcare.rules import PermitPlan
from venue.config import settings
from venue.permissions import signed_in


@blueprint.post("/<int:person_id>/permits")
@signed_in
def permit(person_id: int) -> Response:
    """Let an adult collect a child, on every day or on one."""
    form = PermitForm()
    if not form.validate():
        return file_page(person_id, form, None, 422)
    plan = PermitPlan(
        full_name=form.full_name.data or "",
        relation=form.relation.data or "",
        phone=phone_number(form.phone.data) if form.phone.data else None,
        birth_year=form.birth_year.data or 0,
        code=form.code.data or "",
        valid_on=form.valid_on.data,
    )

    def verb(session: Session, actor: Actor) -> Any:
        key = code_key(settings().secret_key)
        return give_permit(session, person_id, plan, key=key, actor=actor, now=clock.now())

    sentence = _l("%(name)s 可以来接了。代码请当面或打电话告诉本人。", name=plan.full_name)
    return change(person_id, form, verb, Permitted, sentence, file_page)


@blueprint.post("/<int:person_id>/permits/<int:permit_id>/revocation")
@signed_in
def revoke(person_id: int, permit_id: int) -> Response:
    """Let an adult collect a child no longer."""

    def verb(session: Session, actor: Actor) -> Any:
        if permit_id not in {one.id for one in permits_of(session, person_id)}:
            abort(404)
        return revoke_permit(session, person_id, permit_id, actor=actor, now=clock.now())

    return press(person_id, verb, PermitRevoked, _l("已取消，从现在起不能来接了。"), file_page)


@blueprint.post("/<int:person_id>/codes/unlocking")
@signed_in
def unlock(person_id: int) -> Response:
    """Let the codes of a child count again."""

    def verb(session: Session, actor: Actor) -> Any:
        return let_codes_count(session, person_id, actor=actor, now=clock.now())

    return press(person_id, verb, CodesCount, _l("代码又能用了。"), file_page)


@blueprint.post("/<int:person_id>/leaving-alone")
@signed_in
def leave_alone(person_id: int) -> Response:
    """Allow that a child goes home by itself."""
    return _leaving(person_id, _l("记下了，可以自己回家。"), allowed=True)


@blueprint.post("/<int:person_id>/leaving-alone/withdrawal")
@signed_in
def collect_always(person_id: int) -> Response:
    """Allow it no longer."""
    return _leaving(person_id, _l("记下了，要有人来接。"), allowed=False)


def _leaving(person_id: int, sentence: str, *, allowed: bool) -> Response:
    def verb(session: Session, actor: Actor) -> Any:
        return allow_alone(session, person_id, allowed=allowed, actor=actor, now=clock.now())

    return press(person_id, verb, FileChanged, sentence, file_page)
