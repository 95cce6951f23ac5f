"""The course page: everything about one program, and where everybody of the family stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, g, url_for
from flask import request as http
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue import clock
from venue.blueprints.calendars.addresses import subscription
from venue.blueprints.courses.addresses import blueprint
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.permissions import Permission, represented, viewer
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import Books
from venue.seats.models import SeatPool
from venue.seats.standing import PoolStanding, standings
from venue.timeline.interval import Interval
from venue.timeline.rhythm import Rhythm, rhythm


@dataclass(frozen=True, slots=True)
class Seats:
    """A pool on a page: whose it is, and how the family stands towards it."""

    program: Program
    session: ScheduledSession | None
    pool: PoolStanding

    @property
    def pool_id(self) -> int:
        """The id of the pool."""
        return self.pool.pool_id


@blueprint.get("/courses/<int:program_id>")
def show(program_id: int) -> Response:
    """Show a program; asked for a part, the seats of `?pool=` alone.

    `?person=` names for whom: for programs that are booked session by session the page speaks of
    one person at a time.
    """
    program = visible_program(db.session(), program_id)
    now = clock.now()
    people = family()
    chosen = chosen_person(people, http.args.get("person", type=int))
    by_session = program.books is Books.SESSION
    seats = seats_of(db.session(), program, [chosen] if by_session and chosen else people, now=now)
    only = next((one for one in seats if one.pool_id == http.args.get("pool", type=int)), None)
    return render(
        "courses/show.html",
        "courses/_seats.html" if only else None,
        program=program,
        dates=_Dates.of(program, now),
        now=now,
        people=people,
        chosen=chosen,
        by_session=by_session,
        all_seats={one.session.id if one.session else None: one for one in seats},
        seats=only,
        reasons=(),
        form=None,
        feed=subscription(program.title, "", "calendars.program", program_id=program.id),
        share_url=_outside(url_for("courses.show", program_id=program.id)),
    )


def visible_program(session: Session, program_id: int) -> Program:
    """Return a program with all that its page shows; 404 when the visitor may not see it."""
    program = session.scalar(
        select(Program)
        .where(Program.id == program_id)
        .options(
            joinedload(Program.center),
            joinedload(Program.term),
            joinedload(Program.teacher),
            selectinload(Program.sessions)
            .selectinload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room),
        )
    )
    if program is None:
        abort(404)
    require_visible(program)
    return program


def require_visible(program: Program) -> None:
    """Answer 404 for a draft to all but the office; make the program's center the page's."""
    g.center = program.center
    if program.published_at is None:
        who = viewer()
        if who is None or not who.may(Permission.OFFICE, program.center):
            abort(404)


def family() -> list[Person]:
    """Return those for whom the visitor may act, themselves first; nobody when not signed in."""
    who = viewer()
    return represented(db.session(), who) if who is not None else []


def chosen_person(people: Sequence[Person], person_id: int | None) -> Person | None:
    """Return the one of the family who was asked for, else the first; None for an empty family.

    Answers 404 for somebody else.
    """
    if person_id is None or not people:
        return people[0] if people else None
    found = next((person for person in people if person.id == person_id), None)
    if found is None:
        abort(404)
    return found


def seats_of(
    session: Session, program: Program, people: Sequence[Person], *, now: datetime
) -> list[Seats]:
    """Return the pool of a program, or those of its sessions that have not begun."""
    ahead = {one.id: one for one in program.sessions if one.starts_at > now}
    rows = session.execute(
        select(SeatPool.id, SeatPool.session_id).where(
            or_(SeatPool.program_id == program.id, SeatPool.session_id.in_(ahead))
        )
    ).all()
    found = standings(session, people, [row.id for row in rows], now=now)
    return [
        Seats(program, ahead[row.session_id] if row.session_id else None, found[row.id])
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class _Dates:
    """When a program takes place, in short."""

    dates: tuple[Interval, ...]
    upcoming: tuple[Interval, ...]

    @classmethod
    def of(cls, program: Program, now: datetime) -> _Dates:
        held = tuple(
            Interval(one.starts_at, one.ends_at)
            for one in program.sessions
            if one.cancelled_at is None
        )
        return cls(held, tuple(one for one in held if one.end > now))

    @property
    def rhythm(self) -> Rhythm | None:
        return rhythm(self.upcoming or self.dates)


def _outside(path: str) -> str:
    """Return an address of this site as it is given to others."""
    base = settings().public_url or http.url_root
    return base.rstrip("/") + path
