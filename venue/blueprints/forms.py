"""What all forms share: token, submission key, and the fields that several pages ask for."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_babel import get_locale
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    Field,
    Form,
    HiddenField,
    PasswordField,
    StringField,
    ValidationError,
)
from wtforms.form import BaseForm
from wtforms.i18n import messages_path
from wtforms.meta import DefaultMeta
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from venue import clock
from venue.accounts.passwords import faults_of
from venue.accounts.rules import (
    PASSWORD_MAX,
    PASSWORD_MIN,
    PasswordFault,
    mobile_number,
    phone_number,
)
from venue.blueprints.words import _l
from venue.people.rules import NAME_LENGTH, BirthFault, birth_fault, clean_name, is_name

SUBMISSION_KEY_MAX = 64
"""Characters that the column holds; ours are shorter."""


def new_submission_key() -> str:
    """Return a key for one form, so that it counts once however often it is sent."""
    return secrets.token_urlsafe(16)


@cache
def _words_of_wtforms(locale: str) -> NullTranslations:
    """Return the messages that WTForms brings; it would read them from disk for every form."""
    return Translations.load(messages_path(), [locale], domain="wtforms")


class _Words:
    """How WTForms speaks in all of our forms."""

    def get_translations(self, form: BaseForm) -> NullTranslations:  # noqa: ARG002  (WTForms')
        """Return the messages in the language of the page."""
        return _words_of_wtforms(str(get_locale()))


class AskingForm(Form):
    """A form that only asks: its fields stand in the address, and it needs no token."""

    class Meta(_Words, DefaultMeta):
        """How WTForms treats all of them."""


class VenueForm(FlaskForm):
    """A form that is sent once.

    Its token is checked with its fields, so that what was typed stays when the token has expired.
    """

    class Meta(_Words, FlaskForm.Meta):
        """How WTForms treats all of them."""

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


def phone_field(label: str) -> StringField:
    """Return a field for a number to call, which may stay empty."""
    return StringField(
        label,
        validators=[Optional(), dialable],
        filters=[clean],
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )


class BirthDateField(DateField):
    """A birth date, however it is typed: 1957-03-08, 1957/3/8, 1957.3.8 or 1957年3月8日."""

    def __init__(self, label: str, **options: Any) -> None:
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
        super().__init__(label, format=formats, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it, or say what is expected."""
        try:
            super().process_formdata([text.strip() for text in valuelist])
        except ValueError:
            raise ValueError(_l("请填写日期，例如 1957-03-08。")) from None


def birth_date_field(label: str) -> BirthDateField:
    """Return a field for the birth date of somebody alive."""
    return BirthDateField(
        label,
        validators=[InputRequired(_l("请填写出生日期。")), _born],
        render_kw={"autocomplete": "bday"},
    )


def _born(_form: Form, field: Field) -> None:
    fault = birth_fault(field.data, clock.today()) if field.data else None
    if fault is BirthFault.FUTURE:
        raise ValidationError(_l("出生日期不能晚于今天。"))
    if fault is BirthFault.LONG_AGO:
        raise ValidationError(_l("出生日期太早了，请核对年份。"))


def new_password_field(label: str) -> PasswordField:
    """Return a field for a password to be set; `judge_password` says how good it is."""
    return PasswordField(
        label,
        validators=[
            DataRequired(_l("请填写密码。")),
            Length(max=PASSWORD_MAX, message=_l("密码最多 %(n)s 个字符。", n=PASSWORD_MAX)),
        ],
        render_kw={"autocomplete": "new-password"},
    )


def password_field(label: str) -> PasswordField:
    """Return a field for the password that one has."""
    return PasswordField(
        label,
        validators=[DataRequired(_l("请填写密码。"))],
        render_kw={"autocomplete": "current-password"},
    )


PASSWORD_SENTENCES = {
    PasswordFault.TOO_SHORT: _l("密码至少要 %(n)s 个字符。", n=PASSWORD_MIN),
    PasswordFault.TOO_LONG: _l("密码最多 %(n)s 个字符。", n=PASSWORD_MAX),
    PasswordFault.COMMON: _l("这个密码太常见，别人容易猜中。换一个，例如几个不相干的词连在一起。"),
    PasswordFault.PHONE: _l("密码里请不要用手机号。"),
    PasswordFault.NAME: _l("密码请不要用姓名。"),
}


def judge_password(field: Field, *, phone: str, full_name: str) -> bool:
    """Ask the rule about a password to be set, and put what is wrong beside its field."""
    if field.errors:
        return False
    faults = faults_of(field.data, phone=phone, full_name=full_name)
    field.errors = [PASSWORD_SENTENCES[fault] for fault in faults]
    return not faults


class PeopleField(Field):
    """Those whom a form is for: `data` has their ids, each once, in the order sent."""

    def __init__(self, label: str, missing: str, **options: Any) -> None:
        super().__init__(label, validators=[InputRequired(missing)], **options)
        self.missing = missing

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read them, or say that nobody was chosen."""
        self.data = []
        try:
            self.data = list(dict.fromkeys(map(int, valuelist)))
        except ValueError:
            raise ValueError(self.missing) from None


class ButtonForm(VenueForm):
    """A form that is one button."""
