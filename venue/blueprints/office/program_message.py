"""A message to the people of a program: written, looked at with how many get it, and sent once."""

from __future__ import annotations

from typing import Any

from flask import flash, url_for
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import HiddenField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.contacts import contacts
from venue.blueprints.office.fields import choice_field, long_field
from venue.blueprints.office.program_people import CALLS
from venue.blueprints.office.program_words import AUDIENCES
from venue.blueprints.words import _l
from venue.changes.messaging import (
    Announced,
    Audience,
    NobodyToTell,
    Recipients,
    announce_to,
    recipients,
)
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program
from venue.submissions import Done

LONGEST = 500
"""Characters: a screen of a phone in large print; what is longer belongs on paper (own)."""
LOOK, SEND = "look", "send"
SHOWN = 30
"""Numbers to call beside the text; the rest are in the list of people."""


class MessageForm(VenueForm):
    """A text, and to whom it goes; `step` says whether it is to be looked at, sent or changed."""

    audience = choice_field(_l("发给谁"), AUDIENCES)
    text = long_field(_l("内容"), LONGEST, _l("请写下要说的话。"), rows=6)
    step = HiddenField()


@blueprint.route("/<slug>/programs/<int:program_id>/message", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def message(center: Center, program_id: int) -> Response:
    """Take a text, show it as people will read it, and send it."""
    found = of_center(Program, program_id, center)
    form = MessageForm(data={"audience": Audience.SEATED})

    def act(session: Session, actor: Actor) -> Any:
        outcome = announce_to(
            session,
            program_id,
            form.audience.data,
            form.text.data or "",
            actor=actor,
            now=clock.now(),
        )
        return _sent(center, program_id, outcome) if isinstance(outcome, Announced) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(found, form, None, refusal, status)

    if form.step.data == SEND or not form.is_submitted():
        return answered(form, act, page, None)
    if not form.validate():
        return page(None, 422)
    told = recipients(db.session(), program_id, form.audience.data, today=clock.today())
    if not told.ids:
        return page(NobodyToTell(), 409)
    return _page(found, form, told if form.step.data == LOOK else None, None, 200)


def _sent(center: Center, program_id: int, outcome: Announced) -> Done:
    """Say how many were told, and lead to those who must be called when there are any."""
    flash(ngettext("已发给 %(num)s 人。", "已发给 %(num)s 人。", outcome.people), "ok")
    slug = center.slug
    if not outcome.without_inbox:
        return Done(url_for("office.program", slug=slug, program_id=program_id))
    return Done(url_for("office.program_people", slug=slug, program_id=program_id, part=CALLS))


def _page(
    found: Program, form: MessageForm, told: Recipients | None, refusal: Any, status: int
) -> Response:
    """Show the form, or what is about to be sent to those of `told`."""
    to_call = (
        db.session.scalars(
            select(Person)
            .where(Person.id.in_(told.without_inbox[:SHOWN]))
            .options(joinedload(Person.neighborhood))
            .order_by(Person.id)
        ).all()
        if told
        else []
    )
    return render(
        "office/program_message.html",
        status=status,
        program=found,
        form=form,
        told=told,
        audience_name=AUDIENCES[form.audience.data] if told else None,
        to_call=to_call,
        contacts=contacts(db.session(), to_call),
        counts=None if told else _counts(found.id),
        longest=LONGEST,
        refusal=refusal,
    )


def _counts(program_id: int) -> dict[Audience, int]:
    today = clock.today()
    return {
        one: len(recipients(db.session(), program_id, one, today=today).ids) for one in Audience
    }
