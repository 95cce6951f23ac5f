"""Wishes in a draw for the person at the counter or on the telephone, and their slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import literal, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.draws.offers import offers_of
from venue.blueprints.draws.own import application_for, applications_of, result_of
from venue.blueprints.draws.wishing import Send, WishForm, Wishing, wishing
from venue.blueprints.forms import ButtonForm
from venue.db import db
from venue.draws import applying
from venue.draws.applying import CannotApply
from venue.draws.models import Application, Draw
from venue.draws.wishes import Reason
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Permission, family_ids, patron_of, staff
from venue.places.models import Center
from venue.submissions import Done, ask_again


@blueprint.route(
    "/<slug>/people/<int:person_id>/draws/<int:draw_id>/application", methods=["GET", "POST"]
)
@staff(Permission.DESK)
def wish(center: Center, person_id: int, draw_id: int) -> Response:
    """State wishes for a person, and for those for whom they act; or change what was stated."""
    who = patron_of(db.session(), center, person_id)
    draw = _draw(db.session(), center, draw_id)
    own = applications_of(db.session(), draw_id, [who])
    before = own[0] if own else None
    people = _people(db.session(), who, before)

    def page(seen: Wishing, status: int) -> Response:
        return render(
            "desk/wishes.html",
            status=status,
            seen=seen,
            person=who,
            before=before,
            channel=_channel(),
        )

    def done(application_id: int) -> str:
        return _address(center, person_id, application_id)

    send = _send(center, who, draw_id)
    return wishing(draw, people, before, [who.id], page=page, send=send, done=done, desk=True)


@blueprint.get("/<slug>/people/<int:person_id>/applications/<int:application_id>")
@staff(Permission.DESK)
def application(center: Center, person_id: int, application_id: int) -> Response:
    """Show an application with the slip to print, and later what came of it."""
    return _page(center, patron_of(db.session(), center, person_id), application_id)


@blueprint.post("/<slug>/people/<int:person_id>/applications/<int:application_id>/withdrawal")
@staff(Permission.DESK)
def withdraw_wishes(center: Center, person_id: int, application_id: int) -> Response:
    """Take an application back for a person."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = patron_of(db.session(), center, person_id)

    def act(session: Session, actor: Actor) -> Done | CannotApply:
        if application_for(session, application_id, [who]) is None:
            abort(404)
        outcome = applying.withdraw(session, application_id, actor=actor, now=clock.now())
        if isinstance(outcome, CannotApply):
            return outcome
        return Done(url_for("desk.person", slug=center.slug, person_id=person_id))

    outcome = send_for(form, center, who, _channel(), act)
    if isinstance(outcome, Done):
        flash(gettext("已经撤回，截止前可以再报。"), "ok")
        return answer(outcome.location)
    who = patron_of(db.session(), center, person_id)
    return _page(center, who, application_id, outcome.reasons, 409)


def _draw(session: Session, center: Center, draw_id: int) -> Draw:
    """Return a published draw of the district; answers 404 for any other."""
    draw = session.scalar(
        select(Draw)
        .join(Draw.center)
        .where(
            Draw.id == draw_id,
            Draw.published_at.is_not(None),
            Center.district_id == center.district_id,
        )
    )
    if draw is None:
        abort(404)
    return draw


def _people(session: Session, who: Person, before: Application | None) -> list[Person]:
    """Return whom the form may name: the person, who is in it already, and their family."""
    theirs = [one.person for one in before.people] if before is not None else [who]
    family = session.scalars(
        select(Person)
        .where(Person.id.in_(family_ids(literal(who.id))))
        .order_by(Person.full_name, Person.id)
    )
    return [*theirs, *(one for one in family if one not in theirs)]


def _send(center: Center, who: Person, draw_id: int) -> Send:
    """Return how the form is sent for a person, and for nobody with whom they do not belong."""
    person_id = who.id

    def send(form: WishForm, act: Callable[[Session, Actor], Any]) -> Any:
        def for_family(session: Session, actor: Actor) -> Any:
            person = patron_of(session, center, person_id)
            own = applications_of(session, draw_id, [person])
            allowed = {one.id for one in _people(session, person, own[0] if own else None)}
            if not allowed.issuperset(form.person_ids.data or ()):
                abort(404)
            return act(session, actor)

        return send_for(form, center, who, _channel(), for_family)

    return send


def _page(
    center: Center,
    who: Person,
    application_id: int,
    reasons: Sequence[Reason] = (),
    status: int = 200,
) -> Response:
    one = application_for(db.session(), application_id, [who])
    if one is None or one.draw.center.district_id != center.district_id:
        abort(404)
    return render(
        "desk/application.html",
        status=status,
        person=who,
        application=one,
        draw=one.draw,
        stage=one.draw.stage(clock.now()),
        result=result_of(db.session(), one, offers_of(db.session(), one.draw)),
        reasons=reasons,
        channel=_channel(),
    )


def _channel() -> Channel:
    return channel_of(request.values.get("channel"))


def _address(center: Center, person_id: int, application_id: int) -> str:
    return url_for(
        "desk.application",
        slug=center.slug,
        person_id=person_id,
        application_id=application_id,
        channel=_channel(),
    )
