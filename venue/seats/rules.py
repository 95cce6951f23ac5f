"""What the rules of seats speak of: statuses, reasons against a seat, facts of pools and people.

The verdicts are in `eligibility`, who is next in line in `line`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from venue.programs.rules import Admission
from venue.timeline.interval import Interval


class EnrollmentStatus(StrEnum):
    """The life of an enrollment; `taken` of its pool counts offered and confirmed."""

    APPLIED = "applied"
    """Waits until somebody has looked whether the stated criteria are met; holds no seat."""
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    APPROVED = "approved"
    """The application was granted without a free seat: the place in line is a row of its own."""
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
    group_id: int | None = None
    """What those share who came together; None: the person came alone."""


@dataclass(frozen=True, slots=True)
class ConsentMissing:
    """The person has not agreed to this version of the text that goes with the program."""

    text_id: int
    title: str


@dataclass(frozen=True, slots=True)
class Paused:
    """The person left seats empty too often and may take no new one at the center for a while."""

    pause_id: int
    ends_at: datetime


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
class ByLottery:
    """The seats are drawn; who wants one states wishes until `closes_at`."""

    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class ByDays:
    """One books several days at once, on the calendar of the program."""


@dataclass(frozen=True, slots=True)
class GroupTooLarge:
    """So many people cannot come together; `limit` of them can."""

    limit: int


@dataclass(frozen=True, slots=True)
class NotAPair:
    """Each booking is an adult and a child."""


@dataclass(frozen=True, slots=True)
class OnlyAtCounter:
    """What is left is kept for counter and telephone until then; the waitlist is open."""

    left: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Full:
    """No seat is left, or not as many as came together; the waitlist is open.

    `capacity` counts the seats that these people may use, and `left` which of them are free.
    """

    capacity: int
    waiting: int
    left: int = 0


NoSeat = OnlyAtCounter | Full
"""What stands against a seat and not against waiting for one."""
Refusal = (
    Unpublished
    | Cancelled
    | NoEnrollment
    | NotOpenYet
    | Closed
    | ByLottery
    | ByDays
    | GroupTooLarge
    | NotAPair
    | AlreadyEnrolled
    | TooYoung
    | TooOld
    | NotResident
    | OneATerm
    | Clash
    | Paused
    | ConsentMissing
    | NoSeat
)


@dataclass(frozen=True, slots=True)
class PoolSeats:
    """How many seats a pool has, and what became of them."""

    pool_id: int
    quota: Quota | None
    """For whom they are; None: for everybody."""
    capacity: int
    taken: int
    kept: int = 0
    """Seats for counter and telephone, those taken there included, until `kept_until`."""
    kept_until: datetime | None = None
    counter_taken: int = 0
    kept_for_group: int = 0
    """Free seats that wait until there are enough for the group at the head of the line."""

    def left(self, *, desk: bool = False) -> int:
        """How many somebody new may take, online or at the desk."""
        free = self.capacity - self.taken - self.kept_for_group
        return max(0, free if desk else free - max(0, self.kept - self.counter_taken))


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """The version of a text to which everybody agrees who enrolls from now on."""

    text_id: int
    title: str


@dataclass(frozen=True, slots=True)
class PoolFact:
    """What the rules need to know of the seats of a program or session, and of itself.

    `pools` has the general one first, then those of its quotas in the order of their opening.
    `begins_at` is the first session that is not cancelled, None while there is none.
    """

    pools: tuple[PoolSeats, ...]
    waiting: int
    published: bool
    cancelled: bool
    admission: Admission
    opens_at: datetime | None
    closes_at: datetime | None
    begins_at: datetime | None
    min_age: int | None
    max_age: int | None
    residents_only: bool
    resident_of: frozenset[int]
    """Ids of the neighborhoods whose people are residents; loaded where that matters."""
    times: tuple[Interval, ...]
    group_limit: int = 1
    by_pair: bool = False
    """Whether each booking is an adult and a child."""
    consent: ConsentAsked | None = None
    by_days: bool = False
    """Whether several days are booked at once, on the form of the area that keeps them."""

    @property
    def capacity(self) -> int:
        """How many seats there are, those of quotas included."""
        return sum(one.capacity for one in self.pools)

    @property
    def taken(self) -> int:
        """How many of them somebody has, or is offered."""
        return sum(one.taken for one in self.pools)

    def left(self, *, desk: bool = False) -> int:
        """How many are left for somebody new, online or at the desk, those of quotas included."""
        return sum(one.left(desk=desk) for one in self.pools)


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
    enrollment: tuple[int, EnrollmentStatus] | tuple[int, EnrollmentStatus, int | None] | None
    """The active enrollment in the same program or session, if there is one, and its group."""
    seat_of_the_term: str | None
    """Title of another program of the same term and limit group in which the person has a seat."""
    appointments: tuple[Appointment, ...]
    waits_elsewhere: bool = False
    """Whether the person has a claim in another program of the same term and limit group."""
    had_seat: bool = False
    """Whether the person ever had a seat in another program of the same limit group."""
    in_need_until: date | None = None
    consented: bool = False
    """Whether the person agreed to the version of the text that is asked for."""
    pause: tuple[int, datetime] | None = None
    """The pause at the center that is in force, and when it ends."""
