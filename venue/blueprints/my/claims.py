"""Loading what a family has: its claims on seats, and the dates that come of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from venue.people.models import Person
from venue.places.models import RoomBooking
from venue.programs.models import Program, ScheduledSession, SessionRoom
from venue.seats.models import Enrollment
from venue.seats.reading import positions
from venue.seats.rules import ACTIVE, EnrollmentStatus
from venue.seats.standing import open_offers
from venue.timeline.local_time import day_start, local_date

PAST_SHOWN = 20
"""Ended claims that are shown, the newest first (own)."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An enrollment as its owner sees it.

    `dates` are what is ahead of it from the beginning of today, cancelled ones included;
    `position` is set while it waits and `expires_at` while a seat is offered.
    """

    enrollment: Enrollment
    dates: tuple[ScheduledSession, ...]
    position: int | None
    expires_at: datetime | None
    group: tuple[Enrollment, ...]
    """All who came together and still have it, this one among them; nobody when alone."""

    @property
    def status(self) -> EnrollmentStatus:
        """The status of the enrollment."""
        return self.enrollment.status

    def ours(self, people: Sequence[Person]) -> list[Enrollment]:
        """Return which of those who have it together are of a family."""
        ids = {person.id for person in people}
        return [one for one in self.group or (self.enrollment,) if one.person_id in ids]

    def next_date(self, now: datetime) -> ScheduledSession | None:
        """Return the next date that takes place and has not ended."""
        return next(
            (one for one in self.dates if one.cancelled_at is None and one.ends_at > now), None
        )

    def next_at(self, now: datetime) -> datetime | None:
        """Return when that is."""
        date_ = self.next_date(now)
        return date_.starts_at if date_ is not None else None


@dataclass(frozen=True, slots=True)
class Appearance:
    """That somebody of the family is expected at a session."""

    session: ScheduledSession
    claim: Claim


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything a family has: what is still to come, and the newest of what is over."""

    live: tuple[Claim, ...]
    over: tuple[Enrollment, ...]

    @property
    def ids(self) -> list[int]:
        """The ids of all their enrollments."""
        return [*(one.enrollment.id for one in self.live), *(one.id for one in self.over)]

    @property
    def group_ids(self) -> list[int]:
        """The ids of what others have together with them, and of their own among these."""
        return [other.id for one in self.live for other in one.group]


def claims_of(session: Session, people: Sequence[Person], *, now: datetime) -> Claims:
    """Return the claims of these people, in a constant number of queries."""
    ids = [person.id for person in people]
    enrollments = session.scalars(
        _of(ids).where(_live(now)).order_by(Enrollment.id).execution_options(populate_existing=True)
    ).all()
    over = session.scalars(
        _of(ids)
        .where(~_live(now), Enrollment.status != EnrollmentStatus.APPROVED)
        .order_by(Enrollment.changed_at.desc(), Enrollment.id.desc())
        .limit(PAST_SHOWN)
        .execution_options(populate_existing=True)
    ).all()
    dates = _dates(session, enrollments, now)
    lines = positions(session, [one.id for one in enrollments])
    expiries = open_offers(session, [one.id for one in enrollments])
    groups = _groups(session, enrollments)
    live = [
        Claim(
            one,
            tuple(
                date_
                for date_ in dates[one.program_id]
                if one.session_id is None or one.session_id == date_.id
            ),
            lines.get(one.id),
            expiries.get(one.id),
            groups.get(one.group_id, ()),
        )
        for one in enrollments
    ]
    return Claims(tuple(live), tuple(over))


def one_of_each_group(claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims without those of people who came along with somebody before them."""
    first = {one.enrollment.group_id or one.enrollment.id: one for one in reversed([*claims])}
    return sorted(first.values(), key=lambda one: one.enrollment.id)


def appearances(claims: Iterable[Claim], first_at: datetime, end_at: datetime) -> list[Appearance]:
    """Return at which sessions the family is expected in a time, in order."""
    return sorted(
        (
            Appearance(date_, claim)
            for claim in claims
            if claim.status is EnrollmentStatus.CONFIRMED
            for date_ in claim.dates
            if date_.starts_at < end_at and date_.ends_at > first_at
        ),
        key=lambda one: (one.session.starts_at, one.claim.enrollment.id),
    )


def _of(person_ids: Sequence[int]) -> Select[Enrollment]:
    return (
        select(Enrollment)
        .join(Enrollment.program)
        .join(Program.center)
        .join(Enrollment.person)
        .where(Enrollment.person_id.in_(person_ids))
        .options(
            contains_eager(Enrollment.program).contains_eager(Program.center),
            contains_eager(Enrollment.person),
            joinedload(Enrollment.session),
        )
    )


def _groups(
    session: Session, enrollments: Sequence[Enrollment]
) -> dict[int | None, tuple[Enrollment, ...]]:
    """Return by group who came together and still has what they came for, when several have."""
    ids = {one.group_id for one in enrollments if one.group_id is not None}
    if not ids:
        return {}
    found: dict[int | None, list[Enrollment]] = defaultdict(list)
    for one in session.scalars(
        select(Enrollment)
        .where(Enrollment.group_id.in_(ids), Enrollment.status.in_(ACTIVE))
        .options(joinedload(Enrollment.person))
        .order_by(Enrollment.id)
    ):
        found[one.group_id].append(one)
    return {key: tuple(group) for key, group in found.items() if len(group) > 1}


def _live(now: datetime) -> ColumnElement[bool]:
    """Tell whether something can still come of it: a date is ahead, or none is set yet."""
    dates = exists().where(
        ScheduledSession.program_id == Enrollment.program_id,
        or_(Enrollment.session_id.is_(None), ScheduledSession.id == Enrollment.session_id),
    )
    return and_(
        Enrollment.status.in_(ACTIVE),
        or_(dates.where(ScheduledSession.ends_at > now), ~dates),
    )


def _dates(
    session: Session, enrollments: Sequence[Enrollment], now: datetime
) -> dict[int, list[ScheduledSession]]:
    """Return the dates by program from the beginning of today, with their rooms."""
    found: dict[int, list[ScheduledSession]] = defaultdict(list)
    if not enrollments:
        return found
    for one in session.scalars(
        select(ScheduledSession)
        .where(
            ScheduledSession.program_id.in_({one.program_id for one in enrollments}),
            ScheduledSession.ends_at > day_start(local_date(now)),
        )
        .order_by(ScheduledSession.starts_at)
        .options(
            joinedload(ScheduledSession.rooms)
            .joinedload(SessionRoom.booking)
            .joinedload(RoomBooking.room)
        )
    ).unique():
        found[one.program_id].append(one)
    return found
