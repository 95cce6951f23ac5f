"""Scheduling a series in one action, with a preview in which each date can be left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.names import Joining
from venue.blueprints.office.series_form import SCHEDULE, SeriesForm
from venue.blueprints.words import _l
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import CalendarDay, Center
from venue.places.rules import overridable
from venue.programs.editing import IsCancelled
from venue.programs.models import Program
from venue.programs.rules import PlannedDate
from venue.programs.scheduling import SeriesBlocked, preview, schedule_series
from venue.seats.models import SeatPool
from venue.seats.opening import open_session_pools
from venue.submissions import Done

SEATS = 20
"""What the form proposes for each session."""


@blueprint.route("/<slug>/programs/<int:program_id>/series", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_series(center: Center, program_id: int) -> Response:
    """Show every date of a plan with what stands against it, then make the chosen ones.

    A plan whose dates were not shown yet is shown first. Clashing dates begin unchosen.
    """
    found = of_center(Program, program_id, center)
    form = SeriesForm(data={"every_weeks": 1, "count": 12, "capacity": SEATS})
    if found.cancelled_at is not None and not form.is_submitted():
        abort(404)
    form.offer_rooms(center)
    if Joining.of(found) is not Joining.SESSION:
        del form.capacity

    def act(session: Session, actor: Actor) -> Any:
        plan = form.plan(_people(session, found, form))
        outcome = schedule_series(
            session,
            program_id,
            plan,
            leaving_out=frozenset(plan.pattern.dates()) - set(form.dates.data or ()),
            override=form.override.data or None,
            actor=actor,
            now=clock.now(),
        )
        if isinstance(outcome, SeriesBlocked | IsCancelled):
            return outcome
        if "capacity" in form:
            open_session_pools(session, outcome, form.capacity.data or 1)
        flash(gettext("排好了 %(n)s 场。", n=len(outcome)), "ok")
        return Done(url_for("office.program", slug=center.slug, program_id=program_id))

    def page(refusal: Any, status: int) -> Response:
        return _page(found, form, refusal, status)

    if not form.is_submitted() or not form.validate():
        return page(None, 422 if form.is_submitted() else 200)
    if form.step.data != SCHEDULE or form.seen.data != form.key():
        return page(None, 200)
    if not set(form.plan(None).pattern.dates()) & set(form.dates.data or ()):
        form.dates.errors = [_l("没有勾选任何一天。")]
        return page(None, 422)
    return answered(form, act, page, None)


def _page(found: Program, form: SeriesForm, refusal: Any, status: int) -> Response:
    planned = _planned(found, form)
    chosen = [one.on for one in planned if one.fine]
    if planned and form.seen.data == form.key():
        chosen = form.dates.data or []
    form.seen.data = form.key() if planned else ""
    return render(
        "office/series.html",
        status=status,
        program=found,
        form=form,
        planned=planned,
        chosen=set(chosen),
        provisional=_years_not_announced(planned),
        clashes=sum(not one.fine for one in planned),
        may_override=any(overridable(one.conflicts) for one in planned),
        refusal=refusal,
    )


def _planned(found: Program, form: SeriesForm) -> list[PlannedDate]:
    """Return the preview of what was typed, as far as that makes a plan."""
    if not form.is_submitted() or not form.makes_a_plan():
        return []
    return preview(db.session(), found, form.plan(_people(db.session(), found, form)))


def _years_not_announced(planned: Sequence[PlannedDate]) -> list[int]:
    """Return the years of the dates whose holidays and make-up days are not known yet."""
    last_on = db.session.scalar(select(func.max(CalendarDay.day_on)))
    announced = last_on.year if last_on is not None else 0
    return sorted({one.on.year for one in planned if one.on.year > announced})


def _people(session: Session, found: Program, form: SeriesForm) -> int | None:
    """Return how many people a session is for, as far as seats say."""
    if "capacity" in form:
        capacity: int | None = form.capacity.data
        return capacity
    return session.scalar(select(SeatPool.capacity).where(SeatPool.program_id == found.id))
