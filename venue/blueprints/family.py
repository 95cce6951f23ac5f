"""Family: the children and adults for whom one acts, and those who act for oneself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Response, abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.adding_children import ChildAdded, add_child
from venue.accounts.delegating import (
    NotAnAdult,
    Requested,
    close_request,
    confirm_request,
    delegations_around,
    end_delegation,
    request_delegation,
    requests_of,
    requests_to,
)
from venue.accounts.rules import mobile_number
from venue.blueprints.forms import (
    ButtonForm,
    VenueForm,
    birth_date_field,
    mobile_field,
    name_field,
    new_submission_key,
)
from venue.blueprints.lasting import LASTING, LastingForm, not_adult_words, until_on
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Delegation, DelegationRequest
from venue.permissions import Viewer, signed_in, the_viewer
from venue.privacy.done_for import done_for
from venue.submissions import Done, ask_again, submit

CHILD_PAGE = "family/child.html"
ADULT_PAGE = "family/adult.html"

blueprint = Blueprint("family", __name__)


class ChildForm(VenueForm):
    """A child, who needs no account."""

    full_name = name_field(_l("孩子的姓名"))
    birth_on = birth_date_field(_l("出生日期"))


class AdultForm(VenueForm):
    """An adult, whom the center or they themselves will recognize by name and number."""

    full_name = name_field(_l("对方的姓名"))
    phone = mobile_field(_l("对方的手机号"))


@blueprint.get("/my/family")
@signed_in
def show() -> Response:
    """Show who acts for whom around the viewer, and what waits for an answer."""
    me = the_viewer()
    around = delegations_around(db.session(), me.person.id, now=clock.now())
    return render(
        "family/show.html",
        acting_for=[one for one in around if one.delegate_id == me.person.id],
        acted_for_by=[one for one in around if one.principal_id == me.person.id],
        asking_me=[(one, is_for(one, me)) for one in requests_to(db.session(), me.user)],
        asked_by_me=requests_of(db.session(), me.person.id),
        lasting=LASTING,
        done=done_for(db.session(), around),
        names={who.id: who.full_name for one in around for who in (one.delegate, one.principal)},
        submission_key=new_submission_key(),
    )


@blueprint.get("/my/family/children")
@signed_in
def child() -> Response:
    """Ask for the child."""
    return render(CHILD_PAGE, form=ChildForm(formdata=None), refusal=None)


@blueprint.post("/my/family/children")
@signed_in
def add() -> BaseResponse:
    """Add a child, for whom the viewer acts at once."""
    form = ChildForm()
    if not form.validate_on_submit():
        return render(CHILD_PAGE, status=422, form=form, refusal=None)

    def act(session: Session) -> object:
        me = the_viewer()
        name, born = form.full_name.data or "", form.birth_on.data or clock.today()
        outcome = add_child(session, me.person, name, born, actor=me.acts(), now=clock.now())
        return _to_family() if isinstance(outcome, ChildAdded) else outcome

    outcome = submit(form.submission_key.data or "", lambda session, _who: act(session))
    if not isinstance(outcome, Done):
        return render(CHILD_PAGE, status=409, form=form, refusal=outcome)
    flash(gettext("%(name)s已添加，报名时可以选。", name=form.full_name.data), "ok")
    return answer(outcome.location)


@blueprint.get("/my/family/adults")
@signed_in
def adult() -> Response:
    """Ask for the adult."""
    return render(ADULT_PAGE, form=AdultForm(formdata=None), refusal=None)


@blueprint.post("/my/family/adults")
@signed_in
def ask_adult() -> BaseResponse:
    """Keep the wish to act for an adult; whether the number is known here is not said."""
    form = AdultForm()
    if not form.validate_on_submit():
        return render(ADULT_PAGE, status=422, form=form, refusal=None)
    phone = mobile_number(form.phone.data or "") or ""

    def act(session: Session) -> object:
        me = the_viewer()
        name = form.full_name.data or ""
        outcome = request_delegation(
            session, me.person, name, phone, actor=me.acts(), now=clock.now()
        )
        return _to_family() if isinstance(outcome, Requested) else outcome

    outcome = submit(form.submission_key.data or "", lambda session, _who: act(session))
    if not isinstance(outcome, Done):
        return render(ADULT_PAGE, status=409, form=form, refusal=outcome)
    flash(gettext("已经记下。对方登录后在“家人”里确认，或者到柜台确认，就可以代办。"), "ok")
    return answer(outcome.location)


@blueprint.post("/delegation-requests/<int:request_id>/confirmation")
@signed_in
def confirm(request_id: int) -> BaseResponse:
    """Let the asker act for the viewer, whose name and number the wish has."""
    form = LastingForm()

    def act(session: Session) -> str | None:
        me = the_viewer()
        mine = [one for one in requests_to(session, me.user) if is_for(one, me)]
        _one_of(mine, request_id)
        outcome = confirm_request(
            session,
            request_id,
            me.person.id,
            until_on=until_on(form.lasting),
            actor=me.acts(),
            now=clock.now(),
        )
        return not_adult_words() if isinstance(outcome, NotAnAdult) else None

    return _press(act, gettext("已确认。对方可以替您报名和退课，您随时可以结束。"), form)


@blueprint.post("/delegation-requests/<int:request_id>/refusal")
@signed_in
def refuse(request_id: int) -> BaseResponse:
    """Say no to a wish that names the viewer's number."""

    def act(session: Session) -> None:
        me = the_viewer()
        _one_of(requests_to(session, me.user), request_id)
        close_request(session, request_id, actor=me.acts(), now=clock.now())

    return _press(act, gettext("已拒绝。"))


@blueprint.post("/delegation-requests/<int:request_id>/withdrawal")
@signed_in
def take_back(request_id: int) -> BaseResponse:
    """Take back a wish of the viewer's own."""

    def act(session: Session) -> None:
        me = the_viewer()
        _one_of(requests_of(session, me.person.id), request_id)
        close_request(session, request_id, actor=me.acts(), now=clock.now())

    return _press(act, gettext("已撤回。"))


@blueprint.post("/delegations/<int:delegation_id>/ending")
@signed_in
def end(delegation_id: int) -> BaseResponse:
    """End that one acts for the other; the viewer is one of the two."""

    def act(session: Session) -> None:
        me = the_viewer()
        _one_of(delegations_around(session, me.person.id, now=clock.now()), delegation_id)
        end_delegation(session, delegation_id, actor=me.acts(), now=clock.now())

    return _press(act, gettext("已结束，双方都会收到通知。"))


def is_for(wish: DelegationRequest, me: Viewer) -> bool:
    """Tell whether a wish names the viewer, and not another of the household with one number."""
    return wish.full_name == me.person.full_name


def _press(
    act: Callable[[Session], str | None], said: str, form: ButtonForm | None = None
) -> BaseResponse:
    """Carry out a form of one button, once, and lead back to the family.

    What `act` returns is said instead of `said`: it was not done.
    """
    form = form or ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form) if form.expired else abort(404)
    refused: list[str] = []

    def once(session: Session, _who: Viewer | None) -> Done:
        if words := act(session):
            refused.append(words)
        return _to_family()

    outcome: Done = submit(form.submission_key.data or "", once)
    flash(refused[0] if refused else said, "info" if refused else "ok")
    return answer(outcome.location)


def _one_of(found: Sequence[DelegationRequest] | Sequence[Delegation], wanted_id: int) -> None:
    """Answer 404 for what is not the viewer's, or has ended."""
    if wanted_id not in {one.id for one in found}:
        abort(404)


def _to_family() -> Done:
    return Done(url_for("family.show"))
