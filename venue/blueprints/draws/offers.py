"""What a draw gives out, what is asked for, and what came of it: by course, for whole pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.draws.listing import pools_of
from venue.draws.lottery import GENERAL, Pool
from venue.draws.models import Applicant, Application, Draw, DrawProgram, DrawRecord, Wish
from venue.programs.models import Program, ScheduledSession
from venue.seats.rules import Quota
from venue.timeline.interval import Interval
from venue.timeline.rhythm import Rhythm, rhythm

LONGEST_HEAD = 200_000
"""Characters of a list that hold its pools for certain: 1,000 programs of three pools each."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A program of a draw, and the seats that are drawn: those of quotas, then the general ones.

    Before the list is frozen the seats are those that there are; then those that it says.
    """

    program: Program
    upcoming: tuple[Interval, ...]
    """Its dates, under the name by which the short words for times ask."""
    seats: tuple[tuple[Quota | None, int], ...]

    @property
    def rhythm(self) -> Rhythm | None:
        """How the dates repeat."""
        return rhythm(self.upcoming)

    @property
    def total(self) -> int:
        """All of them."""
        return sum(seats for _, seats in self.seats)

    @property
    def quotas(self) -> tuple[tuple[Quota, int], ...]:
        """Those of priority groups."""
        return tuple((quota, seats) for quota, seats in self.seats if quota is not None)


def offers_of(session: Session, draw: Draw) -> list[Offer]:
    """Return the programs of a draw in the order of their titles, in three queries."""
    programs = session.scalars(
        select(Program)
        .join(DrawProgram, DrawProgram.program_id == Program.id)
        .join(Program.center)
        .where(DrawProgram.draw_id == draw.id)
        .options(contains_eager(Program.center), joinedload(Program.teacher))
        .order_by(Program.title, Program.id)
    ).all()
    ids = [program.id for program in programs]
    seats = _seats(
        _published_pools(session, draw.id) if draw.frozen_at else pools_of(session, draw.id)
    )
    dates = _dates(session, ids)
    return [Offer(one, tuple(dates[one.id]), tuple(seats.get(one.id, ()))) for one in programs]


def _dates(session: Session, program_ids: Sequence[int]) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for program_id, starts_at, ends_at in session.execute(
        select(ScheduledSession.program_id, ScheduledSession.starts_at, ScheduledSession.ends_at)
        .where(
            ScheduledSession.program_id.in_(program_ids), ScheduledSession.cancelled_at.is_(None)
        )
        .order_by(ScheduledSession.starts_at)
    ):
        found[program_id].append(Interval(starts_at, ends_at))
    return found


Seats = Mapping[int, Sequence[tuple[Quota | None, int]]]


def _seats(pools: Iterable[Pool]) -> Seats:
    found: dict[int, list[tuple[Quota | None, int]]] = defaultdict(list)
    for pool in pools:
        if pool.seats or pool.name == GENERAL:
            quota = None if pool.name == GENERAL else Quota(pool.name)
            found[pool.program_id].append((quota, pool.seats))
    return found


def _published_pools(session: Session, draw_id: int) -> list[Pool]:
    """Read from the frozen list what it gives out; only its head is fetched."""
    head = session.scalar(
        select(func.substr(DrawRecord.list_text, 1, LONGEST_HEAD)).where(
            DrawRecord.draw_id == draw_id
        )
    )
    rows = [line.split("\t") for line in (head or "").partition("\napplications\t")[0].splitlines()]
    return [Pool(int(row[1]), row[2], int(row[3]), row[4]) for row in rows if row[0] == "pool"]


@dataclass(frozen=True, slots=True)
class Demand:
    """How many people want a program most, and how many at all."""

    first: int = 0
    any: int = 0


def count_applications(session: Session, draw_id: int) -> tuple[int, int]:
    """Return how many applications a draw has, and for how many people."""
    counted = session.execute(
        select(func.count(Applicant.application_id.distinct()), func.count()).where(
            Applicant.draw_id == draw_id
        )
    ).one()
    return counted[0], counted[1]


def demand_of(session: Session, draw_id: int) -> dict[int, Demand]:
    """Return by program how many people wish for it."""
    rows = session.execute(
        select(
            Wish.program_id,
            func.count().filter(Wish.rank == 1),
            func.count(),
        )
        .join(Applicant, Applicant.application_id == Wish.application_id)
        .where(Applicant.draw_id == draw_id)
        .group_by(Wish.program_id)
    )
    return {program_id: Demand(first, every) for program_id, first, every in rows}


def winners_of(session: Session, draw_id: int) -> dict[int, int]:
    """Return by program how many people the draw gave a seat in it."""
    rows = session.execute(
        select(Application.won_program_id, func.count())
        .join(Applicant, Applicant.application_id == Application.id)
        .where(Application.draw_id == draw_id, Application.won_program_id.is_not(None))
        .group_by(Application.won_program_id)
    )
    return {program_id: people for program_id, people in rows if program_id is not None}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An application as everybody may see it in the published file.

    `place` is None while nothing is drawn.
    """

    place: int | None
    pseudonym: str
    people: int
    won_program_id: int | None


_PEOPLE = select(func.count()).where(Applicant.application_id == Application.id).scalar_subquery()
_DRAWN = select(
    Application.place, Application.pseudonym, _PEOPLE, Application.won_program_id
).where(Application.withdrawn_at.is_(None))


def drawn_of(session: Session, *chosen: ColumnElement[bool]) -> list[Drawn]:
    """Return the chosen applications in the order in which they were drawn."""
    rows = session.execute(_DRAWN.where(*chosen).order_by(Application.place))
    return [Drawn(*row) for row in rows]


def find_number(session: Session, draw_id: int, beginning: str) -> list[Drawn]:
    """Return the applications of a draw whose number begins so; two at most, to tell it is more."""
    rows = session.execute(
        _DRAWN.where(
            Application.draw_id == draw_id,
            Application.pseudonym >= beginning,
            Application.pseudonym <= beginning.ljust(16, "f"),
        ).limit(2)
    )
    return [Drawn(*row) for row in rows]
