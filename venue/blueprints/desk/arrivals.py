"""Who has a room today: they are here, or nobody came and it is free for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, send
from venue.blueprints.desk.finding import desk_page
from venue.blueprints.formats import clock_time
from venue.blueprints.forms import ButtonForm
from venue.htmx import answer
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.reservations import ending
from venue.reservations.outcomes import Arrived, Ended, HasArrived, NotNow, TooEarly
from venue.reservations.reading import center_of_booking
from venue.submissions import Done, ask_again


@blueprint.post("/<slug>/reservations/<int:reservation_id>/arrival")
@staff(Permission.DESK)
def arrive(center: Center, reservation_id: int) -> BaseResponse:
    """Note that those who booked a room are here."""

    def verb(session: Session, actor: Actor) -> Any:
        return ending.arrive(session, reservation_id, actor=actor, now=clock.now())

    return _press(center, reservation_id, verb, gettext("记下了，人已到。"))


@blueprint.post("/<slug>/reservations/<int:reservation_id>/no-show")
@staff(Permission.DESK)
def release(center: Center, reservation_id: int) -> BaseResponse:
    """Give a room away to which nobody came."""

    def verb(session: Session, actor: Actor) -> Any:
        return ending.release_no_show(session, reservation_id, actor=actor, now=clock.now())

    return _press(center, reservation_id, verb, gettext("房间空出来了，别人可以用。"))


def _press(
    center: Center, reservation_id: int, verb: Callable[[Session, Actor], Any], said: str
) -> BaseResponse:
    """Carry out a button of today's list; when the verb says no, the list says why."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)

    def act(session: Session, actor: Actor) -> Any:
        if center_of_booking(session, reservation_id) != center.id:
            abort(404)
        outcome = verb(session, actor)
        done = isinstance(outcome, Arrived | Ended)
        return Done(url_for("desk.show", slug=center.slug)) if done else outcome

    outcome = send(form, center, Channel.COUNTER, act)
    if isinstance(outcome, Done):
        flash(said, "ok")
        return answer(outcome.location)
    return desk_page(center, 409, _why_not(outcome))


def _why_not(outcome: NotNow | TooEarly | HasArrived) -> str:
    if isinstance(outcome, HasArrived):
        return gettext("人已经到了，不能释放。")
    if isinstance(outcome, TooEarly):
        return gettext("还早，%(time)s 以后才能这样记。", time=clock_time(outcome.at))
    return gettext("没有改动：这个预约刚刚被取消、释放，或者已经结束。")
