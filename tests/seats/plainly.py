"""Seats told plainly: what the rows say, and who could sit where by trying everything.

Slow and simple on purpose: it shares nothing with the rules that it is held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from venue.audit.models import AuditEntry
from venue.audit.rules import Channel
from venue.seats.models import Enrollment, SeatPool, WaitlistOffer
from venue.seats.rules import EnrollmentStatus, Quota

SEATED = (EnrollmentStatus.OFFERED, EnrollmentStatus.CONFIRMED)
ACTIVE = (*SEATED, EnrollmentStatus.WAITLISTED, EnrollmentStatus.APPLIED)
TOLD_BY = {
    EnrollmentStatus.CONFIRMED: {"confirmed", "accepted", "approved"},
    EnrollmentStatus.OFFERED: {"offered"},
    EnrollmentStatus.WAITLISTED: {"waitlisted"},
    EnrollmentStatus.APPLIED: {"applied"},
    EnrollmentStatus.WITHDRAWN: {"withdrawn", "declined", "ended"},
    EnrollmentStatus.EXPIRED: {"expired"},
    EnrollmentStatus.REFUSED: {"refused"},
    EnrollmentStatus.APPROVED: {"approved"},
}
"""By which entry of the audit a claim comes to its status."""


@dataclass(frozen=True)
class Row:
    """A claim as the database has it; `place` orders the line, those who came together share it."""

    id: int
    place: int
    person_id: int
    program_id: int
    pool_id: int
    status: EnrollmentStatus
    desk: bool


@dataclass(frozen=True)
class Pool:
    """A pool as the database has it."""

    id: int
    program_id: int
    quota: Quota | None
    capacity: int
    taken: int
    kept: int
    counter_taken: int
    kept_for_group: int


Free = Mapping[int, int]
"""How many seats of each pool somebody may have."""


@dataclass(frozen=True)
class Seats:
    """All claims and pools at one moment, and to which priority groups each person belongs."""

    rows: Mapping[int, Row]
    pools: Mapping[int, Pool]
    belongs: Mapping[int, frozenset[Quota]]

    def seated(self, pool: Pool) -> list[Row]:
        """Return who has a seat of a pool, or is offered one."""
        return [
            one for one in self.rows.values() if one.pool_id == pool.id and one.status in SEATED
        ]

    def lines(self) -> dict[int, list[list[Row]]]:
        """Return who waits for each program, in order, together with whom they came."""
        waiting = [one for one in self.rows.values() if one.status is EnrollmentStatus.WAITLISTED]
        waiting.sort(key=lambda one: (one.program_id, one.place, one.id))
        return {
            program_id: [list(entry) for _, entry in groupby(line, key=lambda one: one.place)]
            for program_id, line in groupby(waiting, key=lambda one: one.program_id)
        }

    def free(self, program_id: int, *, desk: bool, without: Row | None = None) -> Free:
        """Return how many seats of each pool are free, counted from the rows themselves."""
        found = {}
        for pool in self.pools.values():
            if pool.program_id == program_id:
                seated = [one for one in self.seated(pool) if one is not without]
                kept = max(0, pool.kept - sum(one.desk for one in seated))
                found[pool.id] = pool.capacity - len(seated) - (0 if desk else kept)
        return found

    def free_for_new(self, program_id: int, *, desk: bool) -> Free:
        """Return the same for somebody new, who gets nothing that a group waits for."""
        free = self.free(program_id, desk=desk)
        return {id_: seats - self.pools[id_].kept_for_group for id_, seats in free.items()}

    def seatable(self, people: Sequence[int], free: Free) -> int:
        """Return how many of these people could sit at once, by trying everything."""
        usable = [
            [
                None,
                *(
                    id_
                    for id_ in free
                    if self.pools[id_].quota is None or self.pools[id_].quota in self.belongs[who]
                ),
            ]
            for who in people
        ]
        counts = (Counter(filter(None, places)) for places in product(*usable))
        fitting = (one for one in counts if all(seats <= free[id_] for id_, seats in one.items()))
        return max(one.total() for one in fitting)

    def fit(self, people: Sequence[int], program_id: int) -> bool:
        """Tell whether they could ever sit at once."""
        empty = {
            one.id: one.capacity for one in self.pools.values() if one.program_id == program_id
        }
        return self.seatable(people, empty) == len(people)


def read(session: Session, belongs: Mapping[int, frozenset[Quota]]) -> Seats:
    """Read everything."""
    rows = {
        one.id: Row(
            one.id,
            one.group_id or one.id,
            one.person_id,
            one.program_id,
            one.pool_id,
            one.status,
            one.channel is not Channel.ONLINE,
        )
        for one in session.execute(select(*Enrollment.__table__.columns))
    }
    columns = [getattr(SeatPool, name) for name in Pool.__dataclass_fields__]
    pools = {one.id: Pool(*one) for one in session.execute(select(*columns))}
    return Seats(rows, pools, belongs)


def open_offers(session: Session) -> list[int]:
    """Return the enrollments that have an open offer, one for each offer."""
    open_ = select(WaitlistOffer.enrollment_id).where(WaitlistOffer.answered_at.is_(None))
    return sorted(session.scalars(open_))


def last_entry(session: Session) -> int:
    """Return the id of the newest audit entry."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def told_since(session: Session, entry_id: int) -> dict[int, list[str]]:
    """Return by enrollment what the audit has told of it since, in order."""
    found: dict[int, list[str]] = {}
    for id_, action in session.execute(
        select(AuditEntry.subject_id, AuditEntry.action)
        .where(AuditEntry.id > entry_id, AuditEntry.subject == "enrollment")
        .order_by(AuditEntry.id)
    ):
        found.setdefault(id_, []).append(action.removeprefix("enrollment."))
    return found


def people(rows: Iterable[Row]) -> list[int]:
    """Return whose claims they are."""
    return [one.person_id for one in rows]
