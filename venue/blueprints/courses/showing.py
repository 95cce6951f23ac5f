"""The course page: everything about one program, and where everybody of the family stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flask import Response, abort, g, url_for
from flask import request as http
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from venue import clock
from venue.blueprints.calendars.addresses import subscription
from venue.blueprints.courses.addresses import blueprint
from venue.caching import cacheable
from venue.config import settings
from venue.db import db
from venue.htmx import render
from venue.people.models import Person
from venue.permissions import Permission, represented, viewer
from venue.places.models import Room, RoomBooking
from venue.places.opening import years_not_announced
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.programs.rules import Admission, Books
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ConsentMissing, EnrollmentStatus, NoSeat, NotOpenYet, Refusal
from venue.seats.standing import PoolStanding, Standing, Step, standings
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date
from venue.timeline.rhythm import Rhythm, rhythm

DATES_PER_PAGE = 30
"""Two months of a class on weekdays come on two pages (own)."""


@dataclass(frozen=True, slots=True)
class Seats:
    """A pool on a page: whose it is, and how the family stands towards it."""

    program: Program
    session: ScheduledSession | None
    pool: PoolStanding
    turned_down: Mapping[int, str] = field(default_factory=dict)
    """Why the last application of a person, by id, was refused."""

    @property
    def claims(self) -> list[list[Standing]]:
        """Return what the family has there, those who came together as one."""
        found: dict[int, list[Standing]] = {}
        for one in self.pool.people:
            if one.enrollment_id is not None:
                found.setdefault(one.group_id or one.enrollment_id, []).append(one)
        return list(found.values())

    def opens_in(self, now: datetime) -> int | None:
        """Return in how many seconds enrollment opens, when that is within a day."""
        opens_at = next(
            (one.opens_at for one in self.pool.anybody.reasons if isinstance(one, NotOpenYet)), None
        )
        if opens_at is None or opens_at - now > timedelta(days=1):
            return None
        return math.ceil((opens_at - now).total_seconds())

    def of(self, person: Person) -> Seats:
        """Return the same seats as one of the family has them."""
        people = tuple(one for one in self.pool.people if one.person == person)
        return replace(self, pool=replace(self.pool, people=people))


@dataclass(frozen=True, slots=True)
class Dates:
    """When a program takes place: in short, and the dates that the page lists."""

    dates: tuple[Interval, ...]
    """Those that are not cancelled."""
    upcoming: tuple[Interval, ...]
    listed: Sequence[ScheduledSession]
    page: int
    pages: int

    @property
    def rhythm(self) -> Rhythm | None:
        """How the dates repeat."""
        return rhythm(self.upcoming or self.dates)


@blueprint.get("/courses/<int:program_id>")
@cacheable
def show(program_id: int) -> Response:
    """Show a program; asked for a part, the seats of `?pool=` alone.

    `?person=` names for whom: of programs that are booked session by session the page speaks of
    one person at a time, unless several may come together.
    """
    program = visible_program(db.session(), program_id)
    now = clock.now()
    people = family()
    by_session = program.books.by_session
    one_by_one = by_session and program.group_limit == 1
    pools = _pools(db.session(), program)
    asked_pool = http.args.get("pool", type=int)
    asked_session = next((key for key, pool_id in pools.items() if pool_id == asked_pool), None)
    dates = _dates(program, http.args.get("page", 1, type=int), asked_session, now)
    all_seats = _seats(program, pools, dates, people, now)
    asked_person = http.args.get("person", type=int)
    chosen = chosen_person(people, asked_person)
    if one_by_one and chosen is not None:
        if asked_person is None:
            chosen = _welcome(all_seats.values()) or chosen
        all_seats = {key: one.of(chosen) for key, one in all_seats.items()}
    only = next((one for one in all_seats.values() if one.pool.pool_id == asked_pool), None)
    return render(
        "courses/show.html",
        "courses/_seats.html" if only else None,
        program=program,
        dates=dates,
        provisional=years_not_announced(
            db.session(), (local_date(one.starts_at) for one in dates.listed)
        ),
        now=now,
        people=people,
        chosen=chosen,
        by_session=by_session,
        one_by_one=one_by_one,
        all_seats=all_seats,
        seats=only,
        said=() if only else _said_by_all([one.pool for one in all_seats.values()]),
        reasons=(),
        told_people=(),
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
            joinedload(Program.consent_text),
            selectinload(Program.partners),
            selectinload(Program.sessions)
            .joinedload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room)
            .joinedload(Room.center),
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


def _pools(session: Session, program: Program) -> dict[int | None, int]:
    """Return the ids of a program's pools by session, its own under None."""
    sessions = select(ScheduledSession.id).where(ScheduledSession.program_id == program.id)
    rows = session.execute(
        select(SeatPool.session_id, SeatPool.id).where(
            or_(SeatPool.program_id == program.id, SeatPool.session_id.in_(sessions)),
            SeatPool.quota.is_(None),
        )
    )
    return {row[0]: row[1] for row in rows}


