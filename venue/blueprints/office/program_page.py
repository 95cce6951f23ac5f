"""The page of a program: its state, its seats, who asked for them, its sessions, what to do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import nulls_first, or_, select
from werkzeug.wrappers import Response

from venue import clock
from venue.blueprints.office.base import blueprint, of_center
from venue.blueprints.office.figures import program_rows
from venue.blueprints.office.names import JOINING, Joining
from venue.blueprints.office.program_figures import Seats, figures
from venue.blueprints.office.program_words import CHANNELS, POOLS, STATUSES
from venue.blueprints.office.reading import sessions_of
from venue.blueprints.office.series_page import rhythm_words
from venue.db import db
from venue.htmx import render
from venue.permissions import Permission, staff
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession, SeriesPattern
from venue.seats.models import SeatPool
from venue.timeline.local_time import local_date


@blueprint.get("/<slug>/programs/<int:program_id>")
@staff(Permission.OFFICE)
def program(center: Center, program_id: int) -> Response:
    """Show a program."""
    return program_page(of_center(Program, program_id, center), None, 200)


def program_page(found: Program, refusal: Any, status: int) -> Response:
    """Show the page with what a verb refused."""
    now = clock.now()
    [row] = program_rows(db.session(), Program.id == found.id, now)
    pools = _pools(found)
    of_series = [one for one in pools if one.session_id is None]
    pool = next((one for one in of_series if one.quota is None), None)
    sessions = sessions_of(db.session(), found.id)
    taking_place = {one.id for one in sessions if one.cancelled_at is None}
    return render(
        "office/program.html",
        status=status,
        row=row,
        program=row.program,
        state=row.state(now),
        joining=Joining.of(row.program),
        joining_name=JOINING[Joining.of(row.program)],
        pool=pool,
        pools=of_series,
        pools_of_sessions={one.session_id: one for one in pools if one.session_id is not None},
        seats=Seats.of(of_series or [one for one in pools if one.session_id in taking_place]),
        figures=figures(
            db.session(), found.id, begins_on=begins_on(sessions, now), window=_window(found, now)
        ),
        sessions=sessions,
        patterns=[(kept, rhythm_words(kept)) for kept in _patterns(found)],
        channels=CHANNELS,
        quotas=POOLS,
        statuses=STATUSES,
        refusal=refusal,
        now=now,
    )


def begins_on(sessions: Sequence[ScheduledSession], now: datetime) -> date:
    """Return the day by which ages count: the first that takes place, today while there is none."""
    starts = [one.starts_at for one in sessions if one.cancelled_at is None]
    return local_date(min(starts, default=now))


def _window(found: Program, now: datetime) -> tuple[date | None, date]:
    opens_at, closes_at = found.enroll_opens_at, found.enroll_closes_at
    return (
        local_date(opens_at) if opens_at is not None else None,
        local_date(min(now, closes_at or now)),
    )


def _pools(found: Program) -> Sequence[SeatPool]:
    """Return the pools of the program, the general one first, and those of its sessions."""
    return db.session.scalars(
        select(SeatPool)
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .where(or_(SeatPool.program_id == found.id, ScheduledSession.program_id == found.id))
        .order_by(nulls_first(SeatPool.quota), SeatPool.id)
    ).all()


def _patterns(found: Program) -> Sequence[SeriesPattern]:
    return db.session.scalars(
        select(SeriesPattern)
        .where(SeriesPattern.program_id == found.id)
        .order_by(SeriesPattern.starts_on, SeriesPattern.id)
    ).all()
