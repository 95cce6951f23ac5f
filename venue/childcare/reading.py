"""Loading what a program of care offers, its days, and what families have of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from venue.childcare.care_days import CareDayFact, CareFact, Prices, owed_fen
from venue.childcare.models import CareBooking, CareDay, CareProgram
from venue.db import execute_core
from venue.programs.models import Program, ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import EnrollmentStatus


@dataclass(frozen=True, slots=True)
class Care:
    """A program of care with its days in their order, each with its general pool."""

    program_id: int
    title: str
    center_id: int
    fact: CareFact
    consent_text_id: int | None
    days: tuple[CareDayFact, ...]
    pools: dict[int, int]
    """The id of the general pool by session."""


_PROGRAM = (
    select(
        Program.title,
        Program.center_id,
        Program.price_fen,
        Program.consent_text_id,
        CareProgram.min_grade,
        CareProgram.max_grade,
        CareProgram.whole_weeks,
        CareProgram.meal_fen,
        CareProgram.nap_fen,
        CareProgram.change_days,
        CareProgram.change_time,
    )
    .join(CareProgram, CareProgram.program_id == Program.id)
    .where(Program.id == bindparam("program_id"))
)
_DAYS = (
    select(
        ScheduledSession.id,
        ScheduledSession.starts_at,
        ScheduledSession.ends_at,
        ScheduledSession.cancelled_at,
        SeatPool.id.label("pool_id"),
    )
    .join(SeatPool, SeatPool.session_id == ScheduledSession.id)
    .where(ScheduledSession.program_id == bindparam("program_id"), SeatPool.quota.is_(None))
    .order_by(ScheduledSession.starts_at, ScheduledSession.id)
)


def care_of(session: Session, program_id: int) -> Care | None:
    """Return a program of care with all its days, in two queries; None: it is none."""
    asked = {"program_id": program_id}
    one = execute_core(session, _PROGRAM, asked).one_or_none()
    if one is None:
        return None
    rows = execute_core(session, _DAYS, asked).all()
    return Care(
        program_id=program_id,
        title=one.title,
        center_id=one.center_id,
        fact=CareFact(
            min_grade=one.min_grade,
            max_grade=one.max_grade,
            whole_weeks=one.whole_weeks,
            change_days=one.change_days,
            change_time=one.change_time,
            price_fen=one.price_fen,
            meal_fen=one.meal_fen,
            nap_fen=one.nap_fen,
        ),
        consent_text_id=one.consent_text_id,
        days=tuple(
            CareDayFact(row.id, row.starts_at, row.ends_at, row.cancelled_at is not None)
            for row in rows
        ),
        pools={row.id: row.pool_id for row in rows},
    )


@dataclass(frozen=True, slots=True)
class BookedDay:
    """One day that a child has or had."""

    enrollment_id: int
    child_id: int
    program_id: int
    title: str
    session_id: int
    starts_at: datetime
    ends_at: datetime
    called_off: bool
    status: EnrollmentStatus
    meal: bool
    nap: bool
    prices: Prices
    absent_at: datetime | None
    absence: str

    @property
    def stands(self) -> bool:
        """Whether it is on the bill, be it free: a place, or an absence told too late."""
        kept = self.status is EnrollmentStatus.CONFIRMED or self.absent_at is not None
        return kept and not self.called_off

    @property
    def owed_fen(self) -> int:
        """What is owed for it."""
        return owed_fen(
            self.prices,
            has_place=self.status is EnrollmentStatus.CONFIRMED,
            absent=self.absent_at is not None,
            called_off=self.called_off,
        )


_BOOKED = (
    select(
        CareDay.enrollment_id,
        CareBooking.child_id,
        CareBooking.program_id,
        Program.title,
        Enrollment.session_id,
        ScheduledSession.starts_at,
        ScheduledSession.ends_at,
        ScheduledSession.cancelled_at.is_not(None).label("called_off"),
        Enrollment.status,
        CareDay.meal,
        CareDay.nap,
        CareDay.price_fen,
        CareDay.meal_fen,
        CareDay.nap_fen,
        CareDay.absent_at,
        CareDay.absence,
    )
    .join(CareBooking, CareBooking.id == CareDay.booking_id)
    .join(Enrollment, Enrollment.id == CareDay.enrollment_id)
    .join(ScheduledSession, ScheduledSession.id == Enrollment.session_id)
    .join(Program, Program.id == CareBooking.program_id)
    .order_by(ScheduledSession.starts_at, CareDay.enrollment_id)
)


def booked_days(
    session: Session, child_ids: Collection[int], *, program_id: int | None = None
) -> list[BookedDay]:
    """Return all days that children ever booked, those given back among them, in their order."""
    chosen = _BOOKED.where(CareBooking.child_id.in_(child_ids))
    if program_id is not None:
        chosen = chosen.where(CareBooking.program_id == program_id)
    return [_booked_day(row) for row in session.execute(chosen)]


def _booked_day(row: Row[*tuple[Any, ...]]) -> BookedDay:
    return BookedDay(
        enrollment_id=row.enrollment_id,
        child_id=row.child_id,
        program_id=row.program_id,
        title=row.title,
        session_id=row.session_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        called_off=row.called_off,
        status=row.status,
        meal=row.meal,
        nap=row.nap,
        prices=Prices(row.price_fen, row.meal_fen, row.nap_fen),
        absent_at=row.absent_at,
        absence=row.absence,
    )
