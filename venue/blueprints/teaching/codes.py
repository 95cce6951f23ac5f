"""The code of a session on the room's screen, and on a sheet for a session of today."""

from __future__ import annotations

from flask import Response, current_app

from venue import clock
from venue.attendance.codes import CheckInCode, check_in_key, screen_code, sheet_code
from venue.attendance.rolls import roll_times
from venue.blueprints.destinations import public_address
from venue.blueprints.qr import qr_code
from venue.blueprints.teaching.addresses import blueprint, session_taken_by
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in, the_viewer
from venue.programs.models import ScheduledSession
from venue.timeline.local_time import local_date


@blueprint.get("/sessions/<int:session_id>/code")
@signed_in
def code(session_id: int) -> Response:
    """Show the code for the room's screen; the page asks for the next one by itself."""
    one = session_taken_by(db.session(), the_viewer(), session_id)
    shown = screen_code(_key(), one.id, settings().check_in_code_lifetime, clock.now())
    return _page(one, shown, "teaching/code.html", "teaching/_code.html")


@blueprint.get("/sessions/<int:session_id>/code/sheet")
@signed_in
def sheet(session_id: int) -> Response:
    """Show the code to print for a session of today; one of another day has none."""
    one = session_taken_by(db.session(), the_viewer(), session_id)
    on = local_date(one.starts_at)
    shown = sheet_code(_key(), one.id, on) if on == clock.today() else None
    return _page(one, shown, "teaching/sheet.html", None)


def _page(
    one: ScheduledSession, shown: CheckInCode | None, page: str, fragment: str | None
) -> Response:
    return render(
        page,
        fragment,
        one=one,
        code=shown,
        qr=qr_code(_address(one, shown)) if shown is not None else None,
        enter_at=public_address("check_in.enter"),
        opens_at=one.starts_at - roll_times().before,
        now=clock.now(),
        today=clock.today(),
    )


def _address(one: ScheduledSession, shown: CheckInCode) -> str:
    """Return where people check in who scan the code."""
    return public_address("check_in.show", session_id=one.id, token=shown.token)


def _key() -> bytes:
    return check_in_key(str(current_app.config["SECRET_KEY"]))
