"""When a center is open: its rules by layer, and the hours of this week that come of them."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response
from wtforms import Field, ValidationError

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, of_center, pressed
from venue.blueprints.office.fields import enum_field, offer_or_none, row_field, weekdays_field
from venue.blueprints.office.names import LAYERS
from venue.blueprints.office.reading import rooms_in_use
from venue.blueprints.office.times import clock_field, end_field, optional_day_field
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.editing_hours import (
    OpeningDescription,
    add_opening,
    change_opening,
    remove_opening,
)
from venue.places.models import Center, OpeningRule
from venue.places.opening import load_hours
from venue.places.rules import Layer
from venue.submissions import Done
from venue.timeline.local_time import local_date, week_start
from venue.timeline.rhythm import Rhythm


class OpeningForm(VenueForm):
    """One layer of hours."""

    layer = enum_field(_l("哪一种开放"), LAYERS)
    room_id = row_field(_l("适用于"))
    weekdays = weekdays_field(_l("星期"))
    opens_time = clock_field(_l("开门"))
    closes_time = end_field(_l("关门"), "opens_time")
    valid_from_on = optional_day_field(_l("从哪天起"))
    valid_until_on = optional_day_field(_l("到哪天为止"))

    def validate_weekdays(self, field: Field) -> None:
        """Ask for a day; holiday duty holds on whatever weekday the holiday is."""
        if not field.errors and not field.data and self.layer.data is not Layer.HOLIDAY_DUTY:
            raise ValidationError(_l("请至少选一天。"))

    def validate_valid_until_on(self, field: Field) -> None:
        """Check the order."""
        first = self.valid_from_on.data
        if field.data is not None and first is not None and field.data < first:
            raise ValidationError(_l("结束的日子不能早于开始的日子。"))

    def description(self) -> OpeningDescription:
        """Return what was typed; the form is valid."""
        every_day = self.layer.data is Layer.HOLIDAY_DUTY
        weekdays = range(1, 8) if every_day else sorted(set(self.weekdays.data or ()))
        return OpeningDescription(
            room_id=self.room_id.data,
            layer=self.layer.data,
            weekdays="".join(map(str, weekdays)),
            opens_time=self.opens_time.data or time.min,
            closes_time=self.closes_time.data or time.min,
            valid_from_on=self.valid_from_on.data,
            valid_until_on=self.valid_until_on.data,
        )

    def offer_rooms(self, center: Center) -> None:
        """Fill in the choices."""
        rooms = [(room.id, room.name) for room in rooms_in_use(db.session(), center.id)]
        offer_or_none(self.room_id, _l("整个中心"), rooms)


@blueprint.get("/<slug>/hours")
@staff(Permission.OFFICE)
def hours(center: Center) -> Response:
    """Show the rules, and this week's hours of the center and of rooms with rules of their own."""
    rules = db.session.scalars(
        select(OpeningRule)
        .where(OpeningRule.center_id == center.id)
        .options(joinedload(OpeningRule.room))
        .order_by(OpeningRule.room_id.is_not(None), OpeningRule.room_id, OpeningRule.id)
    ).all()
    monday = week_start(local_date(clock.now()))
    days = [monday + timedelta(days=number) for number in range(7)]
    week = load_hours(db.session(), center.id, days[0], days[-1])
    own_rooms = {rule.room.id: rule.room.name for rule in rules if rule.room is not None}
    return render(
        "office/hours.html",
        rules=[(rule, _rhythm(rule)) for rule in rules],
        days=days,
        week=week,
        lines=[(None, _l("整个中心")), *own_rooms.items()],
        layers=LAYERS,
    )


@blueprint.route("/<slug>/hours/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_opening(center: Center) -> Response:
    """Add a layer of hours."""
    form = OpeningForm(data={"layer": Layer.REGULAR, "weekdays": [1, 2, 3, 4, 5]})
    form.offer_rooms(center)

    def act(session: Session, actor: Actor) -> Any:
        add_opening(session, center.id, form.description(), actor=actor, now=clock.now())
        return _to_hours(center)

    def page(_refusal: Any, status: int) -> Response:
        return render("office/opening.html", status=status, form=form, rule=None)

    return answered(form, act, page, _l("已添加。"))


@blueprint.route("/<slug>/hours/<int:rule_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_opening(center: Center, rule_id: int) -> Response:
    """Change a layer of hours."""
    rule = of_center(OpeningRule, rule_id, center)
    form = OpeningForm(obj=rule)
    form.offer_rooms(center)

    def act(session: Session, actor: Actor) -> Any:
        change_opening(session, rule_id, form.description(), actor=actor, now=clock.now())
        return _to_hours(center)

    def page(_refusal: Any, status: int) -> Response:
        return render("office/opening.html", status=status, form=form, rule=rule)

    return answered(form, act, page, _l("已保存。"))


@blueprint.post("/<slug>/hours/<int:rule_id>/removal")
@staff(Permission.OFFICE)
def remove_rule(center: Center, rule_id: int) -> Response:
    """Remove a layer of hours; one that was removed before is gone all the same."""

    def act(session: Session, actor: Actor) -> Any:
        rule = session.get(OpeningRule, rule_id)
        if rule is not None and rule.center_id == center.id:
            remove_opening(session, rule_id, actor=actor, now=clock.now())
        return _to_hours(center)

    return pressed(act, never, _l("已删除。"))


def _rhythm(rule: OpeningRule) -> Rhythm:
    return Rhythm(tuple(map(int, rule.weekdays)), True, rule.opens_time, rule.closes_time)


def _to_hours(center: Center) -> Done:
    return Done(url_for("office.hours", slug=center.slug))
