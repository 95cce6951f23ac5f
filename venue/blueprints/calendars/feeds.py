"""The calendars themselves, as calendar programs fetch them: often, and mostly unchanged."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote

from flask import Response, abort, request
from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, or_, select, union_all

from venue import clock
from venue.blueprints.calendars.addresses import blueprint
from venue.calendars import ical
from venue.calendars.feed_tokens import opened_by
from venue.calendars.feeds import Feed, personal_body, public_body, public_tag
from venue.calendars.models import CalendarEntry
from venue.calendars.rules import EntryStatus
from venue.db import db
from venue.htmx import render
from venue.people.guarding import children_of
from venue.permissions import center_of, viewer
from venue.places.calendar import booking_key
from venue.places.models import Room, RoomBooking
from venue.places.rules import BookingStatus
from venue.programs.calendar import entry_key, in_room
from venue.programs.models import Program, ProgramPartner
from venue.reservations.models import Reservation
from venue.reservations.rules import ReservationEnding
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus

SHARED_FOR = timedelta(minutes=5)
"""How long a cache may answer for a public feed (own): a move is seen soon, a rush is absorbed."""
ASK_AGAIN = "private, no-cache"
"""Kept by the asker alone, and never shown without asking whether it still holds."""


@blueprint.get("/centers/<slug>.ics")
def center(slug: str) -> Response:
    """Answer with all that is on at a center; who else has booked a room is the room's calendar."""
    house = center_of(slug)
    run_with_others = select(ProgramPartner.program_id).where(ProgramPartner.center_id == house.id)
    on = CalendarEntry.id.in_(
        union_all(
            select(CalendarEntry.id).where(
                CalendarEntry.center_id == house.id, CalendarEntry.program_id.is_not(None)
            ),
            select(CalendarEntry.id).where(CalendarEntry.program_id.in_(run_with_others)),
        )
    )
    return _public(Feed(house.name, on), f"center-{house.id}")


@blueprint.get("/rooms/<int:room_id>.ics")
def room(room_id: int) -> Response:
    """Answer with what takes place in a room; of a private one, when it is occupied."""
    found = db.get_or_404(Room, room_id)
    name = f"{found.center.name} {found.name}"
    return _public(Feed(name, in_room(room_id, now=clock.now())), f"room-{room_id}")


@blueprint.get("/programs/<int:program_id>.ics")
def program(program_id: int) -> Response:
    """Answer with the dates of a published program."""
    found = db.get_or_404(Program, program_id)
    if found.published_at is None:
        abort(404)
    feed = Feed(found.title, CalendarEntry.program_id == program_id)
    return _public(feed, f"program-{program_id}")


@blueprint.get("/events/<key>.ics")
def event(key: str) -> Response:
    """Answer with one event to keep; those whom it concerns get the full text."""
    if not re.fullmatch(r"[a-z]+-[0-9]{1,10}", key):
        abort(404)
    entry = db.first_or_404(select(CalendarEntry).where(CalendarEntry.key == key))
    text = entry.vevent if _concerned(entry) else entry.public_vevent
    if text is None:
        abort(404)
    return _private(ical.alone(text), filename=key, title=key)


@blueprint.get("/my/<token>.ics")
def personal(token: str) -> Response:
    """Answer with the dates of the link's owner and of the children in their care, or of one child.

    A child's own link ends with the right to act for it.
    """
    opened = opened_by(db.session(), token)
    children = children_of(db.session(), opened.person_id, now=clock.now()) if opened else []
    if opened is None or opened.child_id not in {None, *children}:
        unknown = render("calendars/unknown_link.html", status=404)
        unknown.headers["Cache-Control"] = "no-store"
        return unknown
    if opened.child_id is None:
        feed = Feed(gettext("我的日程"), _own([opened.person_id, *children]))
    else:
        # Neither the child's name nor the label, which may hold it: phones show this to anybody.
        feed = Feed(gettext("孩子的日程"), _own([opened.child_id]))
    body = personal_body(db.session(), feed, now=clock.now())
    return _private(body, filename="my-calendar", title=feed.name)


def _concerned(entry: CalendarEntry) -> bool:
    who = viewer()
    if who is None:
        return False
    people = [who.person_id, *children_of(db.session(), who.person_id, now=clock.now())]
    own = select(CalendarEntry.id).where(CalendarEntry.id == entry.id, _own(people))
    return db.session.scalar(own) is not None


def _own(people: list[int]) -> ColumnElement[bool]:
    """Choose the entries in which one of these people has a seat or the room.

    A seat that ended because the house cancelled keeps what was cancelled, so that it says so; a
    room that is given back does the same.
    """
    return or_(
        _of_seats(people, EnrollmentStatus.CONFIRMED),
        and_(
            _of_seats(people, EnrollmentStatus.CANCELLED),
            CalendarEntry.status == EntryStatus.CANCELLED,
        ),
        _of_rooms(people),
    )


def _of_rooms(people: list[int]) -> ColumnElement[bool]:
    """Choose the entries of the rooms that these people have, or had; a request is none yet."""
    never_theirs = (ReservationEnding.REFUSED, ReservationEnding.EXPIRED)
    ids = db.session.scalars(
        select(Reservation.booking_id)
        .join(Reservation.booking)
        .where(
            Reservation.person_id.in_(people),
            RoomBooking.status != BookingStatus.PENDING,
            or_(Reservation.ending.is_(None), Reservation.ending.not_in(never_theirs)),
        )
    )
    return CalendarEntry.key.in_([booking_key(booking_id) for booking_id in ids])


def _of_seats(people: list[int], status: EnrollmentStatus) -> ColumnElement[bool]:
    seats = db.session.execute(
        select(Enrollment.program_id, Enrollment.session_id).where(
            Enrollment.person_id.in_(people), Enrollment.status == status
        )
    ).all()
    series = [seat.program_id for seat in seats if seat.session_id is None]
    single = [entry_key(seat.session_id) for seat in seats if seat.session_id is not None]
    return or_(CalendarEntry.program_id.in_(series), CalendarEntry.key.in_(single))


def _public(feed: Feed, filename: str) -> Response:
    """Answer with a public feed; when the asker has it already, without reading its events."""
    now = clock.now()
    response = _calendar(public_tag(db.session(), feed, now=now), filename, feed.name)
    response.headers["Cache-Control"] = f"public, max-age={SHARED_FOR.seconds}"
    if response.status_code == 200:
        response.set_data(public_body(db.session(), feed, now=now))
    return response


def _private(body: bytes, *, filename: str, title: str) -> Response:
    """Answer with a calendar for one person; its tag is its digest, since seats leave no trace."""
    response = _calendar(sha256(body).hexdigest(), filename, title)
    response.headers["Cache-Control"] = ASK_AGAIN
    if response.status_code == 200:
        response.set_data(body)
    return response


def _calendar(tag: str, filename: str, title: str) -> Response:
    """Return an empty answer with the headers of a calendar: 304 when the asker has this tag."""
    response = Response(mimetype="text/calendar")
    response.headers["Content-Disposition"] = (
        f"inline; filename={filename}.ics; filename*=UTF-8''{quote(title, safe='')}.ics"
    )
    response.set_etag(tag)
    response.make_conditional(request)
    return response
