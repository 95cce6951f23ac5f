"""Scheduling a series in one action, with a preview in which each date can be dropped or moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.names import Joining
from venue.blueprints.office.series_dates import DateRows
from venue.blueprints.office.series_form import SCHEDULE, SeriesForm, plan_of_key
from venue.blueprints.words import _l
from venue.changes.affected import seats_of
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.opening import years_not_announced
from venue.places.rules import overridable
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Candidate, DaysFollowed, PlannedDate
from venue.programs.scheduling import (
    Choices,
    SeriesPlan,
    dates_of,
    preview,
    schedule_series,
)
from venue.seats.opening import open_session_pools
from venue.submissions import Done

SEATS = 20
"""What the form proposes for each session."""


@dataclass(frozen=True)
class Sheet:
    """The preview of a plan as it was sent: its dates, their rows, and what was decided."""

    plan: SeriesPlan
    found: Sequence[Candidate]
    rows: DateRows
    choices: Choices
    key: str
    """By which the plan is known again."""


@blueprint.route("/<slug>/programs/<int:program_id>/series", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def new_series(center: Center, program_id: int) -> Response:
    """Show every date of a plan with what stands against it, then make the chosen ones.

    A plan whose dates were not shown yet is shown first. Clashing dates begin unchosen. While what
    is typed makes no plan, the dates that were shown before stay.
    """
    found = of_center(Program, program_id, center)
    form = _form(center, found)
    if found.cancelled_at is not None and not form.is_submitted():
        abort(404)
    if not form.is_submitted():
        return _page(found, form, None, None, 200)
    valid = form.validate()
    sheet = _sheet(found, form, form) if form.makes_a_plan() else None
    if sheet is None or not form.has_dates(sheet.found):
        seen = plan_of_key(SeriesForm, form.seen.data or "", lambda one: one.offer_rooms(center))
        return _page(found, form, _sheet(found, seen, form) if seen else None, None, 422)

    def act(session: Session, actor: Actor) -> Any:
        outcome = schedule_series(
            session,
            program_id,
            sheet.plan,
            choices=sheet.choices,
            override=form.override.data or None,
            actor=actor,
            now=clock.now(),
        )
        return _scheduled(session, found, form, outcome) if isinstance(outcome, list) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(found, form, sheet, refusal, status)

    if not valid or not sheet.rows.fine:
        return page(None, 422)
    if form.step.data != SCHEDULE or form.seen.data != sheet.key:
        return page(None, 200)
    if not sheet.choices.wanted:
        form.dates.errors = [_l("没有勾选任何一天。")]
        return page(None, 422)
    return answered(form, act, page, None)


def _form(center: Center, found: Program) -> SeriesForm:
    form = SeriesForm(
        data={
            "every_weeks": 1,
            "count": 12,
            "follows": DaysFollowed.ORDINARY,
            "capacity": SEATS,
        }
    )
    form.offer_rooms(center)
    if Joining.of(found) is not Joining.SESSION:
        del form.capacity
    return form


def _scheduled(
    session: Session, found: Program, form: SeriesForm, made: list[ScheduledSession]
) -> Done:
    """Give the sessions their seats where each has its own, and say how many there are."""
    if "capacity" in form:
        open_session_pools(session, made, form.capacity.data or 1)
    flash(gettext("排好了 %(n)s 场。", n=len(made)), "ok")
    return Done(url_for("office.program", slug=found.center.slug, program_id=found.id))


def _sheet(found: Program, planned: SeriesForm, sent: SeriesForm) -> Sheet:
    """Return the preview of the plan of one form, with what was sent of its dates."""
    plan = planned.plan(_people(db.session(), found, sent))
    dates = dates_of(db.session(), found.center_id, plan.pattern, plan.follows)
    typed = sent.seen.data == planned.key()
    slots = {one.on: plan.slot(one.on) for one in dates}
    rows = DateRows(slots, planned.room_id.choices, typed=typed)
    wanted = sent.chosen & slots.keys() if typed else None
    return Sheet(plan, dates, rows, rows.choices(wanted), planned.key())


def _page(
    found: Program, form: SeriesForm, sheet: Sheet | None, refusal: Any, status: int
) -> Response:
    planned: list[PlannedDate] = []
    if sheet is not None:
        planned = preview(db.session(), found, sheet.plan, sheet.choices, now=clock.now())
        sheet.rows.propose_reasons(planned)
    chosen = sheet.choices.wanted if sheet else None
    if chosen is None:
        chosen = frozenset(one.on for one in planned if one.wanted and one.fine)
    form.seen.data = sheet.key if sheet else ""
    return render(
        "office/series.html",
        status=status,
        program=found,
        form=form,
        planned=planned,
        rows=sheet.rows.by_date if sheet else {},
        stale=sheet is not None and sheet.key != form.key(),
        chosen=chosen,
        provisional=years_not_announced(db.session(), [one.slot.on for one in planned]),
        kept=sum(one.left_out is None for one in planned),
        clashes=sum(one.left_out is None and not one.fine for one in planned),
        may_override=any(overridable(one.conflicts) for one in planned),
        refusal=refusal,
    )


def _people(session: Session, found: Program, form: SeriesForm) -> int | None:
    """Return how many people a session is for, as far as seats say."""
    if "capacity" in form:
        capacity: int | None = form.capacity.data
        return capacity
    return seats_of(session, found.id, [])
