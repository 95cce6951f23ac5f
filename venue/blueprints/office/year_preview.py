"""What a change of hours makes of the year, before it is saved: its dates, and what it strands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for
from sqlalchemy.orm import Session

from venue import clock
from venue.blueprints.months import (
    ChosenMonth,
    YearSheet,
    within_reach,
    year_sheet,
)
from venue.changes.hits import LOOK_AHEAD, Hit, falling_outside
from venue.db import db
from venue.places.days import days_of_year
from venue.places.models import Center
from venue.places.opening import announced_years, load_hours
from venue.places.rules import OpeningFact
from venue.timeline.local_time import local_date


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule instead of another; None is no rule. The same twice, or None, changes nothing."""

    old: OpeningFact | None = None
    new: OpeningFact | None = None

    @property
    def room_id(self) -> int | None:
        """The room whose year it changes, None when it is the center's."""
        rule = self.new or self.old
        return rule.room_id if rule is not None else None


@dataclass(frozen=True, slots=True)
class Step:
    """A button that looks at another month or year of the preview."""

    label: str
    value: str
    current: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """The year as it would be, the steps to other years and months, and what falls outside."""

    sheet: YearSheet
    years: list[Step]
    months: list[Step]
    outside: Sequence[Hit]


def preview(center: Center, change: RuleChange, asked: ChosenMonth | None) -> Preview:
    """Return the year that was asked for, else the one in which the change begins to show."""
    today = local_date(clock.now())
    start = _start(change, today)
    chosen = asked or ChosenMonth(start.year, start.month)
    hours = load_hours(db.session(), center.id, chosen.first_on, chosen.last_on)
    before = days_of_year(hours, chosen.year, change.room_id)
    after = days_of_year(hours.revised(change.old, change.new), chosen.year, change.room_id)
    if asked is None:
        differing = (
            day.on
            for day, was in zip(after, before, strict=True)
            if day.on >= start and day.stretches != was.stretches
        )
        chosen = ChosenMonth(chosen.year, next(differing, start).month)
    around = [chosen.moved(by) for by in (-1, 0, 1)]
    return Preview(
        sheet=year_sheet(
            after,
            chosen,
            today,
            announced_years(db.session()),
            lambda on: url_for("year.day", slug=center.slug, on=on),
            before=before,
        ),
        years=[
            _step(str(one.year), one, chosen)
            for one in (chosen.moved(12 * by) for by in (-1, 0, 1))
            if within_reach(one.year, today)
        ],
        months=[_step(one.name, one, chosen) for one in around if within_reach(one.year, today)],
        outside=outside(db.session(), center.id, change),
    )


def _start(change: RuleChange, today: date) -> date:
    """Return the day from which the change can show."""
    begins_on = change.new.valid_from_on if change.new is not None else None
    if begins_on is None or begins_on < today or not within_reach(begins_on.year, today):
        return today
    return begins_on


def _step(label: str, one: ChosenMonth, chosen: ChosenMonth) -> Step:
    return Step(label, f"{one.year}-{one.month:02}", one == chosen)


def outside(session: Session, center_id: int, change: RuleChange) -> list[Hit]:
    """Return what is still to come and would fall outside the hours by a change."""
    if change.old == change.new:
        return []
    now = clock.now()
    today = local_date(now)
    hours = load_hours(session, center_id, today, today + LOOK_AHEAD)
    revised = hours.revised(change.old, change.new)
    return falling_outside(session, center_id, hours, revised, now=now)
