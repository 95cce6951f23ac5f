"""The code from the desk: an account for a person whom the center knows, or a new password."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import Field, Form, StringField, ValidationError
from wtforms.validators import DataRequired

from venue import clock
from venue.accounts.desk_codes import CodeUsed, NoSuchCode, OtherNumber, code_key, use_code
from venue.accounts.passwords import hash_password
from venue.accounts.registering import PhoneTaken
from venue.accounts.rules import CODE_DIGITS, LockedOut, code_digits, mobile_number
from venue.accounts.signing_in import SignedIn
from venue.blueprints.accounts.entry import (
    address,
    blueprint,
    destination,
    enter,
    refuse,
    throttle,
)
from venue.blueprints.forms import (
    VenueForm,
    clean,
    judge_password,
    mobile_field,
    new_password_field,
)
from venue.blueprints.words import _l
from venue.config import settings
from venue.htmx import answer, render
from venue.permissions import Viewer
from venue.submissions import Done, submit

PAGE = "accounts/code.html"


def _is_code(_form: Form, field: Field) -> None:
    if code_digits(field.data) is None:
        raise ValidationError(_l("验证码是 %(n)s 位数字，请核对。", n=CODE_DIGITS))


class CodeForm(VenueForm):
    """The code, and with what its person will sign in."""

    code = StringField(
        _l("柜台给的验证码"),
        validators=[DataRequired(_l("请填写验证码。")), _is_code],
        filters=[clean],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code"},
    )
    phone = mobile_field(_l("手机号"))
    password = new_password_field(_l("设一个新密码"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Judge the password as well, by the number."""
        good = super().validate(extra_validators)
        phone = mobile_number(self.phone.data or "") or ""
        return judge_password(self.password, phone=phone, full_name="") and good


@blueprint.get("/code")
def attach() -> Response:
    """Ask for the code."""
    return _page(CodeForm(formdata=None))


@blueprint.post("/code")
def redeem() -> BaseResponse:
    """Use the code, sign the browser in and lead on."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    phone = mobile_number(form.phone.data or "") or ""
    password = form.password.data or ""
    password_hash = hash_password(password)

    def act(
        session: Session, _who: Viewer | None
    ) -> Done | NoSuchCode | OtherNumber | PhoneTaken | LockedOut:
        outcome = use_code(
            session,
            code_digits(form.code.data or "") or "",
            phone,
            password_hash,
            address(),
            throttle(),
            key=code_key(settings().secret_key),
            now=clock.now(),
        )
        return Done(destination()) if isinstance(outcome, CodeUsed) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return refuse(PAGE, outcome, form=form, destination=destination())
    entered = enter(phone, password)
    if not isinstance(entered, SignedIn):
        return answer(url_for("accounts.login", next=outcome.location))
    flash(gettext("好了。以后用这个手机号和新密码登录。"), "ok")
    return answer(outcome.location)


def _page(form: CodeForm, status: int = 200) -> Response:
    return render(PAGE, status=status, form=form, refusal=None, destination=destination())
