"""Joining enrollments with their charges and lessons: how each of them stands with money.

Columns and no objects: a center's list has thousands of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from venue.payments.models import Charge
from venue.payments.rules import (
    AccountFact,
    Balance,
    Ending,
    LessonFact,
    balance,
    refund_if_left,
)
from venue.people.models import Person
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment
from venue.seats.rules import ACTIVE, EnrollmentStatus


class Standing(StrEnum):
    """What is to be done about the money of an enrollment."""

    UNPAID = "unpaid"
    """Something is open; part of it may have been paid."""
    REFUND = "refund"
    """Something goes back."""
    PAID = "paid"
    """Nothing is to be done for somebody who has a seat."""
    OVER = "over"
    """Nothing is to be done for somebody who has none any more."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """One enrollment and its money."""

    enrollment_id: int
    person_id: int
    full_name: str
    program_id: int
    title: str
    session_at: datetime | None
    """When the session begins that was booked; None: it is a seat in the whole program."""
    status: EnrollmentStatus
    charge_id: int | None
    reduced_because: str
    fact: AccountFact
    balance: Balance

    @property
    def standing(self) -> Standing:
        """What is to be done."""
        if self.balance.refund_fen:
            return Standing.REFUND
        if self.balance.open_fen:
            return Standing.UNPAID
        return Standing.PAID if self.fact.ended is None else Standing.OVER

    def refund_if_left(self, now: datetime) -> int:
        """Return what would go back, in fen, if the seat were given up now."""
        return refund_if_left(self.fact, now)


_COLUMNS = (
    select(
        Enrollment.id,
        Enrollment.person_id,
        Person.full_name,
        Enrollment.program_id,
        Program.title,
        Enrollment.session_id,
        Enrollment.status,
        Enrollment.changed_at,
        Enrollment.price_fen,
        Enrollment.charge_id,
        Charge.since_at,
        Charge.paid_fen,
        Charge.reduced_fen,
        Charge.reduced_because,
        Charge.closed_at,
    )
    .join(Person, Person.id == Enrollment.person_id)
    .join(Program, Program.id == Enrollment.program_id)
    .outerjoin(Charge, Charge.id == Enrollment.charge_id)
    .where(
        Enrollment.price_fen > 0,
        or_(
            Enrollment.status == EnrollmentStatus.CONFIRMED,
            Enrollment.charge_id.is_not(None),
        ),
    )
    .order_by(Program.title, Enrollment.program_id, Person.full_name, Enrollment.id)
)


def settlements_of(session: Session, enrollment_ids: Iterable[int]) -> dict[int, Settlement]:
    """Return by enrollment how its money stands; those without any are left out."""
    ids = set(enrollment_ids)
    if not ids:
        return {}
    return {one.enrollment_id: one for one in _settlements(session, Enrollment.id.in_(ids))}


def settlements_at(
    session: Session, center_id: int, *, recent_at: datetime, program_id: int | None = None
) -> list[Settlement]:
    """Return how the money of a center's programs stands, by program and name, in two queries.

    Of all programs: those with a date since `recent_at` or without dates, and whatever may go back,
    however long ago. Or of one program.
    """
    of_center = Program.center_id == center_id
    if program_id is not None:
        return _settlements(session, of_center, Program.id == program_id)
    dates = exists().where(ScheduledSession.program_id == Enrollment.program_id)
    recent = or_(dates.where(ScheduledSession.ends_at >= recent_at), ~dates)
    return _settlements(session, of_center, or_(recent, _may_go_back()))


def refunds_of(session: Session, person_ids: Sequence[int]) -> list[Settlement]:
    """Return what is to be handed out to these people, in at most two queries."""
    return _due(session, Enrollment.person_id.in_(person_ids))


def refunds_at(session: Session, center_id: int, program_id: int | None = None) -> list[Settlement]:
    """Return what is to be handed out for the programs of a center, or for one of them.

    In at most two queries.
    """
    chosen = [] if program_id is None else [Program.id == program_id]
    return _due(session, Program.center_id == center_id, *chosen)


def _due(session: Session, *chosen: ColumnElement[bool]) -> list[Settlement]:
    found = _settlements(session, *chosen, _may_go_back())
    return [one for one in found if one.standing is Standing.REFUND]


def _may_go_back() -> ColumnElement[bool]:
    """Choose, without judging, what money could go back for: the rules do not speak SQL."""
    called_off = exists().where(
        ScheduledSession.program_id == Enrollment.program_id,
        ScheduledSession.cancelled_at.is_not(None),
    )
    return and_(
        Charge.paid_fen > 0,
        Charge.closed_at.is_(None),
        or_(Enrollment.status.not_in(ACTIVE), Charge.reduced_fen > 0, called_off),
    )


def _settlements(session: Session, *chosen: ColumnElement[bool]) -> list[Settlement]:
    rows = session.execute(_COLUMNS.where(*chosen)).all()
    lessons = _lessons(session, {row.program_id for row in rows})
    found = []
    for row in rows:
        dates = lessons[row.program_id]
        mine = dates if row.session_id is None else {row.session_id: dates[row.session_id]}
        ended = _ending(row.status)
        fact = AccountFact(
            price_fen=row.price_fen,
            since_at=row.changed_at if row.since_at is None else row.since_at,
            lessons=tuple(mine.values()),
            reduced_fen=row.reduced_fen or 0,
            paid_fen=row.paid_fen or 0,
            ended=ended,
            ended_at=None if ended is None else row.changed_at,
            closed=row.closed_at is not None,
        )
        found.append(
            Settlement(
                enrollment_id=row.id,
                person_id=row.person_id,
                full_name=row.full_name,
                program_id=row.program_id,
                title=row.title,
                session_at=None if row.session_id is None else dates[row.session_id].starts_at,
                status=row.status,
                charge_id=row.charge_id,
                reduced_because=row.reduced_because or "",
                fact=fact,
                balance=balance(fact),
            )
        )
    return found


def _ending(status: EnrollmentStatus) -> Ending | None:
    if status in ACTIVE:
        return None
    return Ending.CALLED_OFF if status is EnrollmentStatus.CANCELLED else Ending.LEFT


def _lessons(session: Session, program_ids: set[int]) -> dict[int, dict[int, LessonFact]]:
    """Return the dates of programs, called-off ones included, by program and session."""
    found: dict[int, dict[int, LessonFact]] = defaultdict(dict)
    if program_ids:
        one = ScheduledSession
        rows = session.execute(
            select(one.program_id, one.id, one.starts_at, one.cancelled_at).where(
                one.program_id.in_(program_ids)
            )
        )
        for row in rows:
            found[row.program_id][row.id] = LessonFact(row.starts_at, row.cancelled_at)
    return found
