"""The days of a program of care: how full each is, whom it needs, and who waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import abort, redirect, url_for
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.office.base import blueprint, of_center
from venue.blueprints.office.contacts import contacts
from venue.childcare.filling import Figures, FilledDay, by_week, days_of_program, total
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Books
from venue.seats.listing import Listed, Part, list_people
from venue.timeline.local_time import week_start


@dataclass(frozen=True, slots=True)
class CareWeek:
    """The days of one week, and all of them together."""

    monday: date
    days: tuple[FilledDay, ...]
    total: Figures


@blueprint.get("/<slug>/programs/<int:program_id>/days")
@staff(Permission.OFFICE)
def program_days(center: Center, program_id: int) -> Response:
    """Show how full each day is, by weeks: this week and what comes, then what is over."""
    found = care_program(center, program_id)
    weeks = _weeks(days_of_program(db.session(), program_id))
    this_week = week_start(clock.today())
    return render(
        "office/program_days.html",
        program=found,
        ahead=[one for one in weeks if one.monday >= this_week],
        behind=[one for one in weeks if one.monday < this_week],
        today=clock.today(),
    )


@blueprint.get("/<slug>/programs/<int:program_id>/line")
@staff(Permission.OFFICE)
def program_line(center: Center, program_id: int) -> Response:
    """Show who waits for which day, from when on, the first in line first."""
    found = care_program(center, program_id)
    now = clock.now()
    rows = [
        row
        for row in list_people(db.session(), program_id, [Part.WAITING])
        if row.enrollment.session is not None and row.enrollment.session.starts_at > now
    ]
    return render(
        "office/program_line.html",
        program=found,
        days=_by_day(rows),
        contacts=contacts(db.session(), list({row.enrollment.person for row in rows})),
    )


def care_program(center: Center, program_id: int) -> Program:
    """Return a program of the center; what is no care leads to its own page instead."""
    found = of_center(Program, program_id, center)
    if found.books is not Books.DAYS:
        abort(redirect(url_for("office.program", slug=center.slug, program_id=program_id)))
    return found


def _weeks(days: Iterable[FilledDay]) -> list[CareWeek]:
    return [CareWeek(monday, tuple(ones), total(ones)) for monday, ones in by_week(days).items()]


def _by_day(rows: Iterable[Listed]) -> list[tuple[ScheduledSession, list[Listed]]]:
    """Return who waits by day, the soonest first; in each line the order of the list stays."""
    days: dict[int, tuple[ScheduledSession, list[Listed]]] = {}
    for row in rows:
        one = row.enrollment.session
        if one is not None:
            days.setdefault(one.id, (one, []))[1].append(row)
    return sorted(days.values(), key=lambda day: (day[0].starts_at, day[0].id))
