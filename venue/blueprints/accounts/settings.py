"""The viewer's account: number, password, and where they are signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from flask import Response, flash, url_for
from flask import session as cookie
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.changing import change_password, change_phone
from venue.accounts.passwords import hash_password
from venue.accounts.registering import PhoneTaken
from venue.accounts.rules import LockedOut, mobile_number, token_hash
from venue.accounts.signing_in import WrongPassword, live_logins, prove, sign_out_everywhere
from venue.blueprints.accounts.entry import Compared, blueprint, compare, refuse
from venue.blueprints.forms import (
    ButtonForm,
    VenueForm,
    judge_password,
    mobile_field,
    new_password_field,
    new_submission_key,
    password_field,
)
from venue.blueprints.words import _l
from venue.db import db, write_transaction
from venue.htmx import answer, render
from venue.permissions import signed_in, the_viewer
from venue.submissions import Done, answered, ask_again, submit

Refusal = TypeVar("Refusal")

PHONE_PAGE = "accounts/phone.html"
PASSWORD_PAGE = "accounts/password.html"  # noqa: S105  (the name of a template)


class PhoneForm(VenueForm):
    """Another number, and the password as proof of who asks."""

    phone = mobile_field(_l("新手机号"))
    password = password_field(_l("登录密码"))


class PasswordForm(VenueForm):
    """The password so far, and the new one."""

    password = password_field(_l("现在的密码"))
    new_password = new_password_field(_l("新密码"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Judge the new password as well, by what is known of the viewer."""
        good = super().validate(extra_validators)
        me = the_viewer()
        name = me.person.full_name
        return judge_password(self.new_password, phone=me.user.phone, full_name=name) and good


@blueprint.get("/my/account")
@signed_in
def settings() -> Response:
    """Show with what the viewer signs in, and on how many devices they are."""
    me = the_viewer()
    return render(
        "accounts/settings.html",
        logins=live_logins(db.session(), me.user.id, now=clock.now()),
        this_login=token_hash(me.token),
        submission_key=new_submission_key(),
    )


@blueprint.get("/my/account/phone")
@signed_in
def phone() -> Response:
    """Ask for the new number."""
    return render(PHONE_PAGE, form=PhoneForm(formdata=None), refusal=None)


@blueprint.post("/my/account/phone")
@signed_in
def move_to_phone() -> BaseResponse:
    """Let the viewer sign in with another number."""
    form = PhoneForm()
    if not form.validate_on_submit():
        return render(PHONE_PAGE, status=422, form=form, refusal=None)
    wanted = mobile_number(form.phone.data or "") or ""

    def act(session: Session, compared: Compared) -> Done | PhoneTaken | WrongPassword:
        user = prove(session, compared.begun, compared.password_hash)
        if user is None:
            return WrongPassword(compared.begun.try_.left)
        actor = the_viewer().acts()
        outcome = change_phone(session, user, wanted, actor=actor, now=clock.now())
        return outcome if isinstance(outcome, PhoneTaken) else Done(url_for("accounts.settings"))

    outcome = _with_password(form, act)
    if not isinstance(outcome, Done):
        return refuse(PHONE_PAGE, outcome, form=form)
    flash(gettext("手机号已更换，下次用新号码登录。"), "ok")
    return answer(outcome.location)


@blueprint.get("/my/account/password")
@signed_in
def password() -> Response:
    """Ask for the new password."""
    return render(PASSWORD_PAGE, form=PasswordForm(formdata=None), refusal=None)


@blueprint.post("/my/account/password")
@signed_in
def replace_password() -> BaseResponse:
    """Let the viewer sign in with another password, and nobody else any longer."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return render(PASSWORD_PAGE, status=422, form=form, refusal=None)
    password_hash = hash_password(form.new_password.data or "")

    def act(session: Session, compared: Compared) -> Done | WrongPassword:
        user = prove(session, compared.begun, compared.password_hash)
        if user is None:
            return WrongPassword(compared.begun.try_.left)
        me = the_viewer()
        change_password(
            session, user, password_hash, token=me.token, actor=me.acts(), now=clock.now()
        )
        return Done(url_for("accounts.settings"))

    outcome = _with_password(form, act)
    if not isinstance(outcome, Done):
        return refuse(PASSWORD_PAGE, outcome, form=form)
    flash(gettext("密码已更换，其他设备都已退出登录。"), "ok")
    return answer(outcome.location)


@blueprint.post("/my/account/sign-outs")
@signed_in
def leave_everywhere() -> BaseResponse:
    """End every login of the viewer, this one as well."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    user_id = the_viewer().user.id
    with write_transaction() as session:
        sign_out_everywhere(session, user_id, now=clock.now())
    cookie.clear()
    flash(gettext("所有设备都已退出登录。"), "ok")
    return answer(url_for("accounts.login"))


def _with_password(
    form: PhoneForm | PasswordForm, act: Callable[[Session, Compared], Done | Refusal]
) -> Done | Refusal | WrongPassword | LockedOut:
    """Run `act` once the viewer's password has matched.

    A form sent again after a lost answer gets that answer: the password in it may be the old one.
    """
    key = form.submission_key.data or ""
    earlier = answered(key)
    if earlier is not None:
        return earlier
    compared = compare(the_viewer().user.phone, form.password.data or "")
    if not isinstance(compared, Compared):
        return compared
    return submit(key, lambda session, _who: act(session, compared))
