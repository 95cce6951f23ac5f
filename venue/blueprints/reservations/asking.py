"""The page on which a room is asked for: what is free that day, and the form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as BaseResponse

from venue import clock
from venue.blueprints.formats import telephone
from venue.blueprints.reservations.addresses import blueprint
from venue.blueprints.reservations.form import ReservationForm, kinds, said_after, wished
from venue.blueprints.reservations.free import free_panel
from venue.db import db
from venue.htmx import answer, render
from venue.permissions import Viewer, person_for, represented, signed_in, the_viewer
from venue.places.models import Room
from venue.reservations.outcomes import Refused
from venue.reservations.requesting import reserve
from venue.reservations.rules import not_bookable
from venue.reservations.terms import organizations_of, terms_of
from venue.submissions import Done, submit


@blueprint.route("/rooms/<int:room_id>/reservation", methods=["GET", "POST"])
@signed_in
def ask(room_id: int) -> BaseResponse:
    """Ask for a room; asked for a part, what is free on the day `?on=`."""
    room = _room(room_id)
    form = ReservationForm(data={**wished(request.args), "contact_phone": _number(the_viewer())})
    family = represented(db.session(), the_viewer())
    form.offer_bookers(family, organizations_of(db.session(), family[0].id))
    if not form.is_submitted():
        return _page(room, form, 200)
    if not form.validate():
        return _page(room, form, 422)

    def act(session: Session, who: Viewer | None) -> Done | Refused:
        if who is None:
            abort(401)
        person_id, organization_id = form.booker(who.person.id)
        person = person_for(session, who, person_id)
        wanted = form.request(room_id, organization_id)
        outcome = reserve(session, person.id, wanted, actor=who.acts(), now=clock.now())
        if isinstance(outcome, Refused):
            return outcome
        flash(said_after(outcome), "ok")
        return Done(url_for("my.show", _anchor=f"reservation-{outcome.booking_id}"))

    outcome = submit(form.submission_key.data or "", act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    form.say(outcome.reasons)
    return _page(_room(room_id), form, 409, outcome.reasons)


def _page(
    room: Room, form: ReservationForm, status: int, reasons: Sequence[object] = ()
) -> Response:
    terms = terms_of(db.session(), room)

    def address(time: dict[str, Any]) -> str:
        return url_for("reservations.ask", room_id=room.id, people=form.people.data, **time)

    return render(
        "reservations/ask.html",
        "reservations/_free.html",
        status=status,
        room=room,
        terms=terms,
        closed_to_all=not_bookable(terms),
        form=form,
        reasons=kinds(reasons),
        free=free_panel(room, terms, form.on.data, address),
    )


def _room(room_id: int) -> Room:
    room = db.session.scalar(
        select(Room).where(Room.id == room_id).options(joinedload(Room.center))
    )
    if room is None:
        abort(404)
    g.center = room.center
    return room


def _number(who: Viewer) -> str:
    return telephone(who.person.phone or who.user.phone)
