"""Rooms taken by staff without a session: meetings, and hiring agreed upon at the counter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, pressed
from venue.blueprints.office.fields import (
    enum_field,
    offer,
    optional_number_field,
    optional_text_field,
    row_field,
    text_field,
)
from venue.blueprints.office.names import CATEGORIES
from venue.blueprints.office.program_form import MOST_SEATS
from venue.blueprints.office.reading import is_of_staff, room_choices, staff_bookings
from venue.blueprints.office.times import clock_field, day_field, end_field, time_of_day
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.booking import Blocked, Label, RoomWish, hold, release
from venue.places.models import Center, RoomBooking
from venue.places.rules import Category, overridable
from venue.programs.scheduling import named
from venue.submissions import Done
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date

AHEAD = timedelta(days=366)
"""How far the list looks ahead."""


class BookingForm(VenueForm):
    """A room for a time, and what for."""

    room_id = row_field(_l("功能室"))
    on = day_field(_l("日期"))
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    category = enum_field(_l("类别"), CATEGORIES)
    purpose = text_field(_l("用途"), 100, _l("请写明用途。"))
    people = optional_number_field(_l("大约几个人"), 1, MOST_SEATS)
    override = optional_text_field(_l("照排的理由"), 100)

    def validate_on(self, field: Field) -> None:
        """What is past is not booked."""
        if field.data is not None and field.data < local_date(clock.now()):
            raise ValidationError(_l("这一天已经过去了。"))

    def wish(self, center: Center) -> RoomWish:
        """Return what was typed for the center; the form is valid."""
        interval = time_of_day(self.on.data, self.starts_time.data, self.ends_time.data)
        return RoomWish(self.room_id.data, interval, self.people.data, center.id)


@blueprint.get("/<slug>/bookings")
@staff(Permission.OFFICE)
def bookings(center: Center) -> Response:
    """List the bookings to come that staff wrote down; residents' have a page of their own."""
    now = clock.now()
    found = staff_bookings(db.session(), center.id, Interval(now, now + AHEAD))
    return render("office/bookings.html", bookings=found, categories=CATEGORIES)


@blueprint.route("/<slug>/bookings/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_booking(center: Center) -> Response:
    """Take a room for a meeting or a hire."""
    form = BookingForm(_asked(), data={"category": Category.MEETING})
    rooms = room_choices(db.session(), center)
    offer(form.room_id, rooms)

    def act(session: Session, actor: Actor) -> Any:
        outcome = hold(
            session,
            [form.wish(center)],
            label=Label(form.category.data, form.purpose.data or ""),
            override=form.override.data or None,
            actor=actor,
            now=clock.now(),
        )
        return outcome if isinstance(outcome, Blocked) else _booked(center, outcome[0])

    def page(refusal: Blocked | None, status: int) -> Response:
        found = named(db.session(), refusal.conflicts) if refusal else []
        conflicts = [why for each in found for why in each]
        return render(
            "office/booking.html",
            status=status,
            form=form,
            rooms=rooms,
            conflicts=conflicts,
            may_override=overridable(conflicts),
        )

    return answered(form, act, page, None)


@blueprint.post("/<slug>/bookings/<int:booking_id>/release")
@staff(Permission.OFFICE)
def release_booking(center: Center, booking_id: int) -> Response:
    """Give a room back that staff took; one that was given back stays so."""
    if not is_of_staff(db.session(), center.id, booking_id):
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        release(session, [session.get_one(RoomBooking, booking_id)], actor=actor, now=clock.now())
        return _to_bookings(center)

    return pressed(act, never, _l("已释放。"))


def _asked() -> MultiDict[str, str] | None:
    """Return what the form that is sent says, or the link that leads to an empty one."""
    return request.form if request.method == "POST" else request.args or None


def _booked(center: Center, booking: RoomBooking) -> Done:
    """Lead to the list; a booking of another center's room stands in theirs, so to that room."""
    if booking.room.center_id == center.id:
        flash(gettext("已登记。"), "ok")
        return _to_bookings(center)
    house = booking.room.center.name
    flash(gettext("已登记在%(center)s；要取消，请和他们联系。", center=house), "ok")
    return Done(url_for("rooms.show", room_id=booking.room_id, day=local_date(booking.starts_at)))


def _to_bookings(center: Center) -> Done:
    return Done(url_for("office.bookings", slug=center.slug))
