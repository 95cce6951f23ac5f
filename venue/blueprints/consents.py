"""The texts to which people agree, what a family agreed to, and taking that back."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.audit.rules import Channel
from venue.blueprints.my.pressing import press
from venue.blueprints.office.base import never
from venue.blueprints.words import _l
from venue.changes.withdrawing_consent import withdraw_consent
from venue.consents.models import Consent, ConsentText
from venue.consents.reading import consents_of, newer_than
from venue.db import db
from venue.htmx import render
from venue.permissions import represented, signed_in, the_viewer

blueprint = Blueprint("consents", __name__)

CHANNEL_NAMES = {
    Channel.ONLINE: _l("网上"),
    Channel.COUNTER: _l("柜台"),
    Channel.TELEPHONE: _l("电话"),
    Channel.HOME_VISIT: _l("上门"),
    Channel.RELATIVE: _l("家人代办"),
    Channel.SYSTEM: _l("系统"),
}
"""By which way somebody agreed."""


@blueprint.get("/consents/<int:text_id>")
def text(text_id: int) -> Response:
    """Show one version of a text, to everybody: it is read before one agrees."""
    one = db.session.get(ConsentText, text_id)
    if one is None:
        abort(404)
    return render("consents/text.html", text=one, newer=newer_than(db.session(), one))


@blueprint.get("/my/consents")
@signed_in
def mine() -> Response:
    """Show what the family agreed to, and since when."""
    people = represented(db.session(), the_viewer())
    return render(
        "consents/mine.html",
        consents=consents_of(db.session(), [person.id for person in people]),
        family=len(people) > 1,
        channels=CHANNEL_NAMES,
    )


@blueprint.post("/my/consents/<int:consent_id>/withdrawal")
@signed_in
def withdraw(consent_id: int) -> BaseResponse:
    """Take a consent back, for oneself or somebody one acts for; answers 404 for anybody else's."""
    outcome = press(
        select(Consent.person_id).where(Consent.id == consent_id),
        lambda session, actor: withdraw_consent(session, consent_id, actor=actor, now=clock.now()),
        (Consent,),
        gettext("已经撤回同意，会转告老师和中心。"),
    )
    return outcome if isinstance(outcome, BaseResponse) else never(outcome)
