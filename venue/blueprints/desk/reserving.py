"""Booking a room for the person at the counter or on the telephone, and giving it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField

from venue import clock
from venue.audit.rules import Actor, Channel
from venue.blueprints.desk.base import blueprint, channel_of, send_for
from venue.blueprints.desk.person_page import Told, person_page
from venue.blueprints.formats import telephone
from venue.blueprints.forms import ButtonForm
from venue.blueprints.office.fields import offer
from venue.blueprints.reservations.form import ReservationForm, kinds, said_after, wished
from venue.blueprints.reservations.free import FreePanel, free_panel
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import answer, render
from venue.people.models import Person
from venue.permissions import Permission, patron_of, staff
from venue.places.models import Center, Room, RoomSharing
from venue.places.rules import BookingMode
from venue.reservations import ending
from venue.reservations.models import Reservation
from venue.reservations.outcomes import AlreadyBegun, Ended, NotNow, Refused
from venue.reservations.reading import center_of_booking
from venue.reservations.requesting import reserve
from venue.reservations.terms import organizations_of, terms_of
from venue.submissions import Done, ask_again


class DeskReservationForm(ReservationForm):
    """The same, with the room to be chosen."""

    room_id = SelectField(_l("功能室"), coerce=int)


@blueprint.route("/<slug>/people/<int:person_id>/reservation", methods=["GET", "POST"])
@staff(Permission.DESK)
def reserve_for(center: Center, person_id: int) -> BaseResponse:
    """Book a room for a person; `?room_id=` and `?on=` say where one looks what is free."""
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.values.get("channel"))
    rooms = _rooms(db.session(), center)
    asked = request.args.get("room_id", type=int)
    phone = telephone(who.phone) if who.phone else ""
    form = DeskReservationForm(
        data={**wished(request.args), "contact_phone": phone, "room_id": asked}
    )
    offer(form.room_id, [(room.id, room.name) for room in rooms])
    form.offer_bookers([who], organizations_of(db.session(), who.id))

    def page(status: int, reasons: Sequence[object] = ()) -> Response:
        chosen = next((room for room in rooms if room.id == form.room_id.data), None)
        return render(
            "desk/reservation.html",
            "reservations/_free.html",
            status=status,
            person=who,
            channel=channel,
            form=form,
            room=chosen,
            rooms=rooms,
            reasons=kinds(reasons),
            free=_free(center, who, channel, chosen or rooms[0], form) if rooms else None,
        )

    if not form.is_submitted():
        return page(200)
    if not form.validate():
        return page(422)

    def act(session: Session, actor: Actor) -> Done | Refused:
        _, organization_id = form.booker(person_id)
        wanted = form.request(form.room_id.data, organization_id)
        outcome = reserve(session, person_id, wanted, actor=actor, now=clock.now())
        if isinstance(outcome, Refused):
            return outcome
        flash(said_after(outcome), "ok")
        return _to_person(center, person_id, channel)

    outcome = send_for(form, center, who, channel, act)
    if isinstance(outcome, Done):
        return answer(outcome.location)
    who = patron_of(db.session(), center, person_id)
    rooms = _rooms(db.session(), center)
    form.say(outcome.reasons)
    return page(409, outcome.reasons)


def _free(
    center: Center, who: Person, channel: Channel, room: Room, form: DeskReservationForm
) -> FreePanel:
    def address(time: dict[str, Any]) -> str:
        return url_for(
            "desk.reserve_for",
            slug=center.slug,
            person_id=who.id,
            channel=channel,
            room_id=room.id,
            people=form.people.data,
            **time,
        )

    return free_panel(room, terms_of(db.session(), room), form.on.data, address)


def _rooms(session: Session, center: Center) -> Sequence[Room]:
    """Return the rooms that people of the center may book: its own first, then shared ones."""
    shared = select(RoomSharing.room_id).where(RoomSharing.center_id == center.id)
    return session.scalars(
        select(Room)
        .where(
            or_(Room.center_id == center.id, Room.id.in_(shared)),
            Room.retired_at.is_(None),
            Room.private.is_(False),
            Room.booking_mode != BookingMode.STAFF_ONLY,
        )
        .order_by(Room.center_id != center.id, Room.position, Room.id)
    ).all()


@blueprint.post("/<slug>/people/<int:person_id>/reservations/<int:reservation_id>/cancellation")
@staff(Permission.DESK)
def cancel(center: Center, person_id: int, reservation_id: int) -> BaseResponse:
    """Give a room back for a person."""
    form = ButtonForm()
    if not form.validate_on_submit():
        return ask_again(form)
    who = patron_of(db.session(), center, person_id)
    channel = channel_of(request.form.get("channel"))

    def act(session: Session, actor: Actor) -> Done | NotNow | AlreadyBegun:
        one = session.get(Reservation, reservation_id)
        if one is None or one.person_id != person_id:
            abort(404)
        if center_of_booking(session, reservation_id) != center.id:
            abort(404)
        outcome = ending.cancel(session, reservation_id, actor=actor, now=clock.now())
        return _to_person(center, person_id, channel) if isinstance(outcome, Ended) else outcome

    outcome = send_for(form, center, who, channel, act)
    if isinstance(outcome, Done):
        flash(gettext("已取消。"), "ok")
        return answer(outcome.location)
    who = patron_of(db.session(), center, person_id)
    return person_page(center, who, channel, Told(status=409, too_late=True))


def _to_person(center: Center, person_id: int, channel: Channel) -> Done:
    return Done(url_for("desk.person", slug=center.slug, person_id=person_id, channel=channel))
