"""An invitation as the invited person sees it."""

from __future__ import annotations

from flask import Response, abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.inviting import AlreadyHeld, Joined, NotInForce, in_force, invitation_of
from venue.accounts.inviting import accept as accept_invitation
from venue.accounts.models import Invitation
from venue.accounts.rules import Role
from venue.blueprints.forms import ButtonForm, new_submission_key
from venue.blueprints.invitations.roles import MEANINGS, ROLES, blueprint
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Viewer, signed_in, the_viewer, viewer
from venue.places.models import Center, District
from venue.submissions import Done, ask_again, submit


@blueprint.get("/invitations/<token>")
def accept(token: str) -> BaseResponse:
    """Show what one is invited to; whoever is not signed in can do that and come back."""
    invitation = _invitation(token)
    who = viewer()
    if who is not None and invitation.accepted_by_id == who.person.id:
        return answer(_workplace(invitation))
    ended = None if in_force(invitation, clock.now()) else NotInForce()
    return _offer(invitation, token, 410 if ended else 200, refusal=ended)


@blueprint.post("/invitations/<token>")
@signed_in
def join(token: str) -> BaseResponse:
    """Take the role, once."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, _who: Viewer | None) -> Done | AlreadyHeld | NotInForce:
        me = the_viewer()
        invitation = _invitation(token)
        outcome = accept_invitation(session, token, me.person.id, actor=me.acts(), now=clock.now())
        return Done(_workplace(invitation)) if isinstance(outcome, Joined) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return _offer(_invitation(token), token, 409, refusal=outcome)
    flash(gettext("欢迎加入，从这里开始工作。"), "ok")
    return answer(outcome.location)


def _offer(
    invitation: Invitation,
    token: str,
    status: int,
    *,
    refusal: object,
) -> Response:
    place = (
        db.session.get_one(Center, invitation.center_id)
        if invitation.center_id is not None
        else db.session.get_one(District, invitation.district_id)
    )
    return render(
        "invitations/accept.html",
        status=status,
        invitation=invitation,
        token=token,
        place=place,
        role_name=ROLES[invitation.role],
        meaning=MEANINGS[invitation.role],
        refusal=refusal,
        submission_key=new_submission_key(),
    )


def _invitation(token: str) -> Invitation:
    """Return what a link stands for; answers 404 for a link that never was one."""
    invitation = invitation_of(db.session(), token)
    if invitation is None:
        abort(404)
    return invitation


def _workplace(invitation: Invitation) -> str:
    """Return the page on which somebody with this role begins."""
    if invitation.role in {Role.TEACHER, Role.CARER}:
        return url_for("teaching.index")
    if invitation.center_id is None:
        return url_for("office.district")
    slug = db.session.get_one(Center, invitation.center_id).slug
    endpoint = "office.show" if invitation.role is Role.MANAGER else "desk.show"
    return url_for(endpoint, slug=slug)
