"""Signing in and out."""

from __future__ import annotations

from flask import Response, flash
from flask import session as cookie
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.accounts.rules import mobile_number
from venue.accounts.signing_in import SignedIn, sign_out
from venue.blueprints.accounts.entry import blueprint, destination, enter, refuse
from venue.blueprints.forms import ButtonForm, VenueForm, mobile_field, password_field
from venue.blueprints.words import _l
from venue.db import write_transaction
from venue.htmx import answer, render
from venue.permissions import viewer
from venue.submissions import ask_again

PAGE = "accounts/login.html"


class LoginForm(VenueForm):
    """Number and password."""

    phone = mobile_field(_l("手机号"))
    password = password_field(_l("密码"))


@blueprint.get("/login")
def login() -> BaseResponse:
    """Ask who it is; whoever is signed in goes on."""
    if viewer() is not None:
        return answer(destination())
    return _page(LoginForm(formdata=None))


@blueprint.post("/login")
def sign_in() -> BaseResponse:
    """Sign the browser in and lead on to where the visitor wanted to go.

    Signing in twice harms nobody, so the form may come twice.
    """
    form = LoginForm()
    if not form.validate_on_submit():
        return _page(form, 422)
    outcome = enter(mobile_number(form.phone.data or "") or "", form.password.data or "")
    if isinstance(outcome, SignedIn):
        return answer(destination())
    return refuse(PAGE, outcome, form=form, destination=destination())


@blueprint.post("/logout")
def logout() -> BaseResponse:
    """End the login of this browser, on the server too."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = viewer()
    if who is not None:
        with write_transaction() as session:
            sign_out(session, who.token, now=clock.now())
    cookie.clear()
    flash(gettext("已退出登录。"), "ok")
    return answer("/")


def _page(form: LoginForm, status: int = 200) -> Response:
    return render(PAGE, status=status, form=form, refusal=None, destination=destination())
