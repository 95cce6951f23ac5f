"""One series: all its dates, and adding those that it does without."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import recurring
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.names import FOLLOWED
from venue.blueprints.office.series_dates import DateRows
from venue.blueprints.office.series_form import PlanForm
from venue.changes.adding import add_dates, addable, preview_adding
from venue.changes.outcomes import Rescheduled
from venue.changes.rescheduling import By
from venue.changes.series import date_of, sessions_of_series, still_to_come
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.opening import years_not_announced
from venue.places.rules import overridable
from venue.programs.models import Program, SeriesPattern
from venue.programs.rules import Slot
from venue.submissions import Done
from venue.timeline.local_time import local_date
from venue.timeline.rhythm import Rhythm


@blueprint.route("/<slug>/series/<int:pattern_id>", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def series(center: Center, pattern_id: int) -> Response:
    """Show every date of a series with what became of it; give wanted ones their sessions."""
    kept = series_of_center(center, pattern_id)
    form = PlanForm()
    form.offer_rooms(center)
    sessions = sessions_of_series(db.session(), pattern_id)
    taken = {date_of(one): one for one in sessions}
    now = clock.now()
    slots = {
        on: Slot(on, kept.starts_time, kept.ends_time, kept.room_id)
        for on in addable(db.session(), kept, taken, local_date(now))
    }
    rows = DateRows(slots, form.room_id.choices, typed=form.is_submitted())
    choices = rows.choices(form.chosen & slots.keys())

    def act(session: Session, actor: Actor) -> Any:
        by = By(actor, clock.now(), form.override.data or None)
        outcome = add_dates(session, pattern_id, choices, by=by)
        if not isinstance(outcome, Rescheduled):
            return outcome
        told = gettext("加了 %(n)s 场，通知了 %(m)s 人。", n=outcome.added, m=outcome.people)
        flash(told, "ok")
        return Done(url_for("office.series", slug=center.slug, pattern_id=pattern_id))

    def page(refusal: Any, status: int) -> Response:
        planned = preview_adding(db.session(), kept, taken, choices, now=now)
        return render(
            "office/series_page.html",
            status=status,
            kept=kept,
            rhythm=rhythm_words(kept),
            followed=FOLLOWED[kept.follows],
            sessions=sessions,
            coming=still_to_come(sessions, kept.starts_on, now),
            form=form,
            planned=planned,
            rows=rows.by_date,
            dropped={one.day_on: one.reason for one in kept.skipped},
            chosen=choices.wanted or (),
            provisional=years_not_announced(db.session(), [one.slot.on for one in planned]),
            may_override=any(one.wanted and overridable(one.conflicts) for one in planned),
            refusal=refusal,
            now=now,
        )

    if form.is_submitted() and not rows.fine:
        form.validate()
        return page(None, 422)
    return answered(form, act, page, None)


def series_of_center(center: Center, pattern_id: int) -> SeriesPattern:
    """Return the center's series with its program and dropped dates; 404 when there is none."""
    found = db.session.scalar(
        select(SeriesPattern)
        .join(SeriesPattern.program)
        .where(SeriesPattern.id == pattern_id, Program.center_id == center.id)
        .options(
            contains_eager(SeriesPattern.program),
            joinedload(SeriesPattern.room),
            selectinload(SeriesPattern.skipped),
        )
    )
    if found is None:
        abort(404)
    return found


def rhythm_words(kept: SeriesPattern) -> str:
    """每周二 18:30–20:00, or 每 2 周的周二 18:30–20:00."""
    weekdays = tuple(map(int, kept.weekdays))
    weekly = kept.every_weeks == 1
    words = recurring(Rhythm(weekdays, weekly, kept.starts_time, kept.ends_time))
    return words if weekly else gettext("每 %(n)s 周：%(days)s", n=kept.every_weeks, days=words)
