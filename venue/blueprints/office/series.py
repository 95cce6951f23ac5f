"""Scheduling a series in one action, with a preview in which each date can be dropped or moved."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.office.base import answered, blueprint, of_center
from venue.blueprints.office.names import BY_SESSION, Joining
from venue.blueprints.office.series_form import SCHEDULE, SeriesForm
from venue.blueprints.office.series_sheet import Sheet, dates_shown, sheet_before, sheet_of
from venue.blueprints.words import _l
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import DaysFollowed
from venue.programs.scheduling import schedule_series
from venue.seats.opening import open_session_pools
from venue.submissions import Done

SEATS = 20
"""What the form proposes for each session."""


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
    sheet = sheet_of(found, form, form) if form.makes_a_plan() else None
    if sheet is None or not form.has_dates(sheet.found):
        return _page(found, form, sheet_before(found, form), None, 422)

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
    if Joining.of(found) not in BY_SESSION:
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


def _page(
    found: Program, form: SeriesForm, sheet: Sheet | None, refusal: Any, status: int
) -> Response:
    return render(
        "office/series.html",
        status=status,
        program=found,
        form=form,
        dates=dates_shown(found, form, sheet),
        refusal=refusal,
    )
