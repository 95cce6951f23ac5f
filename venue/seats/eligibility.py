"""Pure verdicts: who may have a seat, and every reason why not; one answer for all who ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from venue.people.rules import age_on, is_pair
from venue.programs.rules import Admission
from venue.seats.matching import match
from venue.seats.rules import (
    AlreadyEnrolled,
    ApplicantFact,
    Appointment,
    ByDays,
    ByLottery,
    Cancelled,
    Clash,
    Closed,
    ConsentMissing,
    Full,
    GroupTooLarge,
    NoEnrollment,
    NoSeat,
    NotAPair,
    NotOpenYet,
    NotResident,
    OneATerm,
    OnlyAtCounter,
    Paused,
    PoolFact,
    Quota,
    Refusal,
    TooOld,
    TooYoung,
    Unpublished,
)
from venue.timeline.interval import Interval
from venue.timeline.local_time import local_date

ANYBODY = frozenset(Quota)
"""The quotas of somebody of whom nothing is known yet: it may be all of them."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What stands against seats for people who come together; nothing, when all is empty."""

    together: tuple[Refusal, ...]
    """What holds for all of them: the window, or that they are too many."""
    each: tuple[tuple[Refusal, ...], ...]
    """What lies with each person, in the order asked."""
    seats: tuple[NoSeat, ...]

    @property
    def reasons(self) -> tuple[Refusal, ...]:
        """Every reason once, the lack of seats last."""
        return (*self.against_waiting, *self.seats)

    @property
    def against_waiting(self) -> tuple[Refusal, ...]:
        """Every reason that also stands against waiting for a seat."""
        personal = (reason for reasons in self.each for reason in reasons)
        return tuple(dict.fromkeys((*self.together, *personal)))


def judge(
    pool: PoolFact,
    applicants: Sequence[ApplicantFact],
    now: datetime,
    *,
    desk: bool = False,
    agreed: bool = False,
) -> Verdict:
    """Return what stands against seats for these people, together or not at all.

    It is the only answer to this question: card, page, form and verb all ask here. `desk` asks for
    them at counter or telephone, which may take seats that are kept; `agreed` says that they agree
    to the text of the program with this very act.
    """
    on = local_date(now)
    return Verdict(
        (*window_refusals(pool, now), *_group_refusals(pool, applicants, now)),
        tuple(tuple(personal_refusals(pool, one, now, agreed=agreed)) for one in applicants),
        tuple(seat_refusals(pool, [quotas_in(pool, one, on) for one in applicants], desk=desk)),
    )


def refusals(
    pool: PoolFact,
    applicant: ApplicantFact,
    now: datetime,
    *,
    desk: bool = False,
    agreed: bool = False,
) -> tuple[Refusal, ...]:
    """Return every reason why one person cannot have a seat now; empty when one may be taken.

    `Full` or `OnlyAtCounter` comes last, and alone it means that the waitlist is the next step.
    Where pairs come it answers for one of a pair; who the other is, only `judge` is told.
    """
    half = replace(pool, by_pair=False)
    return judge(half, [applicant], now, desk=desk, agreed=agreed).reasons


def closing_time(pool: PoolFact) -> datetime | None:
    """Return when enrollment ends: at its closing time, and at the latest when it all begins."""
    times = [at for at in (pool.closes_at, pool.begins_at) if at is not None]
    return min(times) if times else None


def window_refusals(pool: PoolFact, now: datetime) -> list[Refusal]:
    """Return why nobody at all can enroll at the moment, apart from its being full."""
    if pool.cancelled:
        return [Cancelled()]
    if not pool.published:
        return [Unpublished()]
    if pool.admission is Admission.DROP_IN:
        return [NoEnrollment()]
    closes_at = closing_time(pool)
    if closes_at is not None and now >= closes_at:
        return [Closed(closes_at)]
    if pool.opens_at is not None and now < pool.opens_at:
        return [NotOpenYet(pool.opens_at)]
    if pool.admission is Admission.LOTTERY:
        return [ByLottery(closes_at)]
    return [ByDays()] if pool.by_days else []