def _dates(program: Program, page: int, session_id: int | None, now: datetime) -> Dates:
    """Return all dates of a series; of what one joins by the date, one page of those ahead.

    It is the page of the session asked for, when that is ahead, or else the one with the number.
    """
    held = tuple(
        Interval(one.starts_at, one.ends_at) for one in program.sessions if one.cancelled_at is None
    )
    upcoming = tuple(one for one in held if one.end > now)
    if program.books is Books.SERIES and program.admission is not Admission.DROP_IN:
        return Dates(held, upcoming, program.sessions, 1, 1)
    ahead = [one for one in program.sessions if one.ends_at > now]
    pages = max(1, -(-len(ahead) // DATES_PER_PAGE))
    ids = [one.id for one in ahead]
    if session_id in ids:
        page = ids.index(session_id) // DATES_PER_PAGE + 1
    page = min(max(page, 1), pages)
    first = (page - 1) * DATES_PER_PAGE
    return Dates(held, upcoming, ahead[first : first + DATES_PER_PAGE], page, pages)


def _seats(
    program: Program,
    pools: dict[int | None, int],
    dates: Dates,
    people: Sequence[Person],
    now: datetime,
) -> dict[int | None, Seats]:
    """Return the pools that the page shows by session: a program's own, those of dates ahead."""
    sessions = {
        one.id: one for one in dates.listed if one.starts_at > now and one.cancelled_at is None
    }
    shown = {key: id_ for key, id_ in pools.items() if key is None or key in sessions}
    found = standings(db.session(), people, list(shown.values()), now=now)
    turned_down = _turned_down(program, people)
    return {
        key: Seats(program, sessions[key] if key is not None else None, found[id_], turned_down)
        for key, id_ in shown.items()
    }


def _turned_down(program: Program, people: Sequence[Person]) -> dict[int, str]:
    """Return by person why their last application was refused, where somebody approves."""
    if program.admission is not Admission.APPROVAL or not people:
        return {}
    rows = db.session.execute(
        select(Enrollment.person_id, Enrollment.decision)
        .where(
            Enrollment.program_id == program.id,
            Enrollment.person_id.in_([person.id for person in people]),
            Enrollment.status == EnrollmentStatus.REFUSED,
        )
        .order_by(Enrollment.id)
    )
    return {row.person_id: row.decision for row in rows}


def _welcome(seats: Iterable[Seats]) -> Person | None:
    """Return the first of the family who has or may have a seat anywhere here."""
    standings_ = [one for of_session in seats for one in of_session.pool.people]
    return next((one.person for one in standings_ if one.step is not Step.REFUSED), None)


def _said_by_all(pools: Sequence[PoolStanding]) -> list[Refusal]:
    """Return the reasons that stand against every one of several pools, to be said only once.

    That each of them is full is said beside its seats, and the consent is asked there.
    """
    if len(pools) < 2:
        return []
    reasons = [(pool.people or (pool.anybody,))[0].reasons for pool in pools]
    return [
        one
        for one in reasons[0]
        if not isinstance(one, NoSeat | ConsentMissing) and all(one in others for others in reasons)
    ]


def _outside(path: str) -> str:
    """Return an address of this site as it is given to others."""
    base = settings().public_url or http.url_root
    return base.rstrip("/") + path
