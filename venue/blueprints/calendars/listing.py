"""The page of the public calendars of a center."""

from __future__ import annotations

from flask import Response, g, request
from flask_babel import gettext
from sqlalchemy import select

from venue import clock
from venue.blueprints.calendars.addresses import blueprint, subscription
from venue.blueprints.frame import home_center
from venue.db import db
from venue.htmx import render
from venue.permissions import center_of
from venue.places.models import Center, Room
from venue.programs.models import Program, ScheduledSession
from venue.programs.partnering import programs_run_at


@blueprint.get("/")
def index() -> Response:
    """List the public feeds of one center: the house, its rooms, and what is coming."""
    slug = request.args.get("center")
    center = center_of(slug) if slug else home_center()
    if center is None:
        return render("calendars/empty.html")
    g.center = center
    return render(
        "calendars/index.html",
        centers=db.session.scalars(select(Center).order_by(Center.name)).all(),
        house=subscription(center.name, "", "calendars.center", slug=center.slug),
        rooms=[
            subscription(
                room.name,
                gettext("只显示已占用") if room.private else "",
                "calendars.room",
                room_id=room.id,
            )
            for room in _rooms(center)
        ],
        programs=[
            subscription(
                program.title, program.audience, "calendars.program", program_id=program.id
            )
            for program in _coming_programs(center)
        ],
    )


def _rooms(center: Center) -> list[Room]:
    return list(
        db.session.scalars(
            select(Room)
            .where(Room.center_id == center.id, Room.retired_at.is_(None))
            .order_by(Room.position, Room.id)
        )
    )


def _coming_programs(center: Center) -> list[Program]:
    """Return what is published and has a date ahead."""
    coming = select(ScheduledSession.id).where(
        ScheduledSession.program_id == Program.id,
        ScheduledSession.ends_at >= clock.now(),
        ScheduledSession.cancelled_at.is_(None),
    )
    return list(
        db.session.scalars(
            select(Program)
            .where(
                Program.id.in_(programs_run_at(center.id)),
                Program.published_at.is_not(None),
                coming.exists(),
            )
            .order_by(Program.title, Program.id)
        )
    )
