"""When a center is open: all its layers on one page with the year that comes of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import telephone, wall_span
from venue.blueprints.months import choose_month, month_links, year_links, year_sheet
from venue.blueprints.office.base import (
    Act,
    Page,
    answered,
    blueprint,
    never,
    of_center,
    pressed,
)
from venue.blueprints.office.names import LAYERS, USUAL_HOURS
from venue.blueprints.office.opening_form import OpeningForm, PreviewedForm
from venue.blueprints.office.year_preview import RuleChange, outside, preview
from venue.blueprints.words import _l
from venue.changes.hits import Hit
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.days import days_of_year
from venue.places.editing_hours import add_opening, change_opening, remove_opening
from venue.places.models import Center, OpeningRule
from venue.places.opening import announced_years, load_hours
from venue.places.rules import Layer
from venue.places.usual_hours import SLOTS, UsualHours, add_usual_hours, missing_slots
from venue.submissions import Done
from venue.timeline.local_time import local_date, week_start

ALL = "all"
"""What the button sends that adds every usual slot at once."""


@blueprint.get("/<slug>/hours")
@staff(Permission.OFFICE)
def hours(center: Center) -> Response:
    """Show the rules by layer, the hours of this week, and a year (`?year=`, `?room=`)."""
    rules = db.session.scalars(
        select(OpeningRule)
        .where(OpeningRule.center_id == center.id)
        .options(joinedload(OpeningRule.room))
        .order_by(OpeningRule.room_id.is_not(None), OpeningRule.room_id, OpeningRule.opens_time)
    ).all()
    today = local_date(clock.now())
    monday = week_start(today)
    days = [monday + timedelta(days=number) for number in range(7)]
    lines: dict[int | None, str] = {None: _l("整个中心")}
    lines |= {rule.room.id: rule.room.name for rule in rules if rule.room is not None}
    asked = request.args.get("room", type=int)
    room_id = asked if asked in lines else None
    chosen = choose_month(request.args, today)
    year = load_hours(db.session(), center.id, chosen.first_on, chosen.last_on)
    where = {"slug": center.slug, "room": room_id}
    return render(
        "office/hours.html",
        status=200 if chosen.understood else 404,
        layers={
            layer: [(rule, rule.fact().rhythm) for rule in rules if rule.layer is layer]
            for layer in Layer
        },
        names=LAYERS,
        missing=[(one, USUAL_HOURS[one], _slot_words(one)) for one in missing_slots(rules)],
        days=days,
        week=load_hours(db.session(), center.id, days[0], days[-1]),
        lines=lines,
        room_id=room_id,
        sheet=year_sheet(
            days_of_year(year, chosen.year, room_id),
            chosen,
            today,
            announced_years(db.session()),
            lambda on: url_for("year.day", slug=center.slug, on=on),
        ),
        years=year_links(chosen, today, "office.hours", **where),
        months=month_links(chosen, today, "office.hours", **where),
    )


@blueprint.post("/<slug>/hours/usual")
@staff(Permission.OFFICE)
def add_usual(center: Center) -> Response:
    """Add one of the usual slots, or all of them; more hours leave nothing outside."""

    def act(session: Session, actor: Actor) -> Any:
        asked = request.form.get("usual")
        chosen = [one for one in UsualHours if asked in (one, ALL)]
        add_usual_hours(session, center.id, chosen, actor=actor, now=clock.now())
        return _to_hours(center)

    return pressed(act, never, _l("已添加。"))


@blueprint.route("/<slug>/hours/new", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_opening(center: Center) -> Response:
    """Add a layer of hours (`?layer=`); the year can be looked at first."""
    layer = next((one for one in Layer if one == request.args.get("layer")), Layer.REGULAR)
    usual = {"layer": layer, "weekdays": [1, 2, 3, 4, 5], "phone": telephone(center.phone)}
    form = OpeningForm(data=usual)
    form.offer_rooms(center)

    def act(session: Session, actor: Actor) -> Any:
        description = form.description()
        unseen = _unseen(session, center, form, RuleChange(None, description.fact()))
        if unseen:
            return unseen
        add_opening(session, center.id, description, actor=actor, now=clock.now())
        return _to_hours(center)

    def page(_refusal: Any, status: int) -> Response:
        change = RuleChange(None, form.description().fact()) if _is_good(form) else RuleChange()
        return _form_page("office/opening.html", center, form, change, status, rule=None)

    return _looked_or_answered(form, act, page, _l("已添加。"))


@blueprint.route("/<slug>/hours/<int:rule_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def edit_opening(center: Center, rule_id: int) -> Response:
    """Change a layer of hours; the year can be looked at first."""
    rule = of_center(OpeningRule, rule_id, center)
    form = OpeningForm(obj=rule)
    if not form.is_submitted() and rule.phone is not None:
        form.phone.data = telephone(rule.phone)
    form.offer_rooms(center)

    def act(session: Session, actor: Actor) -> Any:
        description = form.description()
        old = session.get_one(OpeningRule, rule_id).fact()
        unseen = _unseen(session, center, form, RuleChange(old, description.fact()))
        if unseen:
            return unseen
        change_opening(session, rule_id, description, actor=actor, now=clock.now())
        return _to_hours(center)

    def page(_refusal: Any, status: int) -> Response:
        old = rule.fact()
        change = RuleChange(old, form.description().fact() if _is_good(form) else old)
        return _form_page("office/opening.html", center, form, change, status, rule=rule)

    return _looked_or_answered(form, act, page, _l("已保存。"))


@blueprint.route("/<slug>/hours/<int:rule_id>/removal", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def remove_rule(center: Center, rule_id: int) -> Response:
    """Remove a layer of hours after showing the year without it; one that is gone stays gone."""
    rule = db.session.scalar(
        select(OpeningRule).where(OpeningRule.id == rule_id, OpeningRule.center_id == center.id)
    )
    form = PreviewedForm()
    if rule is None and not form.is_submitted():
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        there = session.get(OpeningRule, rule_id)
        if there is not None and there.center_id == center.id:
            unseen = _unseen(session, center, form, RuleChange(there.fact(), None))
            if unseen:
                return unseen
            remove_opening(session, rule_id, actor=actor, now=clock.now())
        return _to_hours(center)

    def page(_refusal: Any, status: int) -> Response:
        if rule is None:
            abort(404)
        change = RuleChange(rule.fact(), None)
        return _form_page("office/opening_removal.html", center, form, change, status, rule=rule)

    return _looked_or_answered(form, act, page, _l("已删除。"))


def _slot_words(usual: UsualHours) -> str:
    slots = SLOTS[usual]
    return gettext("、").join(wall_span(one.opens_time, one.closes_time) for one in slots)


def _looked_or_answered(form: PreviewedForm, act: Act, page: Page, said: str) -> Response:
    """Show the year when the form asks for it, else carry the form out."""
    if form.is_look:
        return page(None, 200 if form.validate() else 422)
    return answered(form, act, page, said)


def _unseen(session: Session, center: Center, form: PreviewedForm, change: RuleChange) -> list[Hit]:
    """Return what the change leaves outside the hours, if there is any that was not shown."""
    hit = outside(session, center.id, change)
    seen = set((form.seen.data or "").split())
    return hit if any(one.key not in seen for one in hit) else []


def _is_good(form: OpeningForm) -> bool:
    return form.is_submitted() and not form.errors


def _form_page(
    template: str,
    center: Center,
    form: PreviewedForm,
    change: RuleChange,
    status: int,
    *,
    rule: OpeningRule | None,
) -> Response:
    shown = preview(center, change, form.month(local_date(clock.now())))
    form.seen.data = " ".join(hit.key for hit in shown.outside)
    return render(
        template,
        status=status,
        form=form,
        rule=rule,
        rhythm=rule.fact().rhythm if rule is not None else None,
        names=LAYERS,
        preview=shown,
    )


def _to_hours(center: Center) -> Done:
    return Done(url_for("office.hours", slug=center.slug))
