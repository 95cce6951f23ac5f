"""Giving days of care back in time, telling an absence later, and taking that back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session, contains_eager

from venue.audit.recording import record, record_all
from venue.audit.rules import Actor
from venue.childcare.care_days import may_change
from venue.childcare.models import CareDay
from venue.childcare.reading import Care, care_of
from venue.notifications.rules import MessageKind
from venue.notifications.telling import tell
from venue.people.locking import lock_people
from venue.programs.models import ScheduledSession
from venue.seats.claiming import leave, seat
from venue.seats.locking import Lines, lock_lines
from venue.seats.models import Enrollment
from venue.seats.offering import move_line
from venue.seats.rules import ACTIVE, EnrollmentStatus, OfferAnswer


@dataclass(frozen=True, slots=True)
class GivenBack:
    """So many days were given back, for nothing."""

    days: int


@dataclass(frozen=True, slots=True)
class TooLateToGiveBack:
    """These days can no longer be given back; an absence can be told until they begin."""

    starts_at: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Absent:
    """The child is expected no longer; the day stays owed."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class ComesAgain:
    """The child is expected once more."""

    enrollment_id: int


@dataclass(frozen=True, slots=True)
class HasEnded:
    """There is no such day any more: it was given back, called off, or is over."""


@dataclass(frozen=True, slots=True)
class ExtrasChanged:
    """With what the day is booked now."""

    meal: bool
    nap: bool


@dataclass(frozen=True, slots=True)
class StillInTime:
    """The day can still be given back for nothing, which is better than an absence."""


@dataclass(frozen=True, slots=True)
class PlaceGone:
    """Somebody who waited has the place by now."""


def give_back(
    session: Session, child_id: int, enrollment_ids: Iterable[int], *, actor: Actor, now: datetime
) -> GivenBack | TooLateToGiveBack | HasEnded:
    """Give back days, or places in line, of one child, all of them or none.

    The first in each line is offered what is freed in the same breath. Raises NoResultFound when
    one of them is no day of the child's.
    """
    wanted = sorted(set(enrollment_ids))
    lock_people(session, [child_id])
    days, lines = _locked(session, child_id, wanted)
    care = _care(session, days)
    held = [one for one in days if one.enrollment.status in ACTIVE]
    if not held:
        return HasEnded()
    late = [
        at
        for one in held
        for at in [_session_of(one).starts_at]
        if one.enrollment.status is not EnrollmentStatus.WAITLISTED
        and not may_change(at, care.fact, now)
    ]
    if late:
        return TooLateToGiveBack(tuple(sorted(late)))
    _end(session, held, lines, "care.given_back", actor=actor, now=now)
    _tell(session, care, held, MessageKind.CARE_GIVEN_BACK, now=now)
    return GivenBack(len(held))


def change_extras(
    session: Session,
    child_id: int,
    enrollment_id: int,
    *,
    meal: bool,
    nap: bool,
    actor: Actor,
    now: datetime,
) -> ExtrasChanged | TooLateToGiveBack | HasEnded:
    """Let a child eat, or nap, on a day or not, as long as the day can be given back.

    What is added costs what it costs now; what the program does not offer is not added. Raises
    NoResultFound when it is no day of the child's.
    """
    lock_people(session, [child_id])
    days, _lines = _locked(session, child_id, [enrollment_id])
    (day,) = days
    if day.enrollment.status not in ACTIVE:
        return HasEnded()
    care, starts_at = _care(session, days), _session_of(day).starts_at
    if not may_change(starts_at, care.fact, now):
        return TooLateToGiveBack((starts_at,))
    if meal != day.meal and (not meal or care.fact.meal_fen is not None):
        day.meal, day.meal_fen = meal, (care.fact.meal_fen or 0) if meal else 0
    if nap != day.nap and (not nap or care.fact.nap_fen is not None):
        day.nap, day.nap_fen = nap, (care.fact.nap_fen or 0) if nap else 0
    session.flush()
    facts = {"person_id": child_id, "meal": day.meal, "nap": day.nap}
    subject = ("enrollment", enrollment_id)
    record(session, actor, "care.extras_changed", subject, at=now, facts=facts)
    return ExtrasChanged(day.meal, day.nap)


