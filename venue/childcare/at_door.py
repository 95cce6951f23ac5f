"""What stands at the door when a child is to be collected: the child, locked, and its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from venue.attendance.models import Attendance
from venue.attendance.rolls import fresh_session
from venue.childcare.child_files import lock_file
from venue.childcare.door_models import Collection
from venue.childcare.file_models import ChildFile, CollectionPermit
from venue.childcare.permitting import permit_fact, permits_of
from venue.childcare.reading_files import guardians_of
from venue.childcare.rules import DoorFact
from venue.people.models import Person
from venue.programs.models import ScheduledSession


@dataclass(frozen=True, slots=True)
class Door:
    """A child whose file is locked, at the end of a care day."""

    one: ScheduledSession
    child: Person
    file: ChildFile
    permits: dict[int, CollectionPermit]
    guardians: dict[int, Person]
    fact: DoorFact


def at_door(session: Session, session_id: int, child_id: int) -> Door:
    """Lock a child and return what decides; raises NoResultFound for an unknown session."""
    child, file = lock_file(session, child_id)
    arrived = session.scalar(
        select(Attendance.arrived_at).where(
            Attendance.session_id == session_id, Attendance.person_id == child_id
        )
    )
    permits = permits_of(session, child_id)
    guardians = guardians_of(session, [child_id])[child_id]
    return Door(
        one=fresh_session(session, session_id),
        child=child,
        file=file,
        permits={one.id: one for one in permits},
        guardians={one.id: one for one in guardians},
        fact=DoorFact(
            arrived=arrived is not None,
            gone=release_of(session, session_id, child_id) is not None,
            codes_locked=file.codes_locked_at is not None,
            may_leave_alone=file.leaves_alone_at is not None,
            birth_year=child.birth_year,
            birth_on=child.birth_on,
            permits=[permit_fact(one) for one in permits],
            guardian_ids=frozenset(one.id for one in guardians),
        ),
    )


def releases(session_ids: Iterable[int]) -> Select[Collection]:
    """Select the releases of care days that were not taken back, fresh."""
    return (
        select(Collection)
        .where(
            Collection.session_id.in_(list(session_ids)),
            Collection.refusal.is_(None),
            Collection.undone_at.is_(None),
        )
        .execution_options(populate_existing=True)
    )


def release_of(session: Session, session_id: int, child_id: int) -> Collection | None:
    """Return how a child has left a care day, None while it has not."""
    return session.scalar(releases([session_id]).where(Collection.child_id == child_id))


def refused_try(
    session: Session, session_id: int, child_id: int, collection_id: int | None
) -> Collection | None:
    """Return a try to collect a child on a care day that was refused, None when it is none."""
    return session.scalar(
        select(Collection).where(
            Collection.id == collection_id,
            Collection.session_id == session_id,
            Collection.child_id == child_id,
            Collection.refusal.is_not(None),
        )
    )
