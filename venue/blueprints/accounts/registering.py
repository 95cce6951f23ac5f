"""Registering: always a new person, who is signed in at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import ValidationError

from venue import clock
from venue.accounts.passwords import hash_password
from venue.accounts.registering import PhoneTaken
from venue.accounts.registering import register as register_person
from venue.accounts.rules import SELF_REGISTERING, LockedOut, mobile_number
from venue.accounts.signing_in import SignedIn
from venue.accounts.throttling import Limit, address_subject, count_try, take_back
from venue.blueprints.accounts.entry import (
    address,
    blueprint,
    destination,
    enter,
    refuse,
    throttle,
)
from venue.blueprints.forms import (
    BirthDateField,
    VenueForm,
    birth_date_field,
    judge_password,
    mobile_field,
    name_field,
    new_password_field,
)
from venue.blueprints.preferences import language
from venue.blueprints.words import _l
from venue.htmx import answer, render
from venue.people.rules import age_on
from venue.permissions import Viewer, viewer
from venue.submissions import Done, submit

PAGE = "accounts/register.html"


class RegisterForm(VenueForm):
    """What a center needs to know of somebody, and nothing more."""

    full_name = name_field(_l("姓名"))
    phone = mobile_field(_l("手机号"))
    birth_on = birth_date_field(_l("出生日期"))
    password = new_password_field(_l("设一个密码"))

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Judge the password as well, by what else was typed."""
        good = super().validate(extra_validators)
        return self._password_is_good() and good

    def validate_birth_on(self, field: BirthDateField) -> None:
        """Refuse children: whoever is responsible for them adds them."""
        born = field.data
        if field.errors or born is None:
            return
        if age_on(clock.today(), born.year, born) < SELF_REGISTERING:
            raise ValidationError(
                _l("未满 %(n)s 岁，请由家长注册，再在“家人”里添加孩子。", n=SELF_REGISTERING)
            )

    def _password_is_good(self) -> bool:
        phone = mobile_number(self.phone.data or "") or ""
        return judge_password(self.password, phone=phone, full_name=self.full_name.data or "")


@blueprint.get("/register")
def register() -> BaseResponse:
    """Ask a newcomer for what is needed; whoever is signed in goes on."""
    if viewer() is not None:
        return answer(destination())
    return _page(RegisterForm(formdata=None))


@blueprint.post("/register")
def make_account() -> BaseResponse:
    """Make person and account, sign the browser in and lead on."""
    form = RegisterForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    phone = mobile_number(form.phone.data or "") or ""
    password = form.password.data or ""
    password_hash = hash_password(password)

    def act(session: Session, _who: Viewer | None) -> Done | PhoneTaken | LockedOut:
        limit = Limit(address_subject(address()), throttle().per_address)
        # Who asks for one number after the other wants to know which have an account.
        counted = count_try(session, [limit], throttle().window, now=clock.now())
        if isinstance(counted, LockedOut):
            return counted
        outcome = register_person(
            session,
            full_name=form.full_name.data or "",
            birth_on=form.birth_on.data or clock.today(),
            phone=phone,
            password_hash=password_hash,
            language=language(),
            now=clock.now(),
        )
        if isinstance(outcome, PhoneTaken):
            return outcome
        take_back(session, counted)
        return Done(destination())

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return refuse(PAGE, outcome, form=form, destination=destination())
    # Sent again after a lost answer, the form signs in all the same: the password is in it.
    entered = enter(phone, password)
    if isinstance(entered, SignedIn):
        return answer(outcome.location)
    return answer(url_for("accounts.login", next=outcome.location))


def _page(form: RegisterForm, status: int = 200) -> Response:
    return render(PAGE, status=status, form=form, refusal=None, destination=destination())
