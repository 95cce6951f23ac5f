"""The sheet of a series before it is made: every date of a plan with what stands against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from venue import clock
from venue.blueprints.office.series_dates import DateRow, DateRows
from venue.blueprints.office.series_form import SeriesForm, plan_of_key
from venue.changes.affected import seats_of
from venue.db import db
from venue.places.opening import years_not_announced
from venue.places.rules import overridable
from venue.programs.models import Program
from venue.programs.rules import Candidate, PlannedDate
from venue.programs.scheduling import Choices, SeriesPlan, dates_of, preview


@dataclass(frozen=True)
class Sheet:
    """The preview of a plan as it was sent: its dates, their rows, and what was decided."""

    plan: SeriesPlan
    found: Sequence[Candidate]
    rows: DateRows
    choices: Choices
    key: str
    """By which the plan is known again."""


def sheet_of(found: Program, planned: SeriesForm, sent: SeriesForm) -> Sheet:
    """Return the preview of the plan of one form, with what was sent of its dates."""
    plan = planned.plan(_people(db.session(), found, sent))
    dates = dates_of(db.session(), found.center_id, plan.pattern, plan.follows)
    typed = sent.seen.data == planned.key()
    slots = {one.on: plan.slot(one.on) for one in dates}
    rows = DateRows(slots, planned.room_id.choices, typed=typed)
    wanted = sent.chosen & slots.keys() if typed else None
    return Sheet(plan, dates, rows, rows.choices(wanted), planned.key())


def sheet_before(found: Program, form: SeriesForm) -> Sheet | None:
    """Return the preview that the sender of a form saw before, None when there was none."""
    seen = plan_of_key(SeriesForm, form.seen.data or "", lambda one: one.offer_rooms(found.center))
    return sheet_of(found, seen, form) if seen else None


@dataclass(frozen=True)
class Dates:
    """The dates of a plan as their template shows them; without a sheet there are none."""

    planned: list[PlannedDate]
    rows: Mapping[date, DateRow]
    stale: bool
    """Whether they are of the plan before."""
    chosen: frozenset[date]
    provisional: list[int]
    """Years whose holidays are not announced."""

    @property
    def kept(self) -> int:
        """How many the plan keeps."""
        return sum(one.left_out is None for one in self.planned)

    @property
    def clashes(self) -> int:
        """How many of these have something against them."""
        return sum(one.left_out is None and not one.fine for one in self.planned)

    @property
    def may_override(self) -> bool:
        """Whether staff may do some of them all the same, with a reason."""
        return any(overridable(one.conflicts) for one in self.planned)


def dates_shown(found: Program, form: SeriesForm, sheet: Sheet | None) -> Dates:
    """Return the dates of a sheet, and let the form remember of which plan they are."""
    form.seen.data = sheet.key if sheet else ""
    if sheet is None:
        return Dates([], {}, stale=False, chosen=frozenset(), provisional=[])
    planned = preview(db.session(), found, sheet.plan, sheet.choices, now=clock.now())
    sheet.rows.propose_reasons(planned)
    chosen = sheet.choices.wanted
    if chosen is None:
        chosen = frozenset(one.on for one in planned if one.wanted and one.fine)
    return Dates(
        planned=planned,
        rows=sheet.rows.by_date,
        stale=sheet.key != form.key(),
        chosen=chosen,
        provisional=years_not_announced(db.session(), [one.slot.on for one in planned]),
    )


def _people(session: Session, found: Program, form: SeriesForm) -> int | None:
    """Return how many people a session is for, as far as seats say."""
    if "capacity" in form:
        capacity: int | None = form.capacity.data
        return capacity
    return seats_of(session, found.id, [])
