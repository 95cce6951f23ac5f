"""Loading the facts that the rules of seats ask for, for one pool or a whole list at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from venue.people.models import Person
from venue.places.models import center_neighborhood
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import (
    ACTIVE,
    ApplicantFact,
    Appointment,
    EnrollmentStatus,
    PoolFact,
)
from venue.timeline.interval import Interval


def pool_facts(session: Session, pool_ids: Sequence[int]) -> dict[int, PoolFact]:
    """Return the facts of the pools by id, in at most four queries; unknown ids are left out."""
    rows = session.execute(
        select(
            SeatPool,
            # Columns, not the object: to load that afresh would lose what the page loaded with it.
            Program.center_id,
            Program.published_at,
            Program.cancelled_at,
            Program.admission,
            Program.enroll_opens_at,
            Program.enroll_closes_at,
            Program.min_age,
            Program.max_age,
            Program.residents_only,
            ScheduledSession.cancelled_at.label("session_cancelled_at"),
        )
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .join(
            Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id)
        )
        .where(SeatPool.id.in_(pool_ids))
        .execution_options(populate_existing=True)
    ).all()
    if not rows:
        return {}
    pools = [row.SeatPool for row in rows]
    times = _times(session, pools)
    waiting = _waiting(session, [pool.id for pool in pools if pool.taken >= pool.capacity])
    residents = _neighborhoods(session, {row.center_id for row in rows if row.residents_only})
    return {
        pool.id: PoolFact(
            capacity=pool.capacity,
            taken=pool.taken,
            waiting=waiting.get(pool.id, 0),
            published=row.published_at is not None,
            cancelled=row.cancelled_at is not None or row.session_cancelled_at is not None,
            drop_in=row.admission is Admission.DROP_IN,
            opens_at=row.enroll_opens_at,
            closes_at=row.enroll_closes_at,
            begins_at=times[pool.id][0].start if times[pool.id] else None,
            min_age=row.min_age,
            max_age=row.max_age,
            resident_of=residents[row.center_id] if row.residents_only else None,
            times=tuple(times[pool.id]),
        )
        for pool, row in zip(pools, rows, strict=True)
    }


def applicant_facts(
    session: Session, person: Person, pool_ids: Sequence[int], *, now: datetime
) -> dict[int, ApplicantFact]:
    """Return what the rules need to know of one person for each pool, in at most three queries."""
    mine = session.execute(
        select(
            Enrollment.id,
            Enrollment.status,
            Enrollment.program_id,
            Enrollment.session_id,
            Enrollment.term_id,
            Enrollment.limit_group,
            Program.title,
        )
        .join(Enrollment.program)
        .where(Enrollment.person_id == person.id, Enrollment.status.in_(ACTIVE))
    ).all()
    confirmed = [one for one in mine if one.status is EnrollmentStatus.CONFIRMED]
    appointments = _appointments(session, person.id, now) if confirmed else ()
    targets = session.execute(
        select(
            SeatPool.id,
            SeatPool.session_id,
            Program.id.label("program_id"),
            Program.term_id,
            Program.limit_group,
        )
        .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
        .join(
            Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id)
        )
        .where(SeatPool.id.in_(pool_ids))
    )
    return {
        target.id: ApplicantFact(
            birth_year=person.birth_year,
            birth_on=person.birth_on,
            neighborhood_id=person.neighborhood_id,
            enrollment=next(
                (
                    (one.id, one.status)
                    for one in mine
                    if (one.program_id, one.session_id) == (target.program_id, target.session_id)
                ),
                None,
            ),
            seat_of_the_term=next(
                (
                    one.title
                    for one in confirmed
                    if target.limit_group is not None
                    and (one.term_id, one.limit_group) == (target.term_id, target.limit_group)
                    and one.program_id != target.program_id
                ),
                None,
            ),
            appointments=tuple(
                appointment
                for program_id, appointment in appointments
                if program_id != target.program_id
            ),
        )
        for target in targets
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


def _times(session: Session, pools: Sequence[SeatPool]) -> dict[int, list[Interval]]:
    by_program = {pool.program_id: pool.id for pool in pools if pool.program_id is not None}
    by_session = {pool.session_id: pool.id for pool in pools if pool.session_id is not None}
    rows = session.execute(
        select(
            ScheduledSession.id,
            ScheduledSession.program_id,
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
        )
        .where(
            or_(ScheduledSession.program_id.in_(by_program), ScheduledSession.id.in_(by_session)),
            ScheduledSession.cancelled_at.is_(None),
        )
        .order_by(ScheduledSession.starts_at)
    )
    times: dict[int, list[Interval]] = {pool.id: [] for pool in pools}
    for row in rows:
        for pool_id in (by_program.get(row.program_id), by_session.get(row.id)):
            if pool_id is not None:
                times[pool_id].append(Interval(row.starts_at, row.ends_at))
    return times


def _waiting(session: Session, pool_ids: Sequence[int]) -> dict[int, int]:
    if not pool_ids:
        return {}
    rows = session.execute(
        select(Enrollment.pool_id, func.count())
        .where(Enrollment.pool_id.in_(pool_ids), Enrollment.status == EnrollmentStatus.WAITLISTED)
        .group_by(Enrollment.pool_id)
    )
    return {row[0]: row[1] for row in rows}


def _neighborhoods(session: Session, center_ids: set[int]) -> dict[int, frozenset[int]]:
    if not center_ids:
        return {}
    found: dict[int, set[int]] = defaultdict(set)
    table = center_neighborhood.c
    rows = session.execute(
        select(table.center_id, table.neighborhood_id).where(table.center_id.in_(center_ids))
    )
    for center_id, neighborhood_id in rows:
        found[center_id].add(neighborhood_id)
    return {center_id: frozenset(found[center_id]) for center_id in center_ids}


def _appointments(
    session: Session, person_id: int, now: datetime
) -> tuple[tuple[int, Appointment], ...]:
    rows = session.execute(
        select(
            Enrollment.program_id,
            Program.title,
            ScheduledSession.starts_at,
            ScheduledSession.ends_at,
        )
        .join(Enrollment.program)
        .join(
            ScheduledSession,
            and_(
                ScheduledSession.program_id == Enrollment.program_id,
                or_(Enrollment.session_id.is_(None), Enrollment.session_id == ScheduledSession.id),
            ),
        )
        .where(
            Enrollment.person_id == person_id,
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            ScheduledSession.cancelled_at.is_(None),
            ScheduledSession.ends_at > now,
        )
    )
    return tuple(
        (row.program_id, Appointment(row.title, Interval(row.starts_at, row.ends_at)))
        for row in rows
    )
