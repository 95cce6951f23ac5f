"""Entering shifts by hand, and taking them out again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.accounts.models import StaffRole
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.duty.models import Assignment, Shift
from venue.duty.reading import duties_of
from venue.duty.rules import ShiftPlan, ShiftRefusal, shift_refusals
from venue.people.models import Person


@dataclass(frozen=True, slots=True)
class Entered:
    """The shift stands in the list."""

    shift_id: int


@dataclass(frozen=True, slots=True)
class NotEntered:
    """Something stands against it; nothing was written."""

    reasons: tuple[ShiftRefusal, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """The shift is out of the list."""


@dataclass(frozen=True, slots=True)
class NoSuchShift:
    """The center has no shift with this number, or no longer."""


def enter_shift(
    session: Session, center_id: int, plan: ShiftPlan, *, actor: Actor, now: datetime
) -> Entered | NotEntered:
    """Add a shift of the center with everybody who takes it, or nothing at all."""
    _lock_people(session, plan.person_ids)
    reasons = shift_refusals(
        plan, _staff_ids(session, center_id), duties_of(session, plan.person_ids, plan.interval)
    )
    if reasons:
        return NotEntered(tuple(reasons))
    shift = Shift(
        center_id=center_id,
        label=plan.label,
        starts_at=plan.interval.start,
        ends_at=plan.interval.end,
        assignments=[Assignment(person_id=person_id) for person_id in sorted(plan.person_ids)],
    )
    session.add(shift)
    session.flush()
    _record(session, shift, actor, now)
    return Entered(shift.id)


def remove_shift(
    session: Session, center_id: int, shift_id: int, *, actor: Actor, now: datetime
) -> Removed | NoSuchShift:
    """Take a shift of the center out of the list, with everybody who was to take it."""
    shift = session.scalar(
        select(Shift).where(Shift.id == shift_id, Shift.center_id == center_id).with_for_update()
    )
    if shift is None:
        return NoSuchShift()
    _record(session, shift, actor, now)
    session.delete(shift)
    session.flush()
    return Removed()


def _lock_people(session: Session, person_ids: frozenset[int]) -> None:
    """Let nobody else enter a shift for the same people until this one is in or out."""
    session.execute(
        select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()
    ).all()


def _staff_ids(session: Session, center_id: int) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(StaffRole.person_id).where(
                StaffRole.center_id == center_id, StaffRole.ended_at.is_(None)
            )
        )
    )


def _record(session: Session, shift: Shift, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor,
        "duty.changed",
        ("shift", shift.id),
        at=now,
        facts={"center_id": shift.center_id},
    )
