"""Care on paper: the roll of a day, and an empty sheet of a week to sign in on by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from venue import clock
from venue.audit.rules import Actor
from venue.blueprints.forms import new_submission_key
from venue.blueprints.office.base import blueprint, carried_out, of_center
from venue.blueprints.office.care_days import care_program
from venue.blueprints.office.duty import asked_monday, week_links, whole_week
from venue.childcare.papers import open_day_roll
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import ScheduledSession

LINES_OF_A_SHEET = 25
"""As many as a room of care holds, and as A4 across has room for (own)."""
SPARE_LINES = 3
"""For children who come without standing on the roll (own)."""


@blueprint.get("/<slug>/care-days/<int:session_id>/roll")
@staff(Permission.OFFICE)
def care_roll(center: Center, session_id: int) -> Response:
    """Show the roll of a day by grades, to be filled in by hand; that it was opened is kept."""
    one = of_center(ScheduledSession, session_id, center)
    program = care_program(center, one.program_id)
    if one.cancelled_at is not None:
        abort(404)

    def act(session: Session, actor: Actor) -> Any:
        return open_day_roll(session, session_id, actor=actor, now=clock.now())

    children = carried_out(new_submission_key(), act)
    return render(
        "office/care_roll.html",
        program=program,
        day=one,
        children=children,
        spare=SPARE_LINES,
        today=clock.today(),
    )


@blueprint.get("/<slug>/programs/<int:program_id>/sign-in")
@staff(Permission.OFFICE)
def care_sheet(center: Center, program_id: int) -> Response:
    """Show the days of a week (`?week=` any date of it) with empty lines and no name."""
    found = care_program(center, program_id)
    monday = asked_monday()
    within = whole_week(monday)
    days = db.session.scalars(
        select(ScheduledSession)
        .where(
            ScheduledSession.program_id == program_id,
            ScheduledSession.cancelled_at.is_(None),
            ScheduledSession.starts_at >= within.start,
            ScheduledSession.starts_at < within.end,
        )
        .order_by(ScheduledSession.starts_at, ScheduledSession.id)
    ).all()
    return render(
        "office/care_sheet.html",
        program=found,
        days=days,
        lines=LINES_OF_A_SHEET,
        weeks=week_links("office.care_sheet", center, monday, program_id=program_id),
        monday=monday,
        sunday=monday + timedelta(days=6),
        today=clock.today(),
    )
