"""Seating those whom a draw chose and putting the others in line: many people at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, insert, literal, select, update
from sqlalchemy.orm import Session

from venue.audit.rules import Channel
from venue.db import execute_core, insert_new, table
from venue.places.membership import know_selected
from venue.programs.models import Program, ScheduledSession
from venue.seats.claiming import seat_many
from venue.seats.line import offer_expires_at
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.rules import ACTIVE, EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Drawn:
    """People who asked together, and the pool in which each of them gets a seat."""

    pool_id: int
    program_id: int
    channel: Channel
    person_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """To whom seats of a program were offered, and until when."""

    program_id: int
    title: str
    person_ids: tuple[int, ...]
    expires_at: datetime


def offer_drawn(
    session: Session, drawn: Iterable[Drawn], *, hours: int, now: datetime
) -> list[Offered]:
    """Offer seats to people whom a draw chose, in pools that are locked and have them.

    Who has a claim in the program already keeps that one alone. The offers last as those of the
    waitlist do, but `hours`; where everything begins too soon for that, it does not count.
    """
    programs = _programs(session, {one.program_id for one in drawn})
    claimed = _claimed(session, programs)
    parties = [
        (one, [who for who in one.person_ids if (who, one.program_id) not in claimed])
        for one in drawn
    ]
    rows = [_row(one, who, programs, now) for one, people in parties for who in people]
    ids = iter(_added(session, rows))
    offers: list[dict[str, Any]] = []
    groups: list[list[int]] = []
    found: dict[int, list[int]] = defaultdict(list)
    expiries = {one.id: _expires_at(one.begins_at, hours, now) for one in programs.values()}
    for one, people in parties:
        group = [next(ids) for _ in people]
        groups.append(group)
        found[one.program_id] += people
        offers += (
            {"enrollment_id": id_, "offered_at": now, "expires_at": expiries[one.program_id]}
            for id_ in group
        )
    _write(session, insert(table(WaitlistOffer)).inline(), offers)
    keep_together(session, groups)
    _take(session, parties)
    return [
        Offered(program_id, programs[program_id].title, tuple(people), expiries[program_id])
        for program_id, people in found.items()
        if people
    ]


_NEW = insert_new(Enrollment)


def line_up(session: Session, waiting: Select[*tuple[Any, ...]], *, now: datetime) -> None:
    """Put people at the end of the lines of programs, in one statement.

    `waiting` finds rows of `person_id`, `program_id`, `channel`, in their order by `place`, `rank`
    and `person_id`; whoever has a claim in the program already is left out.
    """
    one = waiting.subquery()
    columns = {
        "pool_id": SeatPool.id,
        "person_id": one.c.person_id,
        "program_id": Program.id,
        "term_id": Program.term_id,
        "limit_group": Program.limit_group,
        "status": literal(EnrollmentStatus.WAITLISTED, Enrollment.status.type),
        "channel": one.c.channel,
        "price_fen": Program.price_fen,
        "statement": literal(""),
        "decision": literal(""),
        "created_at": literal(now, Enrollment.created_at.type),
        "changed_at": literal(now, Enrollment.changed_at.type),
    }
    line = (
        select(*columns.values())
        .select_from(one)
        .join(Program, Program.id == one.c.program_id)
        .join(SeatPool, (SeatPool.program_id == Program.id) & SeatPool.quota.is_(None))
        .where(SeatPool.closed_at.is_(None))
        .order_by(one.c.place, one.c.rank, one.c.person_id)
    )
    # Who has a claim is found by the index that allows one. To look for it first is no way: the
    # planner expects an empty table, and reads it through for every row that it adds to it.
    statement = _NEW[session.get_bind().dialect.name].from_select(list(columns), line)
    execute_core(session, statement, {})


def keep_together(session: Session, groups: Iterable[Sequence[int]]) -> None:
    """Let enrollments, given in the order of their ids, be claims of people who came together."""
    rows = [{"of": id_, "first": group[0]} for group in groups if len(group) > 1 for id_ in group]
    enrollment = table(Enrollment)
    statement = (
        update(enrollment)
        .where(enrollment.c.id == bindparam("of"))
        .values(group_id=bindparam("first"))
    )
    _write(session, statement, rows)


def know_everybody(session: Session, program_ids: Sequence[int], *, now: datetime) -> None:
    """Let the centers of programs know all who have a claim in them."""
    know_selected(
        session,
        select(Program.center_id, Enrollment.person_id)
        .join(Enrollment.program)
        .where(Enrollment.program_id.in_(program_ids), Enrollment.status.in_(ACTIVE))
        .distinct(),
        now=now,
    )


_Programs = Mapping[int, Row[*tuple[Any, ...]]]


def _programs(session: Session, program_ids: Iterable[int]) -> _Programs:
    begins_at = (
        select(func.min(ScheduledSession.starts_at))
        .where(ScheduledSession.program_id == Program.id, ScheduledSession.cancelled_at.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Program.id,
            Program.title,
            Program.term_id,
            Program.limit_group,
            Program.price_fen,
            begins_at.label("begins_at"),
        ).where(Program.id.in_(program_ids))
    )
    return {row.id: row for row in rows}


def _claimed(session: Session, program_ids: Iterable[int]) -> set[tuple[int, int]]:
    rows = session.execute(
        select(Enrollment.person_id, Enrollment.program_id).where(
            Enrollment.program_id.in_(program_ids),
            Enrollment.session_id.is_(None),
            Enrollment.status.in_(ACTIVE),
        )
    )
    return {(row[0], row[1]) for row in rows}


def _row(one: Drawn, person_id: int, programs: _Programs, now: datetime) -> dict[str, Any]:
    program = programs[one.program_id]
    return {
        "pool_id": one.pool_id,
        "person_id": person_id,
        "program_id": program.id,
        "term_id": program.term_id,
        "limit_group": program.limit_group,
        "status": EnrollmentStatus.OFFERED,
        "channel": one.channel,
        "price_fen": program.price_fen,
        "created_at": now,
        "changed_at": now,
    }


def _added(session: Session, rows: list[dict[str, Any]]) -> Sequence[int]:
    if not rows:
        return ()
    enrollment = table(Enrollment)
    statement = insert(enrollment).returning(enrollment.c.id, sort_by_parameter_order=True)
    return execute_core(session, statement, rows).scalars().all()


def _expires_at(begins_at: datetime | None, hours: int, now: datetime) -> datetime:
    expires_at = offer_expires_at(now, begins_at, hours)
    return expires_at if expires_at > now else offer_expires_at(now, None, hours)


def _take(session: Session, parties: Iterable[tuple[Drawn, Sequence[int]]]) -> None:
    people: Counter[tuple[int, Channel]] = Counter()
    for one, seated in parties:
        people[one.pool_id, one.channel] += len(seated)
    seat_many(session, people)


def _write(session: Session, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        execute_core(session, statement, rows)
