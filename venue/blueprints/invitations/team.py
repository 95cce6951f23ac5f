"""The staff of a center as its manager sees them: who works here, who is invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager
from werkzeug.wrappers import Response as BaseResponse
from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from venue import clock
from venue.accounts.inviting import (
    NotInForce,
    OwnRole,
    Removed,
    invite,
    remove_role,
    revoke_invitation,
)
from venue.accounts.models import Invitation, StaffRole
from venue.accounts.rules import Role, grantable
from venue.blueprints.destinations import public_address
from venue.blueprints.forms import ButtonForm, VenueForm, new_submission_key
from venue.blueprints.invitations.roles import MEANINGS, ROLES, blueprint
from venue.blueprints.office.fields import one_line
from venue.blueprints.words import _l
from venue.config import settings
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Permission, Viewer, staff, the_viewer
from venue.places.models import Center
from venue.submissions import Done, ask_again, submit

NOTE_LENGTH = 60
PAGE = "invitations/staff.html"


@dataclass(frozen=True, slots=True)
class Shown(Done):
    """An invitation was made; this answer shows its link, because nobody can read it later."""

    link: str = field(repr=False)


class InvitationForm(VenueForm):
    """Which role, and for whom it is meant."""

    role = RadioField(_l("做什么"), validators=[InputRequired(_l("请选一项。"))])
    note = StringField(
        _l("给谁"),
        filters=[one_line],
        validators=[
            DataRequired(_l("请写上给谁，例如姓名。")),
            Length(max=NOTE_LENGTH, message=_l("最多 %(n)s 个字。", n=NOTE_LENGTH)),
        ],
    )

    def offer(self, roles: Sequence[Role]) -> InvitationForm:
        """Let the form choose from these roles."""
        self.role.choices = [(role.value, f"{ROLES[role]}：{MEANINGS[role]}") for role in roles]
        return self


@blueprint.get("/office/<slug>/staff")
@staff(Permission.STAFF)
def team(center: Center) -> Response:
    """Show who works here and who is invited."""
    return _team(center)


@blueprint.post("/office/<slug>/invitations")
@staff(Permission.STAFF)
def send(center: Center) -> BaseResponse:
    """Make an invitation and show its link, this once."""
    form = InvitationForm().offer(_grantable())
    if not form.validate_on_submit():
        return _team(center, 422, form=form)
    role = Role(form.role.data)
    wide = role is Role.DISTRICT_OFFICER
    center_id, district_id = center.id, center.district_id

    def act(session: Session, _who: Viewer | None) -> Done:
        _require_still(center)
        invited = invite(
            session,
            role,
            form.note.data or "",
            center_id=None if wide else center_id,
            district_id=district_id if wide else None,
            lifetime=settings().invitation_lifetime,
            actor=the_viewer().acts(),
            now=clock.now(),
        )
        if isinstance(invited, NotInForce):
            abort(403)
        return Shown(
            url_for("invitations.team", slug=center.slug),
            public_address("invitations.accept", token=invited.token),
        )

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Shown):
        return _team(center, link=outcome.link)
    flash(gettext("邀请已经建好，但链接只显示一次。没有记下的话，请撤回后再建一个。"), "info")
    return answer(outcome.location)


@blueprint.post("/office/<slug>/invitations/<int:invitation_id>/revocation")
@staff(Permission.STAFF)
def revoke(center: Center, invitation_id: int) -> BaseResponse:
    """Take back an invitation that nobody has accepted."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    slug = center.slug

    def act(session: Session, _who: Viewer | None) -> Done | NotInForce:
        _require_still(center)
        if invitation_id not in {one.id for one in _open_invitations(center)}:
            abort(404)
        actor = the_viewer().acts()
        outcome = revoke_invitation(session, invitation_id, actor=actor, now=clock.now())
        return (
            Done(url_for("invitations.team", slug=slug)) if outcome == Removed() else NotInForce()
        )

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, NotInForce):
        return _team(center, 409, refusal=outcome)
    flash(gettext("邀请已撤回，链接不能再用。"), "ok")
    return answer(outcome.location)


@blueprint.post("/office/<slug>/staff/<int:role_id>/ending")
@staff(Permission.STAFF)
def remove(center: Center, role_id: int) -> BaseResponse:
    """End somebody's role here."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    slug = center.slug

    def act(session: Session, _who: Viewer | None) -> Done | OwnRole | NotInForce:
        _require_still(center)
        if role_id not in {one.id for one in _roles(center)}:
            abort(404)
        outcome = remove_role(session, role_id, actor=the_viewer().acts(), now=clock.now())
        if isinstance(outcome, Removed):
            return Done(url_for("invitations.team", slug=slug))
        return outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return _team(center, 409, refusal=outcome)
    flash(gettext("已移除，权限马上失效。"), "ok")
    return answer(outcome.location)


def _require_still(center: Center) -> None:
    """Answer 403 when the role of the viewer has ended since the form was opened to them."""
    if not the_viewer().may(Permission.STAFF, center):
        abort(403)


def _team(
    center: Center,
    status: int = 200,
    *,
    form: InvitationForm | None = None,
    refusal: object = None,
    link: str | None = None,
) -> Response:
    return render(
        PAGE,
        status=status,
        form=form or InvitationForm(formdata=None).offer(_grantable()),
        refusal=refusal,
        link=link,
        roles=_roles(center),
        invitations=_open_invitations(center),
        role_names=ROLES,
        submission_key=new_submission_key(),
    )


def _is_administrator() -> bool:
    return any(held.role is Role.ADMINISTRATOR for held in the_viewer().roles)


def _grantable() -> tuple[Role, ...]:
    """Return to which roles the viewer, who may invite here, may invite."""
    return grantable(Role.ADMINISTRATOR if _is_administrator() else Role.MANAGER)


def _here(
    center: Center, center_id: InstrumentedAttribute[Any], district_id: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Tell which rows the viewer may see: the center's, and administrators the district's too."""
    if _is_administrator():
        return (center_id == center.id) | (district_id == center.district_id)
    return center_id == center.id


def _roles(center: Center) -> list[StaffRole]:
    """Return the roles held here, managers first, with who holds them."""
    found = db.session.scalars(
        select(StaffRole)
        .join(StaffRole.person)
        .where(
            _here(center, StaffRole.center_id, StaffRole.district_id), StaffRole.ended_at.is_(None)
        )
        .options(contains_eager(StaffRole.person))
        .order_by(Person.full_name, StaffRole.id)
    )
    return sorted(found, key=lambda one: list(ROLES).index(one.role))


def _open_invitations(center: Center) -> list[Invitation]:
    """Return the invitations here that can still be accepted, oldest first."""
    return list(
        db.session.scalars(
            select(Invitation)
            .where(
                _here(center, Invitation.center_id, Invitation.district_id),
                Invitation.accepted_at.is_(None),
                Invitation.revoked_at.is_(None),
                Invitation.expires_at > clock.now(),
            )
            .order_by(Invitation.id)
        )
    )
