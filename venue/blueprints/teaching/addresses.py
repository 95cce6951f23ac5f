"""The blueprint of the roll, and whose roll it is."""

from __future__ import annotations

from flask import Blueprint, abort, g
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, selectinload

from venue.permissions import Permission, Viewer
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom

blueprint = Blueprint("teaching", __name__, url_prefix="/teaching")


def may_take(who: Viewer, program: Program) -> bool:
    """Tell whether somebody may see and take the rolls of a program.

    Its teacher, while they teach there, and desk and office of its center.
    """
    teaches = program.teacher_id == who.person_id and who.may(Permission.TEACH, program.center)
    return (
        teaches
        or who.may(Permission.DESK, program.center)
        or who.may(Permission.OFFICE, program.center)
    )


def session_taken_by(session: Session, who: Viewer, session_id: int) -> ScheduledSession:
    """Return a session whose roll the viewer may take, with program, center and rooms, fresh.

    Answers 404 for any other, and makes its center the page's.
    """
    one = session.scalar(
        select(ScheduledSession)
        .join(ScheduledSession.program)
        .where(ScheduledSession.id == session_id)
        .options(
            contains_eager(ScheduledSession.program).joinedload(Program.center),
            selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
        .execution_options(populate_existing=True)
    )
    if one is None or not may_take(who, one.program):
        abort(404)
    g.center = one.program.center
    return one
