"""Writing down what happened on a care day, while it is on or, by the office, later."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, SelectField

from venue import clock
from venue.blueprints.door.addresses import blueprint, on_duty
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.fields import long_field
from venue.blueprints.office.times import clock_field
from venue.blueprints.row_numbers import optional_row_number
from venue.blueprints.words import _l
from venue.childcare.board import Board, boards, care_session
from venue.childcare.reporting_incidents import (
    IncidentReported,
    IncidentWish,
    NotYetHappened,
    report_incident,
)
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Permission, Viewer, staff, the_viewer
from venue.places.models import Center
from venue.submissions import Done, submit
from venue.timeline.local_time import instant, local, local_date

WORDS = 1000


class IncidentForm(VenueForm):
    """What happened."""

    child_id = SelectField(_l("哪个孩子"), coerce=optional_row_number)
    happened_time = clock_field(_l("几点"))
    what = long_field(_l("发生了什么"), WORDS, _l("请写发生了什么。"))
    measures = long_field(_l("当时怎么处理的"), WORDS, _l("请写当时怎么处理的；没有处理也请写明。"))
    tell_guardians = BooleanField(_l("现在通知监护人（消息里不写内容，他们在孩子的档案里看）"))


@blueprint.route("/<slug>/sessions/<int:session_id>/incidents", methods=["GET", "POST"])
@staff(Permission.CARE)
def incident(center: Center, session_id: int) -> Response:
    """Ask what happened, and write it down."""
    board = _board(center, session_id)
    form = IncidentForm()
    form.child_id.choices = [
        ("", gettext("不是某一个孩子")),
        *((one.child.id, one.child.full_name) for one in board.children),
    ]
    if not form.is_submitted():
        form.happened_time.data = local(min(clock.now(), board.session.ends_at)).time()
        form.tell_guardians.data = True
        return _page(board, form, None, 200)
    if not form.validate():
        if form.expired or "child_id" not in form.errors:
            return _page(board, form, None, 422)
        abort(404)
    wish = _wish(form, board.session.starts_at)

    def act(session: Session, who: Viewer | None) -> Any:
        if who is None:
            abort(401)
        if not _may_write(session, who, center, board.session.starts_at):
            abort(403)
        outcome = report_incident(session, session_id, wish, actor=who.acts(), now=clock.now())
        if not isinstance(outcome, IncidentReported):
            return outcome
        flash(gettext("记下了，负责人在“托管”里看得到。"), "ok")
        return Done(url_for("door.show", slug=center.slug, _anchor=f"day-{session_id}"))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    return _page(board, form, outcome, 409)


def _board(center: Center, session_id: int) -> Board:
    """Return a care day that has begun; 404 for others, 403 for who has nothing to do with it."""
    day = care_session(db.session(), center.id, session_id)
    if day is None or local_date(day.starts_at) > clock.today():
        abort(404)
    if not _may_write(db.session(), the_viewer(), center, day.starts_at):
        abort(403)
    return boards(db.session(), [day], on_duty=False, now=clock.now())[0]


def _may_write(session: Session, who: Viewer, center: Center, starts_at: datetime) -> bool:
    """Tell whether somebody may: the office always, who is on duty on the day itself."""
    if who.may(Permission.OFFICE, center):
        return True
    today = local_date(starts_at) == clock.today()
    return today and who.may(Permission.CARE, center) and on_duty(session, center, who)


def _wish(form: IncidentForm, starts_at: datetime) -> IncidentWish:
    happened_time = form.happened_time.data or time.min
    return IncidentWish(
        child_id=form.child_id.data,
        happened_at=instant(local_date(starts_at), happened_time),
        what=form.what.data or "",
        measures=form.measures.data or "",
        tell_guardians=bool(form.tell_guardians.data),
    )


def _page(
    board: Board, form: IncidentForm, refusal: NotYetHappened | None, status: int
) -> Response:
    return render(
        "door/incident.html", status=status, board=board, form=form, too_early=refusal is not None
    )
