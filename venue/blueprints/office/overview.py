"""The office at a glance, and the totals that a district officer sees."""

from __future__ import annotations

from datetime import timedelta

from flask import abort
from sqlalchemy import true
from werkzeug.wrappers import Response

from venue import clock
from venue.accounts.rules import Role
from venue.blueprints.office.base import blueprint
from venue.blueprints.office.figures import ProgramState, program_rows, totals
from venue.blueprints.office.reading import sessions_between
from venue.db import db
from venue.duty.reading import duties
from venue.htmx import render
from venue.permissions import ALLOWED, Permission, signed_in, staff, the_viewer
from venue.places.days import whole_day
from venue.places.models import Center
from venue.places.opening import load_hours
from venue.programs.models import Program
from venue.timeline.interval import union
from venue.timeline.local_time import local_date, week_start, whole_days

SHOWN = 12
"""Programs on the overview; the rest are one step away in the list."""


@blueprint.get("/<slug>/")
@staff(Permission.OFFICE)
def show(center: Center) -> Response:
    """Show today: hours, duty, sessions; what is in draft; how full the rest is."""
    now = clock.now()
    today = local_date(now)
    all_day = whole_day(today)
    rows = program_rows(db.session(), Program.center_id == center.id, now)
    running = [row for row in rows if row.state(now) is ProgramState.PUBLISHED]
    running.sort(key=lambda row: row.next_at or now)
    hours = load_hours(db.session(), center.id, today, today)
    return render(
        "office/show.html",
        today=today,
        now=now,
        hours=union(stretch.interval for stretch in hours.of(today)),
        closures=hours.closures,
        holiday=hours.day_name(today),
        duties=duties(db.session(), center.id, all_day),
        sessions=sessions_between(db.session(), center.id, all_day),
        drafts=[row for row in rows if row.state(now) is ProgramState.DRAFT],
        running=running[:SHOWN],
        running_count=len(running),
        taken=sum(row.taken for row in running),
        capacity=sum(row.capacity for row in running),
        waiting=sum(row.waiting for row in running),
    )


@blueprint.get("/district")
@signed_in
def district() -> Response:
    """Show the totals of every center that the viewer oversees: figures, and no person."""
    roles = [one for one in the_viewer().roles if Permission.OVERSEE in ALLOWED[one.role]]
    if not roles:
        abort(403)
    everywhere = any(one.role is Role.ADMINISTRATOR for one in roles)
    districts = Center.district_id.in_([one.district_id for one in roles])
    now = clock.now()
    monday = week_start(local_date(now))
    week = whole_days(monday, monday + timedelta(days=6))
    return render(
        "office/district.html",
        monday=monday,
        sunday=monday + timedelta(days=6),
        totals=totals(db.session(), true() if everywhere else districts, week, now),
    )
