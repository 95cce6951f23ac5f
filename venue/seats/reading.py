"""Loading what the rules of seats ask about pools, for one pool or a whole list at once.

The statements are built once, here: to build one takes longer than to have it answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from venue.db import execute_core
from venue.places.models import center_neighborhood
from venue.programs.models import Program, ProgramPartner, ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import (
    ApplicantFact,
    EnrollmentStatus,
    PoolFact,
    PoolSeats,
)
from venue.seats.seating import Seating
from venue.timeline.interval import Interval

FREE = SeatPool.capacity - SeatPool.taken - SeatPool.kept_for_group
"""How many seats of a pool are left at the desk, in SQL; see `PoolSeats.left`."""
FREE_ONLINE = FREE - case(
    (SeatPool.kept > SeatPool.counter_taken, SeatPool.kept - SeatPool.counter_taken), else_=0
)
"""How many are left online; below zero is none."""


def pool_facts(
    session: Session, seatings: Sequence[Seating], applicants: Iterable[ApplicantFact]
) -> dict[int, PoolFact]:
    """Return the facts of pools by id, for applicants to be judged by, in at most four queries.

    Their times are loaded when somebody has an appointment that could clash with one of them.
    """
    if not seatings:
        return {}
    quotas = _quotas(session, [one for one in seatings if one.has_quotas])
    times = _times(session, seatings) if any(one.appointments for one in applicants) else {}
    waiting = _waiting(session, [one.pool_id for one in seatings if _crowded(one)])
    residents = neighborhoods(
        session, {one.program_id for one in seatings if one.residents_only or one.has_quotas}
    )
    return {
        one.pool_id: one.fact(
            quotas=quotas[one.program_id, one.session_id] if one.has_quotas else (),
            times=times.get(one.pool_id, ()),
            waiting=waiting.get(one.pool_id, 0),
            resident_of=residents.get(one.program_id, frozenset()),
        )
        for one in seatings
    }


def _crowded(one: Seating) -> bool:
    """Tell whether somebody may find no seat here, and wants to know how many wait."""
    return one.has_quotas or one.fact().left() == 0


_QUOTAS = (
    select(
        # In the order of the fields of PoolSeats, after what it seats.
        SeatPool.program_id,
        SeatPool.session_id,
        SeatPool.id,
        SeatPool.quota,
        SeatPool.capacity,
        SeatPool.taken,
        SeatPool.kept,
        SeatPool.kept_until,
        SeatPool.counter_taken,
        SeatPool.kept_for_group,
    )
    .where(
        or_(
            SeatPool.program_id.in_(bindparam("program_ids", expanding=True)),
            SeatPool.session_id.in_(bindparam("session_ids", expanding=True)),
        ),
        SeatPool.quota.is_not(None),
    )
    .order_by(SeatPool.id)
)


def _quotas(
    session: Session, seatings: Sequence[Seating]
) -> dict[tuple[int, int | None], list[PoolSeats]]:
    """Return by program and session the pools of their quotas, in the order of their opening."""
    found: dict[tuple[int, int | None], list[PoolSeats]] = defaultdict(list)
    programs = [one.program_id for one in seatings if one.session_id is None]
    program_of = {one.session_id: one.program_id for one in seatings if one.session_id is not None}
    if seatings:
        ids = {"program_ids": programs, "session_ids": list(program_of)}
        for row in execute_core(session, _QUOTAS, ids):
            program_id = row.program_id or program_of[row.session_id]
            found[program_id, row.session_id].append(PoolSeats(*tuple(row)[2:]))
    return found


def place_in_line(enrollment: type[Enrollment]) -> ColumnElement[int]:
    """Return by what a line is ordered: the first enrollment of those who came together."""
    return func.coalesce(enrollment.group_id, enrollment.id)


def positions(session: Session, enrollment_ids: Sequence[int]) -> dict[int, int]:
    """Return the place in line, from 1, of each of the enrollments that is waiting.

    Those who came together have one place.
    """
    if not enrollment_ids:
        return {}
    ahead = aliased(Enrollment)
    rows = session.execute(
        select(Enrollment.id, func.count(place_in_line(ahead).distinct()))
        .join(
            ahead,
            and_(
                ahead.pool_id == Enrollment.pool_id,
                ahead.status == EnrollmentStatus.WAITLISTED,
                place_in_line(ahead) <= place_in_line(Enrollment),
            ),
        )
        .where(Enrollment.id.in_(enrollment_ids), Enrollment.status == EnrollmentStatus.WAITLISTED)
        .group_by(Enrollment.id)
    )
    return {row[0]: row[1] for row in rows}


def begins_at(session: Session, pool: SeatPool) -> datetime | None:
    """Return when the first session of a pool that is not cancelled starts."""
    of_pool = (
        ScheduledSession.id == pool.session_id
        if pool.session_id is not None
        else ScheduledSession.program_id == pool.program_id
    )
    return session.scalar(
        select(func.min(ScheduledSession.starts_at)).where(
            of_pool, ScheduledSession.cancelled_at.is_(None)
        )
    )


_TIMES = select(
    ScheduledSession.id,
    ScheduledSession.program_id,
    ScheduledSession.starts_at,
    ScheduledSession.ends_at,
).where(
    or_(
        ScheduledSession.program_id.in_(bindparam("program_ids", expanding=True)),
        ScheduledSession.id.in_(bindparam("session_ids", expanding=True)),
    ),
    ScheduledSession.cancelled_at.is_(None),
)


def _times(session: Session, seatings: Sequence[Seating]) -> dict[int, list[Interval]]:
    by_program = {one.program_id: one.pool_id for one in seatings if one.session_id is None}
    by_session = {one.session_id: one.pool_id for one in seatings if one.session_id is not None}
    ids = {"program_ids": list(by_program), "session_ids": list(by_session)}
    rows = execute_core(session, _TIMES, ids)
    times: dict[int, list[Interval]] = {one.pool_id: [] for one in seatings}
    for row in rows:
        for pool_id in (by_program.get(row.program_id), by_session.get(row.id)):
            if pool_id is not None:
                times[pool_id].append(Interval(row.starts_at, row.ends_at))
    return times


_WAITING = (
    select(Enrollment.pool_id, func.count().label("waiting"))
    .where(
        Enrollment.pool_id.in_(bindparam("pool_ids", expanding=True)),
        Enrollment.status == EnrollmentStatus.WAITLISTED,
    )
    .group_by(Enrollment.pool_id)
)


def _waiting(session: Session, pool_ids: Sequence[int]) -> dict[int, int]:
    if not pool_ids:
        return {}
    rows = execute_core(session, _WAITING, {"pool_ids": pool_ids})
    return {row.pool_id: row.waiting for row in rows}


def neighborhoods(session: Session, program_ids: set[int]) -> dict[int, frozenset[int]]:
    """Return by program whose people are residents of a center that runs it."""
    if not program_ids:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    served = center_neighborhood.c
    rows = session.execute(
        union_all(
            select(Program.id, served.neighborhood_id)
            .join(center_neighborhood, served.center_id == Program.center_id)
            .where(Program.id.in_(program_ids)),
            select(ProgramPartner.program_id, served.neighborhood_id)
            .join(center_neighborhood, served.center_id == ProgramPartner.center_id)
            .where(ProgramPartner.program_id.in_(program_ids)),
        )
    )
    for program_id, neighborhood_id in rows:
        found[program_id].add(neighborhood_id)
    return {program_id: frozenset(found[program_id]) for program_id in program_ids}
