"""Booking days of care: siblings together, all or nothing or what is free, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from venue.audit.rules import Actor, Channel
from venue.childcare.judging_days import (
    CareVerdict,
    DayVerdict,
    Reason,
    judge_days,
    whole_weeks_only,
)
from venue.childcare.reading import Care, care_of
from venue.childcare.writing_days import ChildDay, tell_of_booking, write_bookings
from venue.consents.giving import give
from venue.db import execute_core
from venue.people.locking import lock_people
from venue.places.membership import know
from venue.seats.enrolling_days import DayClaim, claim_days
from venue.seats.line import fits
from venue.seats.locking import lock_lines
from venue.seats.matching import match
from venue.seats.models import SeatPool
from venue.seats.rules import EnrollmentStatus, GroupTooLarge, NoSeat


class WhenFull(StrEnum):
    """What shall become of a wish when some of its days have no place left."""

    REFUSE = "refuse"
    """All days or none."""
    LEAVE_OUT = "leave_out"
    """The days that are free, and the others not."""
    WAIT = "wait"
    """The days that are free, and a place in line for each of the others."""


@dataclass(frozen=True, slots=True)
class DayWish:
    """One day, with a meal and a place to nap where these are offered."""

    session_id: int
    meal: bool = False
    nap: bool = False


@dataclass(frozen=True, slots=True)
class ChildWish:
    """The days of one child."""

    child_id: int
    days: tuple[DayWish, ...]


@dataclass(frozen=True, slots=True)
class Booked:
    """What the children have now; on a day they all have a place, or all wait."""

    booking_ids: tuple[int, ...]
    taken: tuple[ChildDay, ...]
    waiting: tuple[ChildDay, ...]
    left_out: tuple[ChildDay, ...]


@dataclass(frozen=True, slots=True)
class DaysRefused:
    """Nothing has changed, and this is all that stands against it."""

    children: Mapping[int, tuple[Reason, ...]]
    """What lies with a child as such, by id."""
    days: Mapping[ChildDay, tuple[Reason, ...]]
    """What stands against a day for a child, being full among it."""


@dataclass(frozen=True, slots=True)
class NothingChosen:
    """No day was chosen, or no child."""


@dataclass(frozen=True, slots=True)
class NotOfTheProgram:
    """A day was chosen that is none of the program's."""

    session_ids: tuple[int, ...]


def book_days(
    session: Session,
    program_id: int,
    wishes: Sequence[ChildWish],
    *,
    when_full: WhenFull,
    agreed: bool,
    actor: Actor,
    now: datetime,
) -> Booked | DaysRefused | NothingChosen | NotOfTheProgram:
    """Book days for children, siblings on a day together or not at all.

    `agreed` says that a guardian agrees to the text of the program with this very act. Whatever
    stands against one day other than its being full refuses all of them. Locks the children, then
    the pools of all days, each in id order. Raises NoResultFound for an unknown child, or a program
    that is none of care.
    """
    wished = {wish.child_id: wish for wish in wishes if wish.days}
    people = lock_people(session, wished)
    care = care_of(session, program_id)
    if care is None or len(people) < len(wished):
        raise NoResultFound("no such program of care, or no such child")
    if not wished:
        return NothingChosen()
    chosen = {day.session_id for wish in wished.values() for day in wish.days}
    unknown = chosen - care.pools.keys()
    if unknown:
        return NotOfTheProgram(tuple(sorted(unknown)))
    judge = partial(
        judge_days,
        session,
        care,
        list(people.values()),
        now=now,
        agreed=agreed,
        only=None if care.fact.whole_weeks else chosen,
    )
    desk = actor.channel is not Channel.ONLINE
    if when_full is WhenFull.REFUSE and _is_full(session, wished):
        # In a rush most come too late: they are told so without holding up the others.
        plan = _decide(care, judge(), wished, when_full, desk=desk)
        if isinstance(plan, DaysRefused):
            return plan
    lines = lock_lines(session, (care.pools[id_] for id_ in chosen))
    plan = _decide(care, judge(), wished, when_full, desk=desk)
    if isinstance(plan, DaysRefused):
        return plan
    full = {key: plan.full[session_id] for key, session_id in plan.without_seat()}
    waiting = list(full) if when_full is WhenFull.WAIT else []
    claims = [
        *(
            DayClaim(child_id, session_id, pool_id, EnrollmentStatus.CONFIRMED)
            for (child_id, session_id), pool_id in plan.seats.items()
        ),
        *(
            DayClaim(child_id, session_id, care.pools[session_id], EnrollmentStatus.WAITLISTED)
            for child_id, session_id in waiting
        ),
    ]
    if not claims:
        return DaysRefused({}, full)
    made = claim_days(session, program_id, claims, lines, actor=actor, now=now)
    extras = {
        (wish.child_id, day.session_id): (day.meal, day.nap)
        for wish in wished.values()
        for day in wish.days
    }
    bookings = write_bookings(session, care, extras, made, actor=actor, now=now)
    if agreed and care.consent_text_id is not None:
        give(session, care.consent_text_id, bookings, actor=actor, now=now)
    for child_id in bookings:
        know(session, care.center_id, child_id, now=now)
        tell_of_booking(session, care, people[child_id], claims, now=now)
    return Booked(
        booking_ids=tuple(bookings.values()),
        taken=tuple(sorted(plan.seats)),
        waiting=tuple(sorted(waiting)),
        left_out=tuple(sorted(full)) if when_full is WhenFull.LEAVE_OUT else (),
    )