def _group_refusals(
    pool: PoolFact, applicants: Sequence[ApplicantFact], now: datetime
) -> list[Refusal]:
    """Return why so many people, or just these, cannot come together."""
    if pool.by_pair and not is_pair(_age(pool, one, now) for one in applicants):
        return [NotAPair()]
    many = len(applicants) > max(1, pool.group_limit)
    return [GroupTooLarge(pool.group_limit)] if many else []


def _age(pool: PoolFact, applicant: ApplicantFact, now: datetime) -> int:
    """Return how old somebody is on the first day."""
    first_on = local_date(pool.begins_at or now)
    return age_on(first_on, applicant.birth_year, applicant.birth_on)


def personal_refusals(
    pool: PoolFact, applicant: ApplicantFact, now: datetime, *, agreed: bool = False
) -> list[Refusal]:
    """Return every reason that lies with the person."""
    age = _age(pool, applicant, now)
    found: list[Refusal] = []
    if applicant.enrollment is not None:
        found.append(AlreadyEnrolled(*applicant.enrollment))
    if pool.min_age is not None and age < pool.min_age:
        found.append(TooYoung(pool.min_age, age))
    if pool.max_age is not None and age > pool.max_age:
        found.append(TooOld(pool.max_age, age))
    if pool.residents_only and applicant.neighborhood_id not in pool.resident_of:
        found.append(NotResident())
    if applicant.seat_of_the_term is not None:
        found.append(OneATerm(applicant.seat_of_the_term))
    clash = first_clash(pool.times, applicant.appointments)
    if clash is not None:
        found.append(Clash(clash.title, clash.interval.start))
    if applicant.pause is not None and applicant.pause[1] > now:
        found.append(Paused(*applicant.pause))
    if pool.consent is not None and not (agreed or applicant.consented):
        found.append(ConsentMissing(pool.consent.text_id, pool.consent.title))
    return found


def quotas_of(
    *,
    neighborhood_id: int | None,
    resident_of: frozenset[int],
    had_seat: bool,
    in_need_until: date | None,
    on: date,
) -> frozenset[Quota]:
    """Return to which priority groups of a program a person belongs on a day."""
    belongs = {
        Quota.RESIDENTS: neighborhood_id in resident_of,
        Quota.FIRST_TIMERS: not had_seat,
        Quota.IN_NEED: in_need_until is not None and on <= in_need_until,
    }
    return frozenset(quota for quota, holds in belongs.items() if holds)


def quotas_in(pool: PoolFact, applicant: ApplicantFact, on: date) -> frozenset[Quota]:
    """Return to which priority groups of a program somebody who wants a seat belongs."""
    return quotas_of(
        neighborhood_id=applicant.neighborhood_id,
        resident_of=pool.resident_of,
        had_seat=applicant.had_seat,
        in_need_until=applicant.in_need_until,
        on=on,
    )


def seat_refusals(
    pool: PoolFact, people: Sequence[frozenset[Quota]] = (ANYBODY,), *, desk: bool = False
) -> list[NoSeat]:
    """Return that there are not enough seats for people with these quotas, when that is so.

    Where somebody approves, or everybody just comes, no seat needs to be free.
    """
    if pool.admission in (Admission.DROP_IN, Admission.APPROVAL):
        return []
    if None not in match(people, pool.pools, desk=desk):
        return []
    usable = {None, *(quota for quotas in people for quota in quotas)}
    theirs = [one for one in pool.pools if one.quota in usable]
    left = sum(one.left(desk=desk) for one in theirs)
    full = Full(sum(one.capacity for one in theirs), pool.waiting, left)
    if desk or None in match(people, pool.pools, desk=True):
        return [full]
    kept = [one for one in theirs if one.left(desk=True)]
    until = [one.kept_until for one in kept if one.kept_until is not None]
    if not until:
        return [full]
    return [OnlyAtCounter(sum(one.left(desk=True) for one in kept), max(until))]


def first_clash(
    times: Sequence[Interval], appointments: Iterable[Appointment]
) -> Appointment | None:
    """Return the earliest appointment that overlaps one of the times."""
    return next(
        (
            appointment
            for appointment in sorted(appointments, key=lambda one: one.interval)
            if any(appointment.interval.overlaps(time_) for time_ in times)
        ),
        None,
    )
