"""The sessions that somebody teaches, each with how many come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from venue import clock
from venue.attendance.models import Attendance, Roll
from venue.blueprints.teaching.addresses import blueprint
from venue.db import db
from venue.htmx import render
from venue.permissions import signed_in, the_viewer
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import day_start

SHOWN = 30
"""Sessions in a list: about a month of a teacher with a class every day (own)."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A session with how many have a seat in it, wait for one, and were marked as there."""

    session: ScheduledSession
    coming: int
    waiting: int
    arrived: int
    roll: Roll | None


@blueprint.get("/")
@signed_in
def index() -> Response:
    """Show the sessions that the viewer teaches: from today on, and the latest before."""
    mine = and_(Program.teacher_id == the_viewer().person.id, Program.published_at.is_not(None))
    today = day_start(clock.today())
    starts_at = ScheduledSession.starts_at
    return render(
        "teaching/index.html",
        coming=taught(and_(mine, starts_at >= today), starts_at.asc()),
        past=taught(and_(mine, starts_at < today), starts_at.desc()),
        today=clock.today(),
    )


def taught(chosen: ColumnElement[bool], order: Any, limit: int = SHOWN) -> list[Taught]:
    """Return sessions with program, rooms, heads and roll, in six queries."""
    sessions = db.session.scalars(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(chosen)
        .options(
            contains_eager(ScheduledSession.program).joinedload(Program.center),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
        .order_by(order, ScheduledSession.id)
        .limit(limit)
    ).all()
    ids = [one.id for one in sessions]
    coming = _heads(ids, EnrollmentStatus.CONFIRMED)
    waiting = _heads(ids, EnrollmentStatus.WAITLISTED)
    rolls = {
        roll.session_id: roll
        for roll in db.session.scalars(select(Roll).where(Roll.session_id.in_(ids)))
    }
    arrived = _arrived(ids)
    return [
        Taught(
            one,
            coming.get(one.id, 0),
            waiting.get(one.id, 0),
            arrived.get(one.id, 0),
            rolls.get(one.id),
        )
        for one in sessions
    ]


def _heads(session_ids: Sequence[int], status: EnrollmentStatus) -> dict[int, int]:
    rows = db.session.execute(
        select(ScheduledSession.id, func.count())
        .join(
            Enrollment,
            and_(
                Enrollment.program_id == ScheduledSession.program_id,
                or_(Enrollment.session_id.is_(None), Enrollment.session_id == ScheduledSession.id),
            ),
        )
        .where(ScheduledSession.id.in_(session_ids), Enrollment.status == status)
        .group_by(ScheduledSession.id)
    )
    return {row[0]: row[1] for row in rows}


def _arrived(session_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Attendance.session_id, func.count())
        .where(Attendance.session_id.in_(session_ids), Attendance.arrived_at.is_not(None))
        .group_by(Attendance.session_id)
    )
    return {row[0]: row[1] for row in rows}
