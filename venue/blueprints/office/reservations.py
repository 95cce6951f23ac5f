"""Requests of residents to be answered, and the reservations to come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, pressed
from venue.blueprints.office.programs import ReasonForm
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.reservations.answering import approve, refuse
from venue.reservations.ending import call_off
from venue.reservations.outcomes import NotNow
from venue.reservations.reading import center_of_booking, granted_at, requests_at
from venue.submissions import Done
from venue.timeline.interval import Interval

AHEAD = timedelta(days=366)
"""How far the list looks ahead."""


@blueprint.get("/<slug>/reservations")
@staff(Permission.OFFICE)
def reservations(center: Center) -> Response:
    """List what waits for an answer, the most urgent first, and what is to come."""
    return _page(center, 200)


@blueprint.post("/<slug>/reservations/<int:reservation_id>/approval")
@staff(Permission.OFFICE)
def approve_reservation(center: Center, reservation_id: int) -> Response:
    """Grant a request."""
    _require(center, reservation_id)

    def act(session: Session, actor: Actor) -> Any:
        outcome = approve(session, reservation_id, actor=actor, now=clock.now())
        return outcome if isinstance(outcome, NotNow) else _to_list(center)

    return pressed(
        act, lambda refusal: _page(center, 409, refusal), _l("已同意，申请人会收到通知。")
    )


@blueprint.post("/<slug>/reservations/<int:reservation_id>/refusal")
@staff(Permission.OFFICE)
def refuse_reservation(center: Center, reservation_id: int) -> Response:
    """Turn a request down, with a reason."""
    _require(center, reservation_id)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        reason = form.reason.data or ""
        outcome = refuse(session, reservation_id, reason=reason, actor=actor, now=clock.now())
        return outcome if isinstance(outcome, NotNow) else _to_list(center)

    def page(refusal: Any, status: int) -> Response:
        return _page(center, status, refusal, reservation_id, form)

    return answered(form, act, page, _l("已拒绝，申请人会收到原因。"))


@blueprint.post("/<slug>/reservations/<int:reservation_id>/cancellation")
@staff(Permission.OFFICE)
def call_off_reservation(center: Center, reservation_id: int) -> Response:
    """Call a reservation off, with a reason; one that has ended already stays so."""
    _require(center, reservation_id)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        reason = form.reason.data or ""
        call_off(session, [reservation_id], reason=reason, actor=actor, now=clock.now())
        return _to_list(center)

    def page(refusal: Any, status: int) -> Response:
        return _page(center, status, refusal, reservation_id, form)

    return answered(form, act, page, _l("已取消，预约的人会收到原因。"))


def _page(
    center: Center,
    status: int,
    refusal: NotNow | None = None,
    about: int | None = None,
    form: ReasonForm | None = None,
) -> Response:
    """Show the lists; a form that was sent stands open with the reservation `about` which it is."""
    now = clock.now()
    return render(
        "office/reservations.html",
        status=status,
        requests=requests_at(db.session(), center.id, now=now),
        granted=granted_at(db.session(), center.id, Interval(now, now + AHEAD)),
        refusal=refusal,
        about=about,
        form=form,
        now=now,
    )


def _require(center: Center, reservation_id: int) -> None:
    if center_of_booking(db.session(), reservation_id) != center.id:
        abort(404)


def _to_list(center: Center) -> Done:
    return Done(url_for("office.reservations", slug=center.slug))
