"""What the desk changes about a person: how to reach them, their code, and who acts for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import abort, current_app, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.accounts.delegating import (
    NotAnAdult,
    confirm_request,
    delegations_around,
    end_delegation,
    let_act,
)
from venue.accounts.desk_codes import IssuedCode, code_key, issue_code
from venue.accounts.models import User
from venue.accounts.rules import mobile_number, phone_number
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.desk.person_page import (
    HelperForm,
    Told,
    contact_form,
    person_page,
    wishes_about,
)
from venue.blueprints.forms import ButtonForm
from venue.blueprints.lasting import LastingForm, not_adult_words, until_on
from venue.config import settings
from venue.db import db
from venue.htmx import answer
from venue.people.changing import change_contact
from venue.people.models import Person
from venue.people.rules import Contact
from venue.permissions import Permission, may_let_in, patron_of, staff, the_viewer
from venue.places.models import Center
from venue.submissions import Done, ask_again


@dataclass(frozen=True, slots=True)
class Shown(Done):
    """A code was issued; this answer shows it, because nobody can read it later."""

    issued: IssuedCode = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoAccount:
    """Nobody else signs in with the number."""


@blueprint.post("/<slug>/people/<int:person_id>/contact")
@staff(Permission.DESK)
def change(center: Center, person_id: int) -> Response:
    """Note the number to call, the neighborhood, and until when the family is in need."""
    who = patron_of(db.session(), center, person_id)
    form = contact_form(center, who)
    if not form.validate_on_submit():
        return person_page(center, who, _channel(), Told(status=422, contact=form))

    def act(session: Session, actor: Actor) -> Done:
        change_contact(
            session,
            person_id,
            Contact(
                phone=phone_number(form.phone.data or ""),
                neighborhood_id=form.neighborhood_id.data,
                building=form.building.data or None,
            ),
            in_need_until=form.in_need_until.data,
            actor=actor,
            now=clock.now(),
        )
        return Done(_address(center, person_id))

    outcome: Done = send_for(form, center, who, _channel(), act)
    flash(gettext("已保存。"), "ok")
    return answer(outcome.location)


@blueprint.post("/<slug>/people/<int:person_id>/code")
@staff(Permission.DESK)
def issue(center: Center, person_id: int) -> Response:
    """Issue a code and show it, this once."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = patron_of(db.session(), center, person_id)

    def act(session: Session, actor: Actor) -> Done:
        if not may_let_in(session, the_viewer(), person_id):
            abort(403)
        issued = issue_code(
            session,
            person_id,
            key=code_key(str(current_app.config["SECRET_KEY"])),
            lifetime=settings().desk_code_lifetime,
            actor=actor,
            now=clock.now(),
        )
        return Shown(_address(center, person_id), issued)

    outcome: Done = send_for(form, center, who, _channel(), act)
    if isinstance(outcome, Shown):
        who = patron_of(db.session(), center, person_id)
        return person_page(center, who, _channel(), Told(issued=outcome.issued))
    flash(gettext("验证码只显示一次。没有记下的话，请重新发一个，原来的会失效。"), "info")
    return answer(outcome.location)


@blueprint.post("/<slug>/people/<int:person_id>/delegation-requests/<int:request_id>/confirmation")
@staff(Permission.DESK)
def confirm(center: Center, person_id: int, request_id: int) -> Response:
    """Let the asker act for a person, who said so at the desk."""
    form = LastingForm()

    def act(session: Session, who: Person, actor: Actor) -> str | None:
        if request_id not in {wish.id for wish in wishes_about(session, who)}:
            abort(404)
        until = until_on(form.lasting)
        outcome = confirm_request(
            session, request_id, who.id, until_on=until, actor=actor, now=clock.now()
        )
        return not_adult_words() if isinstance(outcome, NotAnAdult) else None

    return _press(center, person_id, act, gettext("已确认，双方都会收到通知。"), form)


@blueprint.post("/<slug>/people/<int:person_id>/delegations/<int:delegation_id>/ending")
@staff(Permission.DESK)
def end(center: Center, person_id: int, delegation_id: int) -> Response:
    """End that somebody acts for a person, or the person for somebody."""

    def act(session: Session, who: Person, actor: Actor) -> None:
        now = clock.now()
        if delegation_id not in {one.id for one in delegations_around(session, who.id, now=now)}:
            abort(404)
        end_delegation(session, delegation_id, actor=actor, now=now)

    return _press(center, person_id, act, gettext("已结束，双方都会收到通知。"))


@blueprint.post("/<slug>/people/<int:person_id>/delegations")
@staff(Permission.DESK)
def add_helper(center: Center, person_id: int) -> Response:
    """Let somebody with an account act for a person; both stand at the desk and say so."""
    who = patron_of(db.session(), center, person_id)
    form = HelperForm()
    if not form.validate_on_submit():
        return person_page(center, who, _channel(), Told(status=422, helper=form))
    phone = mobile_number(form.helper_phone.data or "")

    def act(session: Session, actor: Actor) -> Done | NoAccount | NotAnAdult:
        helper_id = session.scalar(select(User.person_id).where(User.phone == phone))
        if helper_id is None or helper_id == person_id:
            return NoAccount()
        until = until_on(form.lasting)
        outcome = let_act(
            session, helper_id, person_id, until_on=until, actor=actor, now=clock.now()
        )
        if isinstance(outcome, NotAnAdult):
            return outcome
        return Done(_address(center, person_id))

    outcome = send_for(form, center, who, _channel(), act)
    if isinstance(outcome, Done):
        flash(gettext("可以代办了，双方都会收到通知。"), "ok")
        return answer(outcome.location)
    who = patron_of(db.session(), center, person_id)
    told = Told(status=409, helper=form, no_helper=outcome)
    return person_page(center, who, _channel(), told)


def _press(
    center: Center,
    person_id: int,
    act: Callable[[Session, Person, Actor], str | None],
    said: str,
    form: ButtonForm | None = None,
) -> Response:
    """Carry out a form of one button about a person, and lead back to their page.

    What `act` returns is said instead of `said`: it was not done.
    """
    form = form or ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)
    who = patron_of(db.session(), center, person_id)

    refused: list[str] = []

    def once(session: Session, actor: Actor) -> Done:
        if words := act(session, patron_of(session, center, person_id), actor):
            refused.append(words)
        return Done(_address(center, person_id))

    outcome: Done = send_for(form, center, who, _channel(), once)
    flash(refused[0] if refused else said, "info" if refused else "ok")
    return answer(outcome.location)


def _channel() -> Channel:
    return channel_of(request.form.get("channel"))


def _address(center: Center, person_id: int) -> str:
    return url_for("desk.person", slug=center.slug, person_id=person_id, channel=_channel())
