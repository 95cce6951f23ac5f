"""The people of a program as its office lists them: in which order, with what beside a name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.people.models import Person
from venue.seats.models import Enrollment, WaitlistOffer
from venue.seats.reading import place_in_line
from venue.seats.rules import ACTIVE, EnrollmentStatus


class Part(StrEnum):
    """A part of the people of a program."""

    SEATED = "seated"
    """Who has a seat."""
    WAITING = "waiting"
    """Who waits: for an answer to an offer, in line, for approval."""
    LEFT = "left"
    """Whose claim has ended, and how."""


STATUSES: dict[Part, tuple[EnrollmentStatus, ...]] = {
    Part.SEATED: (EnrollmentStatus.CONFIRMED,),
    Part.WAITING: (
        EnrollmentStatus.OFFERED,
        EnrollmentStatus.WAITLISTED,
        EnrollmentStatus.APPLIED,
    ),
    Part.LEFT: (
        EnrollmentStatus.WITHDRAWN,
        EnrollmentStatus.EXPIRED,
        EnrollmentStatus.REFUSED,
        EnrollmentStatus.CANCELLED,
    ),
}
"""An approved application is in none: the seat or the place in line that came of it is."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An enrollment in a list."""

    enrollment: Enrollment
    place: int | None
    """In line, from 1, of those who wait in it; who came together have one place, and where single
    sessions are booked each has its line."""
    expires_at: datetime | None
    """Until when an offered seat waits for its answer."""
    together: tuple[str, ...]
    """The names of the others of the group."""


def count_parts(session: Session, program_id: int) -> dict[Part, int]:
    """Return how many enrollments of a program each part has."""
    rows = session.execute(
        select(Enrollment.status, func.count())
        .where(Enrollment.program_id == program_id)
        .group_by(Enrollment.status)
    )
    counted = {row[0]: row[1] for row in rows}
    return {part: sum(counted.get(one, 0) for one in STATUSES[part]) for part in Part}


def list_people(
    session: Session,
    program_id: int,
    parts: Iterable[Part],
    *,
    offset: int = 0,
    limit: int | None = None,
) -> list[Listed]:
    """Return the people of some parts of a program, in two queries.

    Those with a seat by when they got it, then open offers, the line in its order, applications,
    and last those who left, the latest first.
    """
    statuses = [status for part in parts for status in STATUSES[part]]
    rows = session.execute(
        _rows()
        .where(Enrollment.program_id == program_id, Enrollment.status.in_(statuses))
        .order_by(*_ORDER)
        .offset(offset)
        .limit(limit)
    ).all()
    groups = _names(session, {row[0].group_id for row in rows} - {None})
    return [
        Listed(
            enrollment=one,
            place=place if one.status is EnrollmentStatus.WAITLISTED else None,
            expires_at=expires_at,
            together=tuple(name for id_, name in groups.get(one.group_id, ()) if id_ != one.id),
        )
        for one, expires_at, place in rows
    ]


_ORDER = (
    case(
        {
            status: place
            for place, status in enumerate((*STATUSES[Part.SEATED], *STATUSES[Part.WAITING]))
        },
        value=Enrollment.status,
        else_=len(ACTIVE),
    ),
    # Who left last stands first; everybody else as they came.
    case((Enrollment.status.in_(ACTIVE), None), else_=Enrollment.changed_at).desc(),
    place_in_line(Enrollment),
    Enrollment.id,
)


def _rows() -> Select[Enrollment, datetime | None, int]:
    place = func.dense_rank().over(
        partition_by=(Enrollment.status, Enrollment.session_id), order_by=place_in_line(Enrollment)
    )
    return (
        select(Enrollment, WaitlistOffer.expires_at, place)
        .join(Enrollment.person)
        .outerjoin(
            WaitlistOffer,
            and_(WaitlistOffer.enrollment_id == Enrollment.id, WaitlistOffer.answered_at.is_(None)),
        )
        .options(
            contains_eager(Enrollment.person).joinedload(Person.neighborhood),
            joinedload(Enrollment.session),
            joinedload(Enrollment.pool),
        )
    )


def _names(session: Session, group_ids: set[int | None]) -> dict[int | None, list[tuple[int, str]]]:
    """Return the ids and names of those who came together and still have a claim, by group."""
    found: dict[int | None, list[tuple[int, str]]] = defaultdict(list)
    if group_ids:
        rows = session.execute(
            select(Enrollment.group_id, Enrollment.id, Person.full_name)
            .join(Enrollment.person)
            .where(Enrollment.group_id.in_(group_ids), Enrollment.status.in_(ACTIVE))
            .order_by(Enrollment.id)
        )
        for group_id, enrollment_id, name in rows:
            found[group_id].append((enrollment_id, name))
    return found
