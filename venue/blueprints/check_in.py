"""Marking oneself, and one's family, as there: by the QR code of a session, or its short code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import DataRequired, Length, Regexp

from venue import clock
from venue.accounts.rules import LockedOut
from venue.accounts.throttling import Limit, count_try, take_back
from venue.attendance import checking_in
from venue.attendance.checking_in import CheckedIn, WrongCode, code_refusal, session_with_code
from venue.attendance.codes import DIGITS, check_in_key, screen_code
from venue.blueprints.forms import ButtonForm, VenueForm
from venue.blueprints.row_numbers import LARGEST
from venue.blueprints.words import _l
from venue.config import settings
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Viewer, person_for, represented, signed_in, the_viewer
from venue.programs.models import Program, ScheduledSession
from venue.submissions import Done, ask_again, submit

blueprint = Blueprint("check_in", __name__, url_prefix="/check-in")


def _digits(text: str | None) -> str | None:
    """Filter of the code: people type a space in the middle, as it stands on the screen."""
    return "".join(text.split()) if text else text


class CodeForm(VenueForm):
    """The short code, for those whose camera does not read the other."""

    digits = StringField(
        _l("签到码"),
        validators=[
            DataRequired(_l("请输入屏幕上的六位数字。")),
            Length(max=DIGITS, message=_l("签到码是六位数字。")),
            Regexp(rf"[0-9]{{{DIGITS}}}$", message=_l("签到码是六位数字。")),
        ],
        filters=[_digits],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


@blueprint.get("/")
@signed_in
def enter() -> Response:
    """Ask for the short code."""
    return render("check_in/enter.html", form=CodeForm(), refusal=None)


@blueprint.post("/")
@signed_in
def find() -> Response:
    """Lead from a short code to its session; somebody who tries many has to wait."""
    form = CodeForm()
    if not form.validate_on_submit():
        return render("check_in/enter.html", status=422, form=form, refusal=None)
    window = timedelta(minutes=settings().login_window_minutes)

    def act(session: Session, who: Viewer | None) -> Done | LockedOut | WrongCode:
        if who is None:
            abort(401)
        now = clock.now()
        limits = [Limit(f"check-in:{who.person_id}", settings().check_in_attempts)]
        tried = count_try(session, limits, window, now=now)
        if isinstance(tried, LockedOut):
            return tried
        found = session_with_code(session, form.digits.data or "", key=_key(), now=now)
        if found is None:
            return WrongCode()
        take_back(session, tried)
        lifetime = settings().check_in_code_lifetime
        token = screen_code(_key(), found.id, lifetime, now).token
        return Done(url_for("check_in.show", session_id=found.id, token=token))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return render("check_in/enter.html", status=409, form=form, refusal=outcome)


@blueprint.get("/<int:session_id>/<token>")
@signed_in
def show(session_id: int, token: str) -> Response:
    """Show the session of a code, and for whom the viewer may check in."""
    one = _session(session_id)
    refusal = code_refusal(one, token, key=_key(), now=clock.now())
    return _page(one, token, 409 if refusal else 200, refusal)


@blueprint.post("/<int:session_id>/<token>")
@signed_in
def mark(session_id: int, token: str) -> Response:
    """Mark the chosen people of the viewer's family as there."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    one = _session(session_id)
    chosen = _chosen(request.form.getlist("person_id"))
    if not chosen:
        return _page(one, token, 422, None, nobody=True)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        for person_id in chosen:
            person_for(session, who, person_id)
        outcome = checking_in.check_in(
            session, session_id, chosen, token, key=_key(), actor=who.acts(), now=clock.now()
        )
        return Done(url_for("my.show")) if isinstance(outcome, CheckedIn) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if not isinstance(outcome, Done):
        return _page(_session(session_id), token, 409, outcome)
    flash(gettext("签到好了：%(title)s。", title=_session(session_id).program.title), "ok")
    return answer(outcome.location)


def _chosen(texts: Sequence[str]) -> list[int]:
    numbers = [int(text) for text in texts if text.isascii() and text.isdigit()]
    return sorted({number for number in numbers if 0 < number <= LARGEST})


def _page(
    one: ScheduledSession, token: str, status: int, refusal: object, *, nobody: bool = False
) -> Response:
    people = represented(db.session(), the_viewer())
    return render(
        "check_in/show.html",
        status=status,
        one=one,
        token=token,
        guests=checking_in.guests(db.session(), one, people),
        refusal=refusal,
        nobody=nobody,
    )


def _session(session_id: int) -> ScheduledSession:
    """Return a session of a published program, and make its center the page's; or answer 404."""
    one = db.session.scalar(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(ScheduledSession.id == session_id, Program.published_at.is_not(None))
        .options(contains_eager(ScheduledSession.program).joinedload(Program.center))
        .execution_options(populate_existing=True)
    )
    if one is None:
        abort(404)
    g.center = one.program.center
    return one


def _key() -> bytes:
    return check_in_key(str(current_app.config["SECRET_KEY"]))
