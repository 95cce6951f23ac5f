"""Loading what the rules of seats ask about pools, for one pool or a whole list at once.

The statements are built once, here: to build one takes longer than to have it answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from venue.db import execute_core
from venue.places.models import center_neighborhood
from venue.programs.models import Program, ProgramPartner, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ApplicantFact, EnrollmentStatus, PoolFact
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class Seating:
    """A pool, and the program or session that it seats, as the rules look at them.

    Columns and no objects: to load those afresh would lose what a page has loaded with them.
    """

    pool_id: int
    capacity: int
    taken: int
    session_id: int | None
    """None: the pool seats the whole program."""
    program_id: int
    title: str
    center_id: int
    term_id: int | None
    limit_group: str | None
    admission: Admission
    opens_at: datetime | None
    closes_at: datetime | None
    min_age: int | None
    max_age: int | None
    residents_only: bool
    published_at: datetime | None
    cancelled_at: datetime | None
    session_cancelled_at: datetime | None
    session_starts_at: datetime | None
    begins_at: datetime | None

    def fact(
        self,
        *,
        times: Sequence[Interval] = (),
        waiting: int = 0,
        resident_of: frozenset[int] | None = None,
    ) -> PoolFact:
        """Return it as the rules see it, with what else was loaded for those who ask."""
        return PoolFact(
            capacity=self.capacity,
            taken=self.taken,
            waiting=waiting,
            published=self.published_at is not None,
            cancelled=self.cancelled_at is not None or self.session_cancelled_at is not None,
            drop_in=self.admission is Admission.DROP_IN,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            begins_at=self.begins_at,
            min_age=self.min_age,
            max_age=self.max_age,
            resident_of=resident_of,
            times=tuple(times),
        )


_date = aliased(ScheduledSession)
_begins_at = (
    select(func.min(_date.starts_at))
    .where(
        _date.cancelled_at.is_(None),
        or_(
            _date.id == SeatPool.session_id,
            and_(SeatPool.session_id.is_(None), _date.program_id == SeatPool.program_id),
        ),
    )
    .correlate(SeatPool)
    .scalar_subquery()
)
SEATINGS = (
    select(
        # In the order of the fields above.
        SeatPool.id,
        SeatPool.capacity,
        SeatPool.taken,
        SeatPool.session_id,
        Program.id,
        Program.title,
        Program.center_id,
        Program.term_id,
        Program.limit_group,
        Program.admission,
        Program.enroll_opens_at,
        Program.enroll_closes_at,
        Program.min_age,
        Program.max_age,
        Program.residents_only,
        Program.published_at,
        Program.cancelled_at,
        ScheduledSession.cancelled_at,
        ScheduledSession.starts_at,
        _begins_at.label("begins_at"),
    )
    .select_from(SeatPool)
    .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
    .join(Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id))
)
"""Rows for `Seating`, of all pools."""
_SEATINGS_OF = SEATINGS.where(SeatPool.id.in_(bindparam("pool_ids", expanding=True)))
_SEATING_OF = SEATINGS.where(SeatPool.id == bindparam("pool_id"))


def load_seatings(session: Session, pool_ids: Iterable[int]) -> list[Seating]:
    """Return the pools with these ids, fresh, in one query; unknown ids are left out."""
    rows = execute_core(session, _SEATINGS_OF, {"pool_ids": list(pool_ids)})
    return [Seating(*tuple(row)) for row in rows]


def load_seating(session: Session, pool_id: int) -> Seating:
    """Return one pool, fresh; raises KeyError when there is none."""
    row = execute_core(session, _SEATING_OF, {"pool_id": pool_id}).one_or_none()
    if row is None:
        raise KeyError(pool_id)
    return Seating(*tuple(row))


def pool_facts(
    session: Session, seatings: Sequence[Seating], applicants: Iterable[ApplicantFact]
) -> dict[int, PoolFact]:
    """Return the facts of pools by id, for applicants to be judged by, in at most three queries.

    Their times are loaded when somebody has an appointment that could clash with one of them.
    """
    if not seatings:
        return {}
    times = _times(session, seatings) if any(one.appointments for one in applicants) else {}
    waiting = _waiting(session, [one.pool_id for one in seatings if one.taken >= one.capacity])
    residents = _neighborhoods(session, {one.program_id for one in seatings if one.residents_only})
    return {
        one.pool_id: one.fact(
            times=times.get(one.pool_id, ()),
            waiting=waiting.get(one.pool_id, 0),
            resident_of=residents[one.program_id] if one.residents_only else None,
        )
        for one in seatings
    }


def positions(session: Session, enrollment_ids: Sequence[int]) -> dict[int, int]:
    """Return the place in line, from 1, of each of the enrollments that is waiting."""
    if not enrollment_ids:
        return {}
    ahead = aliased(Enrollment)
    rows = session.execute(
        select(Enrollment.id, func.count(ahead.id))
        .join(
            ahead,
            and_(
                ahead.pool_id == Enrollment.pool_id,
                ahead.status == EnrollmentStatus.WAITLISTED,
                ahead.id <= Enrollment.id,
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


def _neighborhoods(session: Session, program_ids: set[int]) -> dict[int, frozenset[int]]:
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
