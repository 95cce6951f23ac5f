"""Closing the center or a room for a time, after seeing what that hits; and opening again."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import Field, HiddenField, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, pressed
from venue.blueprints.office.fields import offer_or_none, row_field, text_field
from venue.blueprints.office.reading import Use, rooms_in_use, uses
from venue.blueprints.office.times import day_field, optional_clock_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.editing_hours import close, end_closure
from venue.places.models import Center, Closure
from venue.submissions import Done
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, instant

LONGEST = timedelta(days=731)
"""A closure of more than two years is a slip of the hand (own)."""
REMEMBERED = timedelta(days=30)


class ClosureForm(VenueForm):
    """A closure; without times it holds from the first day's start to the last day's end."""

    room_id = row_field(_l("关闭哪里"))
    starts_on = day_field(_l("开始日期"))
    starts_time = optional_clock_field(_l("开始时间"))
    ends_on = day_field(_l("结束日期"))
    ends_time = optional_clock_field(_l("结束时间"))
    reason = text_field(_l("原因（所有人都看得到）"), 100, _l("请写明原因，居民会看到。"))
    seen = HiddenField()
    """Keys of what it hits that its sender was shown, separated by spaces."""

    def validate_ends_on(self, field: Field) -> None:
        """Check the order of the days."""
        if field.data is None or self.starts_on.data is None:
            return
        if field.data < self.starts_on.data:
            raise ValidationError(_l("结束不能早于开始。"))
        if field.data - self.starts_on.data > LONGEST:
            raise ValidationError(_l("最长可以关闭两年，请核对日期。"))

    def validate_ends_time(self, field: Field) -> None:
        """Check the order of the times on one day."""
        if self.starts_on.data is None or self.ends_on.data != self.starts_on.data:
            return
        if self.end() <= self.start() and not field.errors:
            raise ValidationError(_l("结束时间要晚于开始时间。"))

    def start(self) -> datetime:
        """Return the instant at which it begins; the day was typed."""
        return instant(self.starts_on.data or date.min, self.starts_time.data or time.min)

    def end(self) -> datetime:
        """Return the instant at which it ends; no time, or 00:00, is the end of that day."""
        on = self.ends_on.data or date.min
        at = self.ends_time.data or time.min
        return instant(on, at) if at != time.min else day_start(on + timedelta(days=1))

    def interval(self) -> Interval:
        """Return the time that was typed; the form is valid."""
        return Interval(self.start(), self.end())


@blueprint.get("/<slug>/closures")
@staff(Permission.OFFICE)
def closures(center: Center) -> Response:
    """List the closures that hold or come, and those that have just ended."""
    now = clock.now()
    found = db.session.scalars(
        select(Closure)
        .where(Closure.center_id == center.id, Closure.ends_at > now - REMEMBERED)
        .options(joinedload(Closure.room))
        .order_by(Closure.starts_at)
    ).all()
    return render("office/closures.html", closures=found, now=now)


@blueprint.route("/<slug>/closures/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_closure(center: Center) -> Response:
    """Close the center or a room; what it hits is shown first, and closing asks once more."""
    form = ClosureForm()
    rooms = [(room.id, room.name) for room in rooms_in_use(db.session(), center.id)]
    offer_or_none(form.room_id, _l("整个中心"), rooms)

    def act(session: Session, actor: Actor) -> Any:
        hit = uses(session, center.id, form.room_id.data, form.interval())
        if not {use.key for use in hit} <= set((form.seen.data or "").split()):
            return hit
        close(
            session,
            center.id,
            form.room_id.data,
            form.interval(),
            form.reason.data or "",
            actor=actor,
            now=clock.now(),
        )
        return Done(url_for("office.closures", slug=center.slug))

    def page(hit: list[Use] | None, status: int) -> Response:
        form.seen.data = " ".join(use.key for use in hit or ())
        return render("office/closure.html", status=status, form=form, hit=hit)

    return answered(form, act, page, _l("已登记。"))


@blueprint.post("/<slug>/closures/<int:closure_id>/end")
@staff(Permission.OFFICE)
def open_again(center: Center, closure_id: int) -> Response:
    """End a closure now, or take it back before it begins."""

    def act(session: Session, actor: Actor) -> Any:
        closure = session.get(Closure, closure_id)
        if closure is not None and closure.center_id == center.id:
            end_closure(session, closure_id, actor=actor, now=clock.now())
        return Done(url_for("office.closures", slug=center.slug))

    return pressed(act, never, _l("已恢复开放。"))
