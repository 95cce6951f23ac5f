"""One look at a pool: in a rush it answers almost everybody, and costs a single query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager

from venue.people.models import Person
from venue.places.models import Center
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import ACTIVE, PoolFact, seat_refusals, window_refusals
from venue.seats.standing import PoolStanding, Standing, Step


@dataclass(frozen=True, slots=True)
class Glance:
    """Whose a pool is, how full it is, and whether a certain person has a claim there.

    The fact lacks what only some answers need: the times, the neighborhoods, who is waiting.
    """

    pool_id: int
    program: Program
    session: ScheduledSession | None
    fact: PoolFact
    claimed: bool

    def promising(self, now: datetime) -> bool:
        """Tell whether it is time to ask the verb: there are seats, or the person has a claim."""
        return self.claimed or not (seat_refusals(self.fact) or window_refusals(self.fact, now))

    def too_late(self, person: Person, now: datetime) -> PoolStanding | None:
        """Return how a person stands to whom there is nothing to say but that it is full.

        None when there is more to ask: whether they may at all, is asked of those who wait.
        """
        full = tuple(seat_refusals(self.fact))
        if self.claimed or not full or window_refusals(self.fact, now):
            return None
        anybody = Standing(None, Step.WAIT, full)
        return PoolStanding(self.pool_id, self.fact, anybody, (Standing(person, Step.WAIT, full),))


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
_claimed = (
    exists()
    .where(
        Enrollment.pool_id == SeatPool.id,
        Enrollment.person_id == bindparam("person_id"),
        Enrollment.status.in_(ACTIVE),
    )
    .correlate(SeatPool)
)
_pool = (
    select(
        SeatPool.capacity,
        SeatPool.taken,
        Program,
        ScheduledSession,
        _begins_at.label("begins_at"),
        _claimed.label("claimed"),
    )
    .select_from(SeatPool)
    .outerjoin(ScheduledSession, ScheduledSession.id == SeatPool.session_id)
    .join(Program, Program.id == func.coalesce(SeatPool.program_id, ScheduledSession.program_id))
    .join(Center, Center.id == Program.center_id)
    .where(SeatPool.id == bindparam("pool_id"))
    .options(contains_eager(Program.center))
    .execution_options(populate_existing=True)
)
"""Built once: putting it together takes longer than the databases take to answer it."""


def glance(session: Session, pool_id: int, person_id: int) -> Glance | None:
    """Return what one query tells of a pool, None when there is none with this id."""
    row = session.execute(_pool, {"pool_id": pool_id, "person_id": person_id}).one_or_none()
    if row is None:
        return None
    program, held = row.Program, row.ScheduledSession
    return Glance(
        pool_id=pool_id,
        program=program,
        session=held,
        fact=PoolFact(
            capacity=row.capacity,
            taken=row.taken,
            waiting=0,
            published=program.published_at is not None,
            cancelled=program.cancelled_at is not None
            or (held is not None and held.cancelled_at is not None),
            drop_in=program.admission is Admission.DROP_IN,
            opens_at=program.enroll_opens_at,
            closes_at=program.enroll_closes_at,
            begins_at=row.begins_at,
            min_age=program.min_age,
            max_age=program.max_age,
            resident_of=None,
            times=(),
        ),
        claimed=row.claimed,
    )