def tell_absence(
    session: Session, child_id: int, enrollment_id: int, why: str, *, actor: Actor, now: datetime
) -> Absent | StillInTime | HasEnded:
    """Note that a child does not come, when it is too late to give the day back.

    Whoever waits is offered the place, and nobody looks for the child. Carers may note it after the
    beginning, too, when a guardian says so on the telephone. Told twice it is once. Raises
    NoResultFound when it is no day of the child's, and ValueError without a reason.
    """
    if not why:
        raise ValueError("an absence has a reason")
    lock_people(session, [child_id])
    days, lines = _locked(session, child_id, [enrollment_id])
    (day,) = days
    if day.absent_at is not None:
        return Absent(enrollment_id)
    one = _session_of(day)
    if day.enrollment.status is not EnrollmentStatus.CONFIRMED or now >= one.ends_at:
        return HasEnded()
    care = _care(session, days)
    if may_change(one.starts_at, care.fact, now):
        return StillInTime()
    day.absent_at, day.absent_by_id, day.absence = now, actor.person_id, why
    _end(session, days, lines, "care.absent", actor=actor, now=now)
    return Absent(enrollment_id)


def take_absence_back(
    session: Session, child_id: int, enrollment_id: int, *, actor: Actor, now: datetime
) -> ComesAgain | PlaceGone | HasEnded:
    """Let a child come after all, where its place is still free and the day not over.

    Raises NoResultFound when it is no day of the child's.
    """
    lock_people(session, [child_id])
    days, lines = _locked(session, child_id, [enrollment_id])
    (day,) = days
    enrollment = day.enrollment
    if day.absent_at is None or now >= _session_of(day).ends_at:
        return HasEnded()
    pool = lines.pools[enrollment.pool_id]
    if pool.closed_at is not None:
        return HasEnded()
    if pool.seats().left(desk=True) < 1 or _has_other(session, day):
        return PlaceGone()
    seat(pool, enrollment.channel)
    enrollment.status, enrollment.changed_at = EnrollmentStatus.CONFIRMED, now
    day.absent_at, day.absent_by_id, day.absence = None, None, ""
    session.flush()
    _record(session, days, "care.comes_again", actor=actor, now=now)
    return ComesAgain(enrollment_id)


def _locked(
    session: Session, child_id: int, enrollment_ids: Sequence[int]
) -> tuple[Sequence[CareDay], Lines]:
    """Lock the lines of days of a child and return both fresh; the child is locked."""
    mine = (
        select(CareDay)
        .join(CareDay.enrollment)
        .join(Enrollment.session)
        .where(CareDay.enrollment_id.in_(enrollment_ids), Enrollment.person_id == child_id)
        .options(contains_eager(CareDay.enrollment).contains_eager(Enrollment.session))
        .order_by(ScheduledSession.starts_at)
        .execution_options(populate_existing=True)
    )
    lines = lock_lines(session, [one.enrollment.pool_id for one in session.scalars(mine)])
    days = session.scalars(mine).all()
    if not days or len(days) < len(enrollment_ids):
        raise NoResultFound("no such day of this child")
    return days, lines


def _session_of(day: CareDay) -> ScheduledSession:
    one = day.enrollment.session
    if one is None:
        raise LookupError(f"enrollment {day.enrollment_id} has no day")
    return one


def _care(session: Session, days: Sequence[CareDay]) -> Care:
    programs = {one.enrollment.program_id for one in days}
    care = care_of(session, programs.pop())
    if care is None or programs:
        raise NoResultFound("days of one program of care are changed together")
    return care


def _end(
    session: Session,
    days: Sequence[CareDay],
    lines: Lines,
    action: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    for one in days:
        pool = lines.pools[one.enrollment.pool_id]
        ended, answer = EnrollmentStatus.WITHDRAWN, OfferAnswer.WITHDRAWN
        leave(session, pool, one.enrollment, ended, answer, now=now)
    _record(session, days, action, actor=actor, now=now)
    for one in days:
        move_line(session, lines.of(one.enrollment.pool_id), actor=actor, now=now)


def _record(
    session: Session, days: Sequence[CareDay], action: str, *, actor: Actor, now: datetime
) -> None:
    subjects = [
        (("enrollment", one.enrollment_id), {"person_id": one.enrollment.person_id}) for one in days
    ]
    record_all(session, actor, action, subjects, at=now)


def _has_other(session: Session, day: CareDay) -> bool:
    """Tell whether the child has the same day anew since."""
    other = select(Enrollment.id).where(
        Enrollment.person_id == day.enrollment.person_id,
        Enrollment.session_id == day.enrollment.session_id,
        Enrollment.status.in_(ACTIVE),
    )
    return session.scalar(other) is not None


def _tell(
    session: Session, care: Care, days: Sequence[CareDay], kind: MessageKind, *, now: datetime
) -> None:
    times = [_session_of(one).starts_at for one in days]
    told = {
        "title": care.title,
        "program_id": care.program_id,
        "days": len(days),
        "first_at": min(times).isoformat(),
        "last_at": max(times).isoformat(),
    }
    child_id = days[0].enrollment.person_id
    tell(session, [child_id], kind, told, center_id=care.center_id, now=now)
