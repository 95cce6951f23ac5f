"""Entering that somebody who works with children was checked, as the law asks of every employer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.accounts.models import StaffRole
from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.duty.models import Clearance
from venue.people.locking import lock_people
from venue.people.models import Person
from venue.timeline.local_time import local_date

CLEARED_FOR = timedelta(days=365)
"""A check is asked for every year (Law on the Protection of Minors, art. 62)."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """They count toward the ratio until the day."""

    expires_on: date


@dataclass(frozen=True, slots=True)
class CheckedInFuture:
    """Nobody was checked on a day that is still to come."""


@dataclass(frozen=True, slots=True)
class StaffClearance:
    """Somebody of the staff of a center, and until when their check is in force; None: never."""

    person: Person
    expires_on: date | None


def enter_clearance(
    session: Session, person_id: int, checked_on: date, *, actor: Actor, now: datetime
) -> Cleared | CheckedInFuture:
    """Note that somebody was checked on a day; it is in force for a year."""
    if checked_on > local_date(now):
        return CheckedInFuture()
    lock_people(session, [person_id])
    check = session.get(Clearance, person_id, populate_existing=True)
    expires_on = checked_on + CLEARED_FOR
    if check is None:
        check = Clearance(person_id=person_id)
        session.add(check)
    check.checked_on, check.expires_on = checked_on, expires_on
    check.entered_at, check.entered_by_id = now, actor.person_id
    session.flush()
    facts = {"expires_on": expires_on.isoformat()}
    record(session, actor, "clearance.entered", ("person", person_id), at=now, facts=facts)
    return Cleared(expires_on)


def clearances(session: Session, center_id: int) -> Sequence[StaffClearance]:
    """Return the staff of a center with their checks, those first who have none or the oldest."""
    rows = session.execute(
        select(Person, Clearance.expires_on)
        .outerjoin(Clearance, Clearance.person_id == Person.id)
        .where(
            Person.id.in_(
                select(StaffRole.person_id).where(
                    StaffRole.center_id == center_id, StaffRole.ended_at.is_(None)
                )
            )
        )
        .order_by(Clearance.expires_on.is_not(None), Clearance.expires_on, Person.full_name)
    )
    return [StaffClearance(person, expires_on) for person, expires_on in rows]
