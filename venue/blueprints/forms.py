"""What all forms share: token, submission key, and the fields that several pages ask for."""

from __future__ import annotations

import secrets

from flask_wtf import FlaskForm
from wtforms import Field, Form, HiddenField, PasswordField, StringField, ValidationError
from wtforms.validators import DataRequired, Length

from venue.accounts.rules import PASSWORD_MAX, mobile_number, phone_number
from venue.blueprints.words import _l
from venue.people.rules import NAME_LENGTH, clean_name, is_name

SUBMISSION_KEY_MAX = 64
"""Characters that the column holds; ours are shorter."""


def new_submission_key() -> str:
    """Return a key for one form, so that it counts once however often it is sent."""
    return secrets.token_urlsafe(16)


class VenueForm(FlaskForm):
    """A form that is sent once.

    Its token is checked with its fields, so that what was typed stays when the token has expired.
    """

    submission_key = HiddenField(
        default=new_submission_key, validators=[Length(max=SUBMISSION_KEY_MAX)]
    )

    @property
    def expired(self) -> bool:
        """Whether the page lay open for too long."""
        return bool(self["csrf_token"].errors)


def clean(text: str | None) -> str | None:
    """Filter of text fields: spaces at the ends are nobody's intention."""
    return text.strip() if text else text


def name_field(label: str) -> StringField:
    """Return a field for a person's name."""
    return StringField(
        label,
        validators=[DataRequired(_l("请填写姓名。")), _person_name],
        filters=[lambda text: clean_name(text) if text else text],
    )


def _person_name(_form: Form, field: Field) -> None:
    if len(field.data) > NAME_LENGTH:
        raise ValidationError(_l("姓名最多 %(n)s 个字。", n=NAME_LENGTH))
    if not is_name(field.data):
        raise ValidationError(_l("请填写真实姓名，只用文字。"))


def mobile_field(label: str) -> StringField:
    """Return a field for the mobile number of an account; `mobile_number` stores it."""
    return StringField(
        label,
        validators=[DataRequired(_l("请填写手机号。")), _mobile],
        filters=[clean],
        render_kw={"inputmode": "tel", "autocomplete": "tel"},
    )


def _mobile(_form: Form, field: Field) -> None:
    if mobile_number(field.data) is None:
        raise ValidationError(_l("请填写 11 位的中国大陆手机号。"))


def dialable(_form: Form, field: Field) -> None:
    """Validate a number to call, landlines included; an empty one is fine."""
    if field.data and phone_number(field.data) is None:
        raise ValidationError(_l("这个电话号码拨不通，请核对，座机请带区号。"))


def new_password_field(label: str) -> PasswordField:
    """Return a field for a password to be set; how good it is, the verb's rule says."""
    return PasswordField(
        label,
        validators=[
            DataRequired(_l("请填写密码。")),
            Length(max=PASSWORD_MAX, message=_l("密码最多 %(n)s 个字符。", n=PASSWORD_MAX)),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class ButtonForm(VenueForm):
    """A form that is one button."""
