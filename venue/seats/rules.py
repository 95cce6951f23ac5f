"""Pure rules of seats: who may enroll and why not, and how long an offer lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from venue.people.rules import age_on
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local


class EnrollmentStatus(StrEnum):
    """The life of an enrollment; `taken` of its pool counts offered and confirmed."""

    APPLIED = "applied"
    """Waits until somebody has looked whether the stated criteria are met; holds no seat."""
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    REFUSED = "refused"
    CANCELLED = "cancelled"


ACTIVE = (
    EnrollmentStatus.APPLIED,
    EnrollmentStatus.WAITLISTED,
    EnrollmentStatus.OFFERED,
    EnrollmentStatus.CONFIRMED,
)
SEATED = (EnrollmentStatus.OFFERED, EnrollmentStatus.CONFIRMED)


class Quota(StrEnum):
    """A priority group with seats of its own, published before the window opens."""

    RESIDENTS = "residents"
    """Residents of the neighborhoods of a center that runs it."""
    FIRST_TIMERS = "first_timers"
    """People who never had a seat in a program of the same limit group."""
    IN_NEED = "in_need"
    """Families in need, as the desk wrote down."""


class OfferAnswer(StrEnum):
    """How an offer ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Unpublished:
    """The program is a draft; residents do not see it."""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The program, or the session, does not take place."""


@dataclass(frozen=True, slots=True)
class NoEnrollment:
    """Everybody may just come."""


@dataclass(frozen=True, slots=True)
class NotOpenYet:
    """The window has not opened."""

    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """The window has closed, or everything has begun already."""

    closed_at: datetime


@dataclass(frozen=True, slots=True)
class TooYoung:
    """Too young on the first day."""

    min_age: int
    age: int


@dataclass(frozen=True, slots=True)
class TooOld:
    """Too old on the first day."""

    max_age: int
    age: int


@dataclass(frozen=True, slots=True)
class NotResident:
    """For residents of the center's neighborhoods; the desk records where somebody lives."""


@dataclass(frozen=True, slots=True)
class AlreadyEnrolled:
    """The person has an active enrollment in the same program or session."""

    enrollment_id: int
    status: EnrollmentStatus


@dataclass(frozen=True, slots=True)
class OneATerm:
    """The person has a seat in another program of the same term and limit group."""

    title: str


@dataclass(frozen=True, slots=True)
class Clash:
    """A session of it overlaps another session of the same person."""

    title: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Full:
    """No seat is left; the waitlist is open."""

    capacity: int
    waiting: int


Refusal = (
    Unpublished
    | Cancelled
    | NoEnrollment
    | NotOpenYet
    | Closed
    | TooYoung
    | TooOld
    | NotResident
    | AlreadyEnrolled
    | OneATerm
    | Clash
    | Full
)


@dataclass(frozen=True, slots=True)
class PoolFact:
    """What the rules need to know of a pool and of the program or session that it seats.

    `begins_at` is the first session that is not cancelled, None while there is none.
    """

    capacity: int
    taken: int
    waiting: int
    published: bool
    cancelled: bool
    drop_in: bool
    opens_at: datetime | None
    closes_at: datetime | None
    begins_at: datetime | None
    min_age: int | None
    max_age: int | None
    resident_of: frozenset[int] | None
    """Ids of the neighborhoods whose people it is for; None when it is for everybody."""
    times: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A session at which a person has a seat."""

    title: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class ApplicantFact:
    """What the rules need to know of the person who wants a seat."""

    birth_year: int
    birth_on: date | None
    neighborhood_id: int | None
    enrollment: tuple[int, EnrollmentStatus] | None
    """The active enrollment in the same program or session, if there is one."""
    seat_of_the_term: str | None
    """Title of another program of the same term and limit group in which the person has a seat."""
    appointments: tuple[Appointment, ...]
    waits_elsewhere: bool = False
    """Whether the person has a claim in another program of the same term and limit group."""


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
    if pool.drop_in:
        return [NoEnrollment()]
    closes_at = closing_time(pool)
    if closes_at is not None and now >= closes_at:
        return [Closed(closes_at)]
    if pool.opens_at is not None and now < pool.opens_at:
        return [NotOpenYet(pool.opens_at)]
    return []


def personal_refusals(pool: PoolFact, applicant: ApplicantFact, now: datetime) -> list[Refusal]:
    """Return every reason that lies with the person: age, residence, term, clashes."""
    first_on = local(pool.begins_at or now).date()
    age = age_on(first_on, applicant.birth_year, applicant.birth_on)
    found: list[Refusal] = []
    if applicant.enrollment is not None:
        found.append(AlreadyEnrolled(*applicant.enrollment))
    if pool.min_age is not None and age < pool.min_age:
        found.append(TooYoung(pool.min_age, age))
    if pool.max_age is not None and age > pool.max_age:
        found.append(TooOld(pool.max_age, age))
    if pool.resident_of is not None and applicant.neighborhood_id not in pool.resident_of:
        found.append(NotResident())
    if applicant.seat_of_the_term is not None:
        found.append(OneATerm(applicant.seat_of_the_term))
    clash = first_clash(pool.times, applicant.appointments)
    if clash is not None:
        found.append(Clash(clash.title, clash.interval.start))
    return found


def seat_refusals(pool: PoolFact) -> list[Refusal]:
    """Return that no seat is left, when none is."""
    if pool.taken < pool.capacity or pool.drop_in:
        return []
    return [Full(pool.capacity, pool.waiting)]


def refusals(pool: PoolFact, applicant: ApplicantFact, now: datetime) -> list[Refusal]:
    """Return every reason why the person cannot have a seat now; empty when one may be taken.

    It is the only answer to this question: card, page, form and verb all ask here. `Full` comes
    last, and alone it means that the waitlist is the next step.
    """
    return [
        *window_refusals(pool, now),
        *personal_refusals(pool, applicant, now),
        *seat_refusals(pool),
    ]


def waitlist_refusals(pool: PoolFact, applicant: ApplicantFact, now: datetime) -> list[Refusal]:
    """Return every reason why the person cannot wait for a seat: all of them but `Full`."""
    return [reason for reason in refusals(pool, applicant, now) if not isinstance(reason, Full)]


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


NIGHT_BEGINS = time(21)
NIGHT_ENDS = time(8)
MORNING = time(9)
LAST_MOMENT = timedelta(hours=2)


def offer_expires_at(offered_at: datetime, begins_at: datetime | None, hours: int) -> datetime:
    """Return until when an offered seat waits for its answer.

    `hours` after the offer; an expiry from 21:00 to 08:00 moves to 09:00, so that nobody loses a
    seat asleep; never later than two hours before it begins (own figures, see the domain).
    """
    expires_at = offered_at + timedelta(hours=hours)
    clock = local(expires_at)
    if clock.time() >= NIGHT_BEGINS:
        expires_at = instant(clock.date() + timedelta(days=1), MORNING)
    elif clock.time() < NIGHT_ENDS:
        expires_at = instant(clock.date(), MORNING)
    if begins_at is not None:
        expires_at = min(expires_at, begins_at - LAST_MOMENT)
    return expires_at
