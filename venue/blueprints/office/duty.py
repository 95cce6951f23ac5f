"""Duty entered by hand: who takes which shift of the week."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import VenueForm
from venue.blueprints.office.base import answered, blueprint, never, pressed
from venue.blueprints.office.fields import ChecksField, offer, text_field
from venue.blueprints.office.reading import staff_of
from venue.blueprints.office.times import check_year, clock_field, day_field, end_field, time_of_day
from venue.blueprints.words import _l
from venue.db import db
from venue.duty.entering import Entered, enter_shift, remove_shift
from venue.duty.reading import duties
from venue.duty.rules import Duty, ShiftPlan
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.submissions import Done
from venue.timeline.interval import Interval
from venue.timeline.local_time import day_start, local_date, week_start


class ShiftForm(VenueForm):
    """A shift."""

    label = text_field(_l("岗位"), 40, _l("请填写岗位，例如前台。"))
    on = day_field(_l("日期"))
    starts_time = clock_field(_l("从"))
    ends_time = end_field(_l("到"), "starts_time")
    person_ids = ChecksField(_l("谁来值班"), coerce=int)

    def plan(self) -> ShiftPlan:
        """Return what was typed; the form is valid."""
        return ShiftPlan(
            label=self.label.data or "",
            interval=time_of_day(self.on.data, self.starts_time.data, self.ends_time.data),
            person_ids=frozenset(self.person_ids.data or ()),
        )


@blueprint.route("/<slug>/duty", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def duty(center: Center) -> Response:
    """Show a week of duty (`?week=` any date of it) with a form to enter a shift."""
    monday = asked_monday()
    form = ShiftForm(data={"on": max(monday, local_date(clock.now()))})
    people = staff_of(db.session(), center.id)
    offer(form.person_ids, [(person.id, person.full_name) for person in people])

    def act(session: Session, actor: Actor) -> Any:
        plan = form.plan()
        outcome = enter_shift(session, center.id, plan, actor=actor, now=clock.now())
        if not isinstance(outcome, Entered):
            return outcome
        return Done(_week_url(center, week_start(local_date(plan.interval.start))))

    def page(refusal: Any, status: int) -> Response:
        return _week_page(center, monday, form, refusal, status)

    return answered(form, act, page, _l("已登记。"))


@blueprint.post("/<slug>/duty/<int:shift_id>/removal")
@staff(Permission.OFFICE)
def remove_duty(center: Center, shift_id: int) -> Response:
    """Take a shift out of the list; one that is out already stays out."""
    monday = asked_monday()

    def act(session: Session, actor: Actor) -> Any:
        remove_shift(session, center.id, shift_id, actor=actor, now=clock.now())
        return Done(_week_url(center, monday))

    return pressed(act, never, _l("已删除。"))


def _week_page(
    center: Center, monday: date, form: ShiftForm, refusal: Any, status: int
) -> Response:
    found = duties(db.session(), center.id, whole_week(monday))
    return render(
        "office/duty.html",
        status=status,
        form=form,
        refusal=refusal,
        shifts=by_shift(found),
        week=[monday + timedelta(days=number) for number in range(7)],
        weeks=week_links("office.duty", center, monday),
    )


def asked_monday() -> date:
    """Return the Monday of the week of `?week=`, which is any date of it; else this week's."""
    try:
        asked = date.fromisoformat(request.args.get("week", ""))
        check_year(asked.year)
    except ValueError:
        asked = local_date(clock.now())
    return week_start(asked)


def whole_week(monday: date) -> Interval:
    """Return a week from its first midnight to its last."""
    return Interval(day_start(monday), day_start(monday + timedelta(days=7)))


def by_shift(found: Iterable[Duty]) -> list[list[Duty]]:
    """Return the duties of each shift together, in the order in which they were read."""
    return [list(people) for _, people in groupby(found, key=lambda duty: duty.shift_id)]


def week_links(
    endpoint: str, center: Center, monday: date, **values: Any
) -> list[dict[str, object]]:
    """Return the links to the same page for the week before, this week and the next."""
    weeks = (
        ("‹", gettext("上一周"), monday - timedelta(days=7)),
        (gettext("本周"), gettext("本周"), week_start(clock.today())),
        ("›", gettext("下一周"), monday + timedelta(days=7)),
    )
    return [
        {
            "label": label,
            "name": name,
            "url": url_for(endpoint, slug=center.slug, week=to.isoformat(), **values),
            "current": to == monday,
        }
        for label, name, to in weeks
    ]


def _week_url(center: Center, monday: date) -> str:
    return url_for("office.duty", slug=center.slug, week=monday.isoformat())
