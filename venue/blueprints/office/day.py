"""One day of all rooms: moving what takes place by dragging it, or by a plain form."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from flask import abort, flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.fields import offer, offer_or_none
from venue.blueprints.office.reading import room_choices, rooms_in_use
from venue.blueprints.office.sessions import MoveForm
from venue.blueprints.office.times import check_year
from venue.blueprints.words import _l
from venue.changes.adjusting import NewPlace, adjust, conflicts_of
from venue.changes.hits import Hit, hits, hits_by_key
from venue.changes.outcomes import Moved
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.booking import Blocked
from venue.places.days import day_hours, whole_day
from venue.places.models import Center
from venue.places.opening import load_hours, years_not_announced
from venue.places.rules import Conflict, overridable
from venue.submissions import Done
from venue.timeline.local_time import local, local_date

ONE_DAY = timedelta(days=1)
PLACE = ("on", "starts_time", "ends_time", "room_id")
"""What an address may say of the place to which something shall move."""
EARLIEST, LATEST = 7, 22
"""Hours that the picture of a day shows at least (own); what lies outside widens it."""


@blueprint.get("/<slug>/day")
@staff(Permission.OFFICE)
def day(center: Center) -> Response:
    """Show what takes place in each room on `?on=`, today without it."""
    now = clock.now()
    on = asked_day()
    found = hits(db.session(), center.id, None, whole_day(on))
    hours = load_hours(db.session(), center.id, on, on)
    rooms = rooms_in_use(db.session(), center.id)
    return render(
        "office/day.html",
        day=day_hours(hours, on),
        today=local_date(now),
        now=now,
        provisional=years_not_announced(db.session(), [on]),
        rooms=rooms,
        pictured=[{"id": str(room.id), "title": room.name} for room in rooms],
        hits=found,
        shown=_shown_hours(found, on),
        days=day_links("office.day", center, on),
    )


@blueprint.route("/<slug>/day/<key>/adjustment", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def adjustment(center: Center, key: str) -> Response:
    """Show where something takes place and what stands against another place; sent, move it there.

    `key` is that of a hit: session-12, booking-7.

    A place may be given with it (`on`, `starts_time`, `ends_time`, `room_id`), as dragging does.
    Asked for a part, it is the form alone.
    """
    hit = _hit(center, key)
    form = _move_form(center, hit)

    def act(session: Session, actor: Actor) -> Any:
        place = NewPlace(form.interval(), form.room_id.data, form.override.data or None)
        outcome = adjust(session, hit, place, actor=actor, now=clock.now())
        if not isinstance(outcome, Moved):
            return outcome
        flash(gettext("已调整，通知了 %(n)s 人。", n=outcome.people), "ok")
        return Done(url_for("office.day", slug=center.slug, on=form.on.data))

    def page(refusal: Any, status: int) -> Response:
        if isinstance(refusal, Blocked):
            found = [why for each in refusal.conflicts for why in each]
        else:
            found = _foreseen(hit, form) if refusal is None and not form.errors else []
        return render(
            "office/adjustment.html",
            "office/_adjustment.html",
            status=status,
            hit=hit,
            form=form,
            conflicts=found,
            may_override=overridable(found),
            refusal=refusal,
        )

    return answered(form, act, page, None)


def asked_day() -> date:
    """Return the day of `?on=`, today without it; answers 404 for what is no day."""
    text = request.args.get("on")
    if not text:
        return clock.today()
    try:
        on = date.fromisoformat(text)
        check_year(on.year)
    except ValueError:
        abort(404)
    return on


def _hit(center: Center, key: str) -> Hit:
    found = hits_by_key(db.session(), center.id, [key])
    if not found:
        abort(404)
    return found[0]


def _move_form(center: Center, hit: Hit) -> MoveForm:
    """Return the form with the place that the address gives, or where it takes place now."""
    starts, ends = local(hit.use.start), local(hit.use.end)
    held = hit.held[0].room if hit.held else None
    asked = {name: request.args[name] for name in PLACE if name in request.args}
    now = {
        "on": f"{starts:%Y-%m-%d}",
        "starts_time": f"{starts:%H:%M}",
        "ends_time": f"{ends:%H:%M}",
        "room_id": str(held.id) if held else "",
    }
    form = MoveForm() if request.method == "POST" else MoveForm(MultiDict({**now, **asked}))
    rooms = room_choices(db.session(), center)
    if held is not None and held.id not in {room_id for room_id, _ in rooms}:
        rooms.append((held.id, held.name_from(center.id)))
    if hit.program_id is None:
        offer(form.room_id, rooms)
    else:
        offer_or_none(form.room_id, _l("不占用功能室"), rooms)
    return form


def _foreseen(hit: Hit, form: MoveForm) -> list[Conflict]:
    """Return what would stand against the place in the form, when it is one and another one."""
    starts, ends = form.starts_time.data, form.ends_time.data
    if form.on.data is None or starts is None or ends is None or time.min < ends <= starts:
        return []
    place = NewPlace(form.interval(), form.room_id.data)
    held = hit.held[0].room.id if hit.held else None
    if (place.interval, place.room_id) == (hit.use, held):
        return []
    return conflicts_of(db.session(), hit, place)


def _shown_hours(found: list[Hit], on: date) -> tuple[int, int]:
    """Return the first and the last hour of the picture, so that all of the day lies in it."""
    starts = [local(hit.use.start).hour for hit in found if local_date(hit.use.start) == on]
    ends = [local(hit.use.end).hour + 1 if local_date(hit.use.end) == on else 24 for hit in found]
    return min([EARLIEST, *starts]), min(max([LATEST, *ends]), 24)


def day_links(endpoint: str, center: Center, on: date) -> list[dict[str, object]]:
    """Return the links to the same page for the day before, today and the day after."""

    def link(label: str, to: date, name: str) -> dict[str, object]:
        address = url_for(endpoint, slug=center.slug, on=to)
        return {"label": label, "name": name, "url": address, "current": to == on}

    return [
        link("‹", on - ONE_DAY, gettext("前一天")),
        link(gettext("今天"), clock.today(), gettext("今天")),
        link("›", on + ONE_DAY, gettext("后一天")),
    ]
