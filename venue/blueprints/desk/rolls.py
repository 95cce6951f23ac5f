"""The rolls of a day at a center: desk and office take any of them."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, request, url_for
from sqlalchemy import and_

from venue import clock
from venue.blueprints.desk.base import blueprint
from venue.blueprints.teaching.lists import taught
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.timeline.local_time import day_start

SHOWN_OF_A_DAY = 200
"""Sessions in the list; no center has as many in a day."""
REACH = timedelta(days=3650)
"""How far from today a day is looked at: ten years hold every roll."""


@blueprint.get("/<slug>/rolls")
@staff(Permission.DESK)
def rolls(center: Center) -> Response:
    """Show the sessions of a day (`?on=`, today without it) with how many came."""
    on = _asked_day()
    starts_at = ScheduledSession.starts_at
    of_day = and_(
        ScheduledSession.center_id == center.id,
        Program.published_at.is_not(None),
        starts_at >= day_start(on),
        starts_at < day_start(on + timedelta(days=1)),
    )
    return render(
        "desk/rolls.html",
        on=on,
        today=clock.today(),
        before=_address(center, on - timedelta(days=1)),
        after=_address(center, on + timedelta(days=1)),
        sessions=taught(of_day, starts_at.asc(), SHOWN_OF_A_DAY),
    )


def _address(center: Center, on: date) -> str:
    return url_for("desk.rolls", slug=center.slug, on=on.isoformat())


def _asked_day() -> date:
    """Return the day of the address; today when it names none, or one far away."""
    try:
        on = date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.today()
    return on if abs(on - clock.today()) < REACH else clock.today()
