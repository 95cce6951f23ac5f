"""Giving a room back that one has reserved, or asked for."""

from __future__ import annotations

from flask import abort, flash, url_for
from flask import request as http
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.destinations import own_path
from venue.blueprints.forms import ButtonForm
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.showing import show_mine
from venue.htmx import answer
from venue.permissions import Viewer, person_for, signed_in
from venue.reservations.ending import cancel
from venue.reservations.models import Reservation
from venue.reservations.outcomes import AlreadyBegun, Ended, NotNow
from venue.submissions import Done, ask_again, submit


@blueprint.post("/reservations/<int:reservation_id>/cancellation")
@signed_in
def cancel_reservation(reservation_id: int) -> Response:
    """Cancel a reservation of the viewer's family; answers 404 for anybody else's."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    next_page = own_path(http.form.get("next"), url_for("my.show"))

    def act(session: Session, who: Viewer | None) -> Done | NotNow | AlreadyBegun:
        owner_id = session.scalar(
            select(Reservation.person_id).where(Reservation.booking_id == reservation_id)
        )
        if who is None or owner_id is None:
            abort(404)
        person_for(session, who, owner_id)
        outcome = cancel(session, reservation_id, actor=who.acts(), now=clock.now())
        return Done(next_page) if isinstance(outcome, Ended) else outcome

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        flash(gettext("已经取消，房间让给了别人。"), "ok")
        return answer(outcome.location)
    if isinstance(outcome, AlreadyBegun):
        return show_mine(status=409, said=gettext("预约的时间已经开始，不能再取消。"))
    return show_mine(status=409, said=gettext("这个预约已经结束了。下面是现在的情况。"))
