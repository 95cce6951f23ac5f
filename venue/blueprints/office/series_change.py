"""Changing a series from one of its dates on, with a preview; calling off the rest of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import flash, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.formats import A_MONDAY, weekday
from venue.blueprints.office.base import answered, blueprint
from venue.blueprints.office.fields import offer, optional_number_field, optional_text_field
from venue.blueprints.office.programs import ReasonForm
from venue.blueprints.office.series_form import SCHEDULE, PlanForm, plan_of_key
from venue.blueprints.office.series_page import rhythm_words, series_of_center
from venue.blueprints.office.times import clock_field, end_field, optional_day_field
from venue.blueprints.words import _l
from venue.changes.affected import people_of_program
from venue.changes.ending import cancel_rest
from venue.changes.outcomes import CancelledFor, NothingToChange, Rescheduled
from venue.changes.replanning import Replanned, SeriesChange, replan
from venue.changes.rescheduling import By, reschedule_series
from venue.changes.series import date_of, sessions_of_series, still_to_come
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.places.opening import years_not_announced
from venue.places.rules import overridable
from venue.programs.models import ScheduledSession, SeriesPattern
from venue.programs.rules import PLANNED_AHEAD
from venue.submissions import Done
from venue.timeline.recurrence import LONGEST_SERIES

SHIFTS = [0, *range(1, 7), *range(-1, -7, -1)]
"""By how many days a series can be shifted: to any other day of the week, either way."""


class ChangeForm(PlanForm):
    """What a series shall be like from one of its dates on, and which dates shall change."""

    PLAN = ("shift_days", "starts_time", "ends_time", "room_id", "until_on", "count")

    shift_days = SelectField(_l("星期"), coerce=int)
    starts_time = clock_field(_l("几点开始"))
    ends_time = end_field(_l("几点结束"), "starts_time")
    until_on = optional_day_field(_l("改到哪天为止"))
    count = optional_number_field(_l("或者从这一场起一共几场"), 1, LONGEST_SERIES)
    reason = optional_text_field(_l("取消的原因（会告诉每一个人）"), 100)

    def offer_choices(self, kept: SeriesPattern) -> None:
        """Fill in the rooms, and each shift with the weekdays that it leads to."""
        self.offer_rooms(kept.program.center)
        days = [int(digit) for digit in kept.weekdays]
        wrapping = kept.every_weeks == 1 or len(days) == 1
        shifts = [n for n in SHIFTS if wrapping or all(1 <= day + n <= 7 for day in days)]
        offer(self.shift_days, [(n, _shift_words(days, n)) for n in shifts])

    def has_end_after(self, first_on: date) -> bool:
        """Check the new end against the first date that changes; complain beside its field."""
        until = self.until_on.data
        if until is not None and self.count.data is not None:
            return not self.complain("count", _l("场数和最后一天，请只填一个。"))
        if until is not None and until < first_on:
            sentence = _l("这一天以前已经没有场次可留，都不上了请用“取消”。")
            return not self.complain("until_on", sentence)
        if until is not None and until - first_on > PLANNED_AHEAD:
            return not self.complain("until_on", _l("最远可以排到两年以后。"))
        return True

    def change(self, from_on: date) -> SeriesChange:
        """Return what was typed; the form is valid."""
        if self.starts_time.data is None or self.ends_time.data is None:
            raise ValueError("the form was not validated")
        return SeriesChange(
            from_on,
            self.shift_days.data,
            self.starts_time.data,
            self.ends_time.data,
            self.room_id.data,
            self.until_on.data,
            self.count.data,
        )


def _shift_words(days: list[int], shift: int) -> str:
    names = gettext("、").join(weekday(A_MONDAY + timedelta(days=day - 1 + shift)) for day in days)
    if shift == 0:
        return gettext("不变，%(days)s", days=names)
    if shift > 0:
        return gettext("%(days)s，往后 %(n)s 天", days=names, n=shift)
    return gettext("%(days)s，往前 %(n)s 天", days=names, n=-shift)


@blueprint.route("/<slug>/series/<int:pattern_id>/change", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def change_series(center: Center, pattern_id: int) -> Response:
    """Change what is still to come of a series, from the date `?from=` on or all of it.

    Every date is shown with what stands against it before anything changes.
    """
    kept = series_of_center(center, pattern_id)
    coming = _coming(kept)
    if not coming:
        return _page(kept, None, None, NothingToChange(), 409)
    from_on = date_of(coming[0])
    form = ChangeForm(data=_as_it_is(kept))
    form.offer_choices(kept)
    if not form.is_submitted():
        return _page(kept, form, None, None, 200)
    valid = form.validate()
    if not form.makes_a_plan() or not form.has_end_after(form.change(from_on).moved(from_on)):
        key = form.seen.data or ""
        seen = plan_of_key(ChangeForm, key, lambda one: one.offer_choices(kept))
        return _page(kept, form, seen.change(from_on) if seen else None, None, 422)
    change = form.change(from_on)
    shown = form.seen.data == form.key()

    def act(session: Session, actor: Actor) -> Any:
        outcome = reschedule_series(
            session,
            pattern_id,
            change,
            wanted=form.chosen,
            reason=form.reason.data or "",
            by=By(actor, clock.now(), form.override.data or None),
        )
        return _changed(kept, outcome) if isinstance(outcome, Rescheduled) else outcome

    def page(refusal: Any, status: int) -> Response:
        return _page(kept, form, change, refusal, status)

    if not valid:
        return page(None, 422)
    if form.step.data != SCHEDULE or not shown:
        return page(None, 200)
    if _replanned(kept, change, form.chosen).ending and not form.reason.data:
        form.complain("reason", _l("有场次要取消，请写明原因。"))
        return page(None, 422)
    return answered(form, act, page, None)


@blueprint.route("/<slug>/series/<int:pattern_id>/cancellation", methods=["GET", "POST"])
@staff(Permission.OFFICE)
def cancel_series(center: Center, pattern_id: int) -> Response:
    """Cancel what is still to come of a series, from the date `?from=` on or all of it."""
    kept = series_of_center(center, pattern_id)
    coming = _coming(kept)
    form = ReasonForm()

    def act(session: Session, actor: Actor) -> Any:
        by = By(actor, clock.now())
        from_on = date_of(coming[0]) if coming else kept.starts_on
        outcome = cancel_rest(session, pattern_id, from_on, reason=form.reason.data or "", by=by)
        if not isinstance(outcome, CancelledFor):
            return outcome
        flash(gettext("已取消，通知了 %(n)s 人。", n=outcome.people), "ok")
        return Done(url_for("office.program", slug=center.slug, program_id=kept.program_id))

    def page(refusal: Any, status: int) -> Response:
        return render(
            "office/series_cancellation.html",
            status=status,
            kept=kept,
            coming=coming,
            people=len(people_of_program(db.session(), kept.program)),
            form=form,
            refusal=refusal,
        )

    return answered(form, act, page, None)


def _as_it_is(kept: SeriesPattern) -> dict[str, Any]:
    return {
        "shift_days": 0,
        "starts_time": kept.starts_time,
        "ends_time": kept.ends_time,
        "room_id": kept.room_id,
    }


def _coming(kept: SeriesPattern) -> list[ScheduledSession]:
    """Return the sessions that have not begun, from the date that the address names on."""
    try:
        asked = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        asked = date.min
    return still_to_come(sessions_of_series(db.session(), kept.id), asked, clock.now())


def _changed(kept: SeriesPattern, outcome: Rescheduled) -> Done:
    counts = {
        "n": outcome.changed,
        "added": outcome.added,
        "cancelled": outcome.cancelled,
        "people": outcome.people,
    }
    said = gettext(
        "改了 %(n)s 场，加了 %(added)s 场，取消了 %(cancelled)s 场，通知了 %(people)s 人。",
        **counts,
    )
    flash(said, "ok")
    slug = kept.program.center.slug
    return Done(url_for("office.program", slug=slug, program_id=kept.program_id))


def _replanned(
    kept: SeriesPattern, change: SeriesChange, wanted: frozenset[date] | None
) -> Replanned:
    sessions = sessions_of_series(db.session(), kept.id)
    return replan(db.session(), kept, sessions, change, wanted, now=clock.now())


def _page(
    kept: SeriesPattern,
    form: ChangeForm | None,
    change: SeriesChange | None,
    refusal: Any,
    status: int,
) -> Response:
    """Show the form with what the change does to each date; `change` may be the one before."""
    plan = None
    chosen: frozenset[date] = frozenset()
    stale = False
    if form is not None and change is not None:
        stale = not form.makes_a_plan()
        typed = stale or form.seen.data == form.key()
        plan = _replanned(kept, change, form.chosen if typed else None)
        fine = (one.on for one in plan.planned if one.wanted and one.fine)
        chosen = form.chosen if typed else frozenset(fine)
        form.seen.data = form.seen.data if stale else form.key()
    planned = plan.planned if plan else ()
    return render(
        "office/series_change.html",
        status=status,
        kept=kept,
        rhythm=rhythm_words(kept),
        from_on=request.args.get("from"),
        form=form,
        plan=plan,
        stale=stale,
        chosen=chosen,
        provisional=years_not_announced(db.session(), [one.slot.on for one in planned]),
        clashes=sum(one.wanted and not one.fine for one in planned),
        may_override=any(overridable(one.conflicts) for one in planned),
        people=len(people_of_program(db.session(), kept.program)),
        refusal=refusal,
    )
