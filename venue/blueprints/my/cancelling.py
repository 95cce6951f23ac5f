"""Giving a room back that one has reserved, or asked for."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.my.addresses import blueprint
from venue.blueprints.my.pressing import press
from venue.blueprints.my.showing import show_mine
from venue.permissions import signed_in
from venue.reservations.ending import cancel
from venue.reservations.models import Reservation
from venue.reservations.outcomes import AlreadyBegun, Ended


@blueprint.post("/reservations/<int:reservation_id>/cancellation")
@signed_in
def cancel_reservation(reservation_id: int) -> Response:
    """Cancel a reservation of the viewer's family; answers 404 for anybody else's."""
    outcome = press(
        select(Reservation.person_id).where(Reservation.booking_id == reservation_id),
        lambda session, actor: cancel(session, reservation_id, actor=actor, now=clock.now()),
        (Ended,),
        gettext("已经取消，房间让给了别人。"),
    )
    if isinstance(outcome, Response):
        return outcome
    if isinstance(outcome, AlreadyBegun):
        return show_mine(status=409, said=gettext("预约的时间已经开始，不能再取消。"))
    return show_mine(status=409, said=gettext("这个预约已经结束了。下面是现在的情况。"))
