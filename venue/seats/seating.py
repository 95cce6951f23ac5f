"""Loading pools with what they seat, for one or a whole list at once.

The statements are built once, here: to build one takes longer than to have it answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from venue.consents.models import ConsentText
from venue.db import execute_core
from venue.programs.models import Program, ScheduledSession
from venue.programs.rules import Admission, Books
from venue.seats.models import SeatPool
from venue.seats.rules import ConsentAsked, PoolFact, PoolSeats
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
    books: Books
    price_fen: int
    group_limit: int
    by_pair: bool
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
    """Whether there are pools for priority groups beside this one."""

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
            by_pair=self.by_pair,
            consent=self.consent,
            by_days=self.books is Books.DAYS,
        )


_date = aliased(ScheduledSession)
BEGINS_AT = (
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
"""When the first session that a pool seats, and that is not cancelled, starts."""
_quota = aliased(SeatPool)
_has_quotas = or_(
    *(
        exists().where(same, _quota.quota.is_not(None)).correlate(SeatPool)
        for same in (
            _quota.program_id == SeatPool.program_id,
            _quota.session_id == SeatPool.session_id,
        )
    )
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
        Program.books,
        Program.price_fen,
        Program.group_limit,
        Program.by_pair,
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
        BEGINS_AT.label("begins_at"),
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
