"""Reads who is, or should be, here; one query each."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from venue.duty.models import Assignment, Shift
from venue.duty.rules import Duty
from venue.people.models import Person
from venue.timeline.interval import Interval


def on_duty(session: Session, center_id: int, at: datetime) -> list[Duty]:
    """Return who is on duty at a center at an instant."""
    return duties(session, center_id, Interval(at, at + timedelta(microseconds=1)))


def duties(session: Session, center_id: int, within: Interval) -> list[Duty]:
    """Return every duty at a center that shares an instant with `within`, in order of time."""
    return _duties(session, Shift.center_id == center_id, within)


def duties_of(session: Session, person_ids: frozenset[int], within: Interval) -> list[Duty]:
    """Return every duty of these people, at any center, that shares an instant with `within`."""
    return _duties(session, Assignment.person_id.in_(person_ids), within)


def _duties(session: Session, chosen: ColumnElement[bool], within: Interval) -> list[Duty]:
    rows = session.execute(
        select(Shift.id, Shift.label, Shift.starts_at, Shift.ends_at, Person.id, Person.full_name)
        .join(Assignment, Assignment.shift_id == Shift.id)
        .join(Person, Person.id == Assignment.person_id)
        .where(chosen, Shift.starts_at < within.end, Shift.ends_at > within.start)
        .order_by(Shift.starts_at, Shift.ends_at, Shift.id, Person.full_name, Person.id)
    )
    return [
        Duty(shift_id, label, Interval(starts_at, ends_at), person_id, full_name)
        for shift_id, label, starts_at, ends_at, person_id, full_name in rows
    ]
