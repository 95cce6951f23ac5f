"""Loading what the rules of seats ask about pools, for one pool or a whole list at once.

The statements are built once, here: to build one takes longer than to have it answered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from venue.consents.models import ConsentText
from venue.db import execute_core
from venue.places.models import center_neighborhood
from venue.programs.models import Program, ProgramPartner, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import (
    ApplicantFact,
    ConsentAsked,
    EnrollmentStatus,
    PoolFact,
    PoolSeats,
)
from venue.timeline.interval import Interval


@dataclass(frozen=True, slots=True)
class Seating:
    """A general pool, and the program or session that it seats, as the rules look at them.

    Columns and no objects: to load those afresh would lose what a page has loaded with them.
    """

    pool_id: int
    capacity: int
    taken: int
    kept: int
    kept_until: datetime | None
    counter_taken: int
    kept_for_group: int
    session_id: int | None
    """None: the pool seats the whole program."""
    program_id: int
    title: str
    center_id: int
    term_id: int | None
    limit_group: str | None
    admission: Admission
    price_fen: int
    group_limit: int
    opens_at: datetime | None
    closes_at: datetime | None
    min_age: int | None
    max_age: int | None
    residents_only: bool
    published_at: datetime | None
    cancelled_at: datetime | None
    session_cancelled_at: datetime | None
    session_starts_at: datetime | None
    consent_text_id: int | None
    consent_title: str | None
    begins_at: datetime | None
    has_quotas: bool
    """Whether the program has pools for priority groups beside this one."""

    @property
    def consent(self) -> ConsentAsked | None:
        """To what one agrees by enrolling."""
        if self.consent_text_id is None:
            return None
        return ConsentAsked(self.consent_text_id, self.consent_title or "")

    def fact(
        self,
        *,
        quotas: Sequence[PoolSeats] = (),
        times: Sequence[Interval] = (),
        waiting: int = 0,
        resident_of: frozenset[int] = frozenset(),
    ) -> PoolFact:
        """Return it as the rules see it, with what else was loaded for those who ask."""
        general = PoolSeats(
            self.pool_id,
            None,
            self.capacity,
            self.taken,
            self.kept,
            self.kept_until,
            self.counter_taken,
            self.kept_for_group,
        )
        return PoolFact(
            pools=(general, *quotas),
            waiting=waiting,
            published=self.published_at is not None,
            cancelled=self.cancelled_at is not None or self.session_cancelled_at is not None,
            admission=self.admission,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            begins_at=self.begins_at,
            min_age=self.min_age,
            max_age=self.max_age,
            residents_only=self.residents_only,
            resident_of=resident_of,
            times=tuple(times),
            group_limit=self.group_limit,
            consent=self.consent,
        )


FREE = SeatPool.capacity - SeatPool.taken - SeatPool.kept_for_group
"""How many seats of a pool are left at the desk, in SQL; see `PoolSeats.left`."""
FREE_ONLINE = FREE - case(
    (SeatPool.kept > SeatPool.counter_taken, SeatPool.kept - SeatPool.counter_taken), else_=0
)
"""How many are left online; below zero is none."""

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
_quota = aliased(SeatPool)
_has_quotas = (
    exists()
    .where(_quota.program_id == SeatPool.program_id, _quota.quota.is_not(None))
    .correlate(SeatPool)
)
SEATINGS = (
    select(
        # In the order of the fields above.
        SeatPool.id,
        SeatPool.capacity,
        SeatPool.taken,
        SeatPool.kept,
        SeatPool.kept_until,
        SeatPool.counter_taken,
        SeatPool.kept_for_group,
        SeatPool.session_id,
        Program.id,
        Program.title,
        Program.center_id,
        Program.term_id,
        Program.limit_group,
        Program.admission,
        Program.price_fen,
        Program.group_limit,
        Program.enroll_opens_at,
        Program.enroll_closes_at,
        Program.min_age,
        Program.max_age,
        Program.residents_only,
        Program.published_at,
        Program.cancelled_at,
        ScheduledSession.cancelled_at,
        ScheduledSession.starts_at,
        Program.consent_text_id,
        ConsentText.title,
        _begins_at.label("begins_at"),
        _has_quotas.label("has_quotas"),
    )
    .select_from(SeatPool)
    .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
    .join(Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id))
    .outerjoin(ConsentText, ConsentText.id == Program.consent_text_id)
    .where(SeatPool.quota.is_(None))
)
"""Rows for `Seating`, of all pools but those of quotas, which stand behind the general one."""
_SEATINGS_OF = SEATINGS.where(SeatPool.id.in_(bindparam("pool_ids", expanding=True)))
_SEATING_OF = SEATINGS.where(SeatPool.id == bindparam("pool_id"))


def load_seatings(session: Session, pool_ids: Iterable[int]) -> list[Seating]:
    """Return the pools with these ids, fresh, in one query.

    Unknown ids are left out, and so are those of quotas.
    """
    rows = execute_core(session, _SEATINGS_OF, {"pool_ids": list(pool_ids)})
    return [Seating(*tuple(row)) for row in rows]


def load_seating(session: Session, pool_id: int) -> Seating:
    """Return one pool, fresh; raises KeyError when there is none, or it is that of a quota."""
    row = execute_core(session, _SEATING_OF, {"pool_id": pool_id}).one_or_none()
    if row is None:
        raise KeyError(pool_id)
    return Seating(*tuple(row))


def pool_facts(
    session: Session, seatings: Sequence[Seating], applicants: Iterable[ApplicantFact]
) -> dict[int, PoolFact]:
    """Return the facts of pools by id, for applicants to be judged by, in at most four queries.

    Their times are loaded when somebody has an appointment that could clash with one of them.
    """
    if not seatings:
        return {}
    quotas = _quotas(session, {one.program_id for one in seatings if one.has_quotas})
    times = _times(session, seatings) if any(one.appointments for one in applicants) else {}
    waiting = _waiting(session, [one.pool_id for one in seatings if _crowded(one)])
    residents = neighborhoods(
        session, {one.program_id for one in seatings if one.residents_only or one.has_quotas}
    )
    return {
        one.pool_id: one.fact(
            quotas=quotas[one.program_id] if one.has_quotas else (),
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
        # In the order of the fields of PoolSeats, after the program.
        SeatPool.program_id,
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
        SeatPool.program_id.in_(bindparam("program_ids", expanding=True)),
        SeatPool.quota.is_not(None),
    )
    .order_by(SeatPool.id)
)


def _quotas(session: Session, program_ids: set[int]) -> dict[int, list[PoolSeats]]:
    """Return by program the pools of its quotas, in the order of their opening."""
    found: dict[int, list[PoolSeats]] = defaultdict(list)
    if program_ids:
        for row in execute_core(session, _QUOTAS, {"program_ids": list(program_ids)}):
            found[row.program_id].append(PoolSeats(*tuple(row)[1:]))
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
