"""What somebody agreed to, for those who have no account: taking it back is as easy here."""

from __future__ import annotations

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.consents import CHANNEL_NAMES
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.forms import ButtonForm
from venue.changes.withdrawing_consent import withdraw_consent
from venue.consents.models import Consent
from venue.consents.reading import consents_of, versions_up_to
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.programs.partnering import programs_run_at
from venue.submissions import Done, ask_again


@blueprint.get("/<slug>/people/<int:person_id>/consents")
@staff(Permission.DESK)
def consents(center: Center, person_id: int) -> Response:
    """Show what a person agreed to for programs of the center."""
    who = patron_of(db.session(), center, person_id)
    return render(
        "desk/consents.html",
        person=who,
        consents=consents_of(db.session(), [person_id], Consent.text_id.in_(_texts(center))),
        channels=CHANNEL_NAMES,
        channel=channel_of(request.args.get("channel")),
    )


@blueprint.post("/<slug>/people/<int:person_id>/consents/<int:consent_id>/withdrawal")
@staff(Permission.DESK)
def withdraw_consent_for(center: Center, person_id: int, consent_id: int) -> BaseResponse:
    """Take a consent back for a person who said so."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.form.get("channel"))

    def act(session: Session, actor: Actor) -> Done:
        theirs = session.scalar(
            select(Consent.id).where(
                Consent.id == consent_id,
                Consent.person_id == person_id,
                Consent.text_id.in_(_texts(center)),
            )
        )
        if theirs is None:
            abort(404)
        withdraw_consent(session, consent_id, actor=actor, now=clock.now())
        return Done(
            url_for("desk.consents", slug=center.slug, person_id=person_id, channel=channel)
        )

    outcome: Done = send_for(form, center, who, channel, act)
    flash(gettext("已经撤回同意，会转告老师和中心。"), "ok")
    return answer(outcome.location)


def _texts(center: Center) -> Select[int]:
    """Select the texts that programs of a center ask for, or asked for in earlier versions."""
    asked = select(Program.consent_text_id).where(
        Program.id.in_(programs_run_at(center.id)), Program.consent_text_id.is_not(None)
    )
    return versions_up_to(asked)
