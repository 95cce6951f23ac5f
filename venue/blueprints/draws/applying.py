"""Stating wishes for oneself and one's family, the receipt with its number, and taking it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, url_for
from flask import request as http
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.draws.addresses import blueprint, visible_draw
from venue.blueprints.draws.offers import offers_of
from venue.blueprints.draws.own import application_for, applications_of, result_of
from venue.blueprints.draws.wishing import Send, WishForm, Wishing, wishing
from venue.blueprints.forms import ButtonForm
from venue.db import db
from venue.draws import applying
from venue.draws.applying import CannotApply
from venue.draws.models import Application
from venue.draws.wishes import Reason
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Viewer, represented, signed_in, the_viewer
from venue.submissions import Done, ask_again, submit


@blueprint.route("/draws/<int:draw_id>/application", methods=["GET", "POST"])
@signed_in
def apply(draw_id: int) -> Response:
    """State wishes; `?application=` changes one, `?wish=` names a course, `?person=` somebody."""
    draw = visible_draw(draw_id)
    people = represented(db.session(), the_viewer())
    own = applications_of(db.session(), draw_id, people)
    asked = http.args.get("application", type=int)
    before = next((one for one in own if one.id == asked), None)
    if asked is not None and before is None:
        abort(404)
    applied = {one.person_id for application in own for one in application.people}
    free = [person for person in people if person.id not in applied]
    if before is None and not free:  # also who sends the form once more
        return answer(_receipt(own[0].id))
    members = _members(people, before) if before else free
    person = http.args.get("person", type=int)
    suggested = [one.id for one in members if one.id == person] or [members[0].id]

    def page(seen: Wishing, status: int) -> Response:
        return render(
            "draws/apply.html",
            status=status,
            seen=seen,
            before=before,
            stage=draw.stage(clock.now()),
        )

    return wishing(draw, members, before, suggested, page=page, send=_send(asked), done=_receipt)


def _members(people: Sequence[Person], before: Application) -> list[Person]:
    """Return whom a change may name: who is in it, and those of the family in no other."""
    theirs = [one.person for one in before.people]
    return [*theirs, *(one for one in people if one not in theirs)]


def _send(before_id: int | None) -> Send:
    """Return how the form is sent: by a viewer who may still act for all whom it names."""

    def send(form: WishForm, act: Callable[[Session, Actor], Any]) -> Any:
        def once(session: Session, who: Viewer | None) -> Any:
            if who is None:
                abort(401)
            people = represented(session, who)
            before = application_for(session, before_id, people) if before_id else None
            allowed = {person.id for person in (_members(people, before) if before else people)}
            if not allowed.issuperset(form.person_ids.data or ()):
                abort(404)
            return act(session, who.acts())

        return submit(form.submission_key.data or "", once)

    return send


@blueprint.get("/applications/<int:application_id>")
@signed_in
def application(application_id: int) -> Response:
    """Show an application of the viewer's family: the receipt, and later what came of it."""
    return _page(application_id)


@blueprint.post("/applications/<int:application_id>/withdrawal")
@signed_in
def withdraw(application_id: int) -> Response:
    """Take an application back before closing."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, who: Viewer | None) -> Done | CannotApply:
        if who is None:
            abort(401)
        one = application_for(session, application_id, represented(session, who))
        if one is None:
            abort(404)
        draw_id = one.draw_id
        outcome = applying.withdraw(session, application_id, actor=who.acts(), now=clock.now())
        if isinstance(outcome, CannotApply):
            return outcome
        return Done(url_for("draws.show", draw_id=draw_id))

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return _page(application_id, outcome.reasons, 409)
    flash(gettext("已经撤回，这份报名不参加摇号了。截止前可以再报。"), "ok")
    return answer(outcome.location)


def _page(application_id: int, reasons: Sequence[Reason] = (), status: int = 200) -> Response:
    one = application_for(db.session(), application_id, represented(db.session(), the_viewer()))
    if one is None:
        abort(404)
    draw = visible_draw(one.draw_id)
    return render(
        "draws/application.html",
        status=status,
        draw=draw,
        application=one,
        stage=draw.stage(clock.now()),
        result=result_of(db.session(), one, offers_of(db.session(), draw)),
        reasons=reasons,
        now=clock.now(),
    )


def _receipt(application_id: int) -> str:
    return url_for("draws.application", application_id=application_id)
