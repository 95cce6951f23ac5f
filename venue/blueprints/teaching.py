"""The teacher: my sessions, and who is coming to each; the roll prints on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, g
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from venue import clock
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.people.rules import age_on
from venue.permissions import Permission, Viewer, signed_in, the_viewer
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.seats.models import Enrollment
from venue.seats.rules import EnrollmentStatus
from venue.timeline.local_time import day_start, local_date

blueprint = Blueprint("teaching", __name__, url_prefix="/teaching")

SHOWN = 30
"""Sessions in a list: about a month of a teacher with a class every day (own)."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A session, how many have a seat in it, and how many wait for one."""

    session: ScheduledSession
    coming: int
    waiting: int


@dataclass(frozen=True, slots=True)
class OnRoll:
    """Somebody who is coming: the name, and the ten years that hold the age on that day."""

    name: str
    youngest: int
    oldest: int


@blueprint.get("/")
@signed_in
def index() -> Response:
    """Show the sessions that the viewer teaches: from today on, and the latest before."""
    mine = and_(Program.teacher_id == the_viewer().person.id, Program.published_at.is_not(None))
    today = day_start(clock.today())
    starts_at = ScheduledSession.starts_at
    return render(
        "teaching/index.html",
        coming=_taught(and_(mine, starts_at >= today), starts_at.asc()),
        past=_taught(and_(mine, starts_at < today), starts_at.desc()),
        today=clock.today(),
    )


@blueprint.get("/sessions/<int:session_id>")
@signed_in
def session(session_id: int) -> Response:
    """Show who comes to one session; only its teacher and its center's office may see it."""
    found = _taught(ScheduledSession.id == session_id, ScheduledSession.id)
    if not found or not _may_see(the_viewer(), found[0].session.program):
        abort(404)
    one = found[0].session
    g.center = one.program.center
    people = db.session.scalars(
        select(Person)
        .join(Enrollment, Enrollment.person_id == Person.id)
        .where(
            Enrollment.program_id == one.program_id,
            or_(Enrollment.session_id.is_(None), Enrollment.session_id == one.id),
            Enrollment.status == EnrollmentStatus.CONFIRMED,
        )
        .order_by(Person.full_name, Person.id)
    )
    on = local_date(one.starts_at)
    return render(
        "teaching/session.html",
        taught=found[0],
        roll=[_on_roll(person, on) for person in people],
        today=clock.today(),
    )


def _may_see(who: Viewer, program: Program) -> bool:
    """Tell whose roll it is: a former teacher's no more, though the program still names them."""
    teaches = program.teacher_id == who.person.id and who.may(Permission.TEACH, program.center)
    return teaches or who.may(Permission.OFFICE, program.center)


def _on_roll(person: Person, on: date) -> OnRoll:
    youngest = age_on(on, person.birth_year, person.birth_on) // 10 * 10
    return OnRoll(person.full_name, youngest, youngest + 9)


def _taught(chosen: ColumnElement[bool], order: Any) -> list[Taught]:
    """Return sessions with program and rooms, and their heads, in four queries."""
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
        .order_by(order)
        .limit(SHOWN)
    ).all()
    coming = _heads(sessions, EnrollmentStatus.CONFIRMED)
    waiting = _heads(sessions, EnrollmentStatus.WAITLISTED)
    return [Taught(one, coming.get(one.id, 0), waiting.get(one.id, 0)) for one in sessions]


def _heads(sessions: Sequence[ScheduledSession], status: EnrollmentStatus) -> dict[int, int]:
    rows = db.session.execute(
        select(ScheduledSession.id, func.count())
        .join(
            Enrollment,
            and_(
                Enrollment.program_id == ScheduledSession.program_id,
                or_(Enrollment.session_id.is_(None), Enrollment.session_id == ScheduledSession.id),
            ),
        )
        .where(ScheduledSession.id.in_([one.id for one in sessions]), Enrollment.status == status)
        .group_by(ScheduledSession.id)
    )
    return {row[0]: row[1] for row in rows}