_LEFT = (
    select(
        SeatPool.session_id,
        func.sum(SeatPool.capacity - SeatPool.taken - SeatPool.kept_for_group).label("left"),
    )
    .where(SeatPool.session_id.in_(bindparam("session_ids", expanding=True)))
    .group_by(SeatPool.session_id)
)


def _is_full(session: Session, wishes: Mapping[int, ChildWish]) -> bool:
    """Tell at a glance, without locks, whether a day has not even seats enough of all kinds."""
    together = _together(wishes)
    rows = execute_core(session, _LEFT, {"session_ids": list(together)})
    return any(row.left < len(together[row.session_id]) for row in rows)


def _decide(
    care: Care,
    verdict: CareVerdict,
    wishes: Mapping[int, ChildWish],
    when_full: WhenFull,
    *,
    desk: bool,
) -> _Plan | DaysRefused:
    """Return who gets which seat, or what stands against it."""
    refused = _refused(care, verdict, wishes.values()) or _too_many(verdict, wishes)
    if refused is not None:
        return refused
    plan = _plan(verdict, wishes, desk=desk)
    if plan.full and when_full is WhenFull.REFUSE:
        return DaysRefused({}, {key: plan.full[id_] for key, id_ in plan.without_seat()})
    return plan


def _refused(care: Care, verdict: CareVerdict, wishes: Iterable[ChildWish]) -> DaysRefused | None:
    """Return all that stands against the wishes, apart from days that are full."""
    children = {id_: reasons for id_, reasons in verdict.children.items() if reasons}
    days: dict[ChildDay, tuple[Reason, ...]] = {}
    for wish in wishes:
        ids = [day.session_id for day in wish.days]
        broken = whole_weeks_only(care, verdict, wish.child_id, ids)
        for id_ in ids:
            reasons = (*verdict.days[id_].against(wish.child_id), *broken.get(id_, ()))
            if reasons:
                days[wish.child_id, id_] = reasons
    return DaysRefused(children, days) if children or days else None


def _too_many(verdict: CareVerdict, wishes: Mapping[int, ChildWish]) -> DaysRefused | None:
    """Return on which days there are not even places for these children when all are free."""
    days: dict[ChildDay, tuple[Reason, ...]] = {}
    for session_id, child_ids in _together(wishes).items():
        one = verdict.days[session_id]
        if len(child_ids) > 1 and not fits([one.quotas[id_] for id_ in child_ids], one.pool.pools):
            reason = GroupTooLarge(one.pool.capacity)
            days.update({(child_id, session_id): (reason,) for child_id in child_ids})
    return DaysRefused({}, days) if days else None


def _together(wishes: Mapping[int, ChildWish]) -> dict[int, tuple[int, ...]]:
    """Return who wants a day, by session."""
    together: dict[int, set[int]] = {}
    for child_id, wish in wishes.items():
        for day in wish.days:
            together.setdefault(day.session_id, set()).add(child_id)
    return {id_: tuple(sorted(child_ids)) for id_, child_ids in sorted(together.items())}


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which child gets a seat of which pool on which day, and on which days there is none."""

    seats: dict[ChildDay, int]
    full: dict[int, tuple[NoSeat, ...]]
    together: dict[int, tuple[int, ...]]
    """Who wants a day, by session."""

    def without_seat(self) -> list[tuple[ChildDay, int]]:
        return [((child_id, id_), id_) for id_ in self.full for child_id in self.together[id_]]


def _plan(verdict: CareVerdict, wishes: Mapping[int, ChildWish], *, desk: bool) -> _Plan:
    plan = _Plan({}, {}, _together(wishes))
    for session_id, child_ids in plan.together.items():
        one: DayVerdict = verdict.days[session_id]
        quotas = [one.quotas[id_] for id_ in child_ids]
        places = match(quotas, one.pool.pools, desk=desk)
        seats = [pool_id for pool_id in places if pool_id is not None]
        if len(seats) < len(child_ids):
            plan.full[session_id] = tuple(one.seats(child_ids, desk=desk))
            continue
        for child_id, pool_id in zip(child_ids, seats, strict=True):
            plan.seats[child_id, session_id] = pool_id
    return plan
