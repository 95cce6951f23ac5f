"""The figures of one program: who asked for a seat, how, of which age, when; and who came.

They are of the center's own program, for staff who see the list of names beside them: nothing is
left out to hide a single person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from venue.attendance.models import Attendance, Roll
from venue.audit.rules import Channel
from venue.draws.models import Applicant, Application, Wish
from venue.people.models import Person
from venue.people.rules import age_on
from venue.programs.models import ScheduledSession
from venue.seats.models import Enrollment, SeatPool
from venue.seats.rules import SEATED, EnrollmentStatus
from venue.timeline.local_time import local_date, week_start

OLDEST_OF_BAND = (5, 11, 17, 25, 35, 45, 59, 69, 79)
"""Where a band of ages ends: before school, primary and secondary school, young workers, their
elders in steps of ten, the seniors from 60 as the domain counts them (own). 80 and over is one."""
MOST_DAYS = 35
"""With more days the picture shows weeks: a phone is five weeks of bars wide (own)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """That somebody ever asked for a seat, and what became of it last."""

    status: EnrollmentStatus | None
    """None: a wish in a draw, of which no enrollment came."""
    channel: Channel
    asked_at: datetime
    birth_year: int
    birth_on: date | None

    @property
    def seated(self) -> bool:
        """Whether they have a seat, or one is held for them."""
        return self.status in SEATED


@dataclass(frozen=True, slots=True)
class Share:
    """A part of those who asked: how many they are, and how many of them have a seat."""

    asked: int
    seated: int


@dataclass(frozen=True, slots=True)
class Band:
    """Ages in whole years, both ends included; without `oldest` everybody older."""

    youngest: int
    oldest: int | None
    share: Share


@dataclass(frozen=True, slots=True)
class Stretch:
    """How many asked within some days, both included."""

    first_on: date
    last_on: date
    asked: int


@dataclass(frozen=True, slots=True)
class Came:
    """Who came to a session: of those with a seat, and others; missing counts once it is closed."""

    came: int
    missed: int
    others: int
    closed: bool

    @property
    def rate(self) -> float | None:
        """The share of seats in which somebody sat; None before the roll is closed."""
        seats = self.came + self.missed
        return self.came / seats if self.closed and seats else None


@dataclass(frozen=True)
class Figures:
    """Everything that the page of a program counts."""

    asked: int
    by_status: dict[EnrollmentStatus | None, int]
    by_channel: dict[Channel, Share]
    """The most frequent first."""
    bands: list[Band]
    over_time: list[Stretch]
    wishes: dict[int, int]
    """How many people put it in each place of their wishes."""
    came: dict[int, Came]
    """By session."""
    rate: float | None
    """Of all sessions whose roll is closed."""


def figures(
    session: Session, program_id: int, *, begins_on: date, window: tuple[date | None, date]
) -> Figures:
    """Return the figures of a program in four queries; ages are those on its first day.

    `window` are the days from which and up to which one can ask; the picture spans them.
    """
    asks = [*_enrollments(session, program_id), *_wishing(session, program_id)]
    came = _came(session, program_id)
    rated = [one for one in came.values() if one.rate is not None]
    seats = sum(one.came + one.missed for one in rated)
    return Figures(
        asked=len(asks),
        by_status=Counter(one.status for one in asks),
        by_channel=by_channel(asks),
        bands=by_age(asks, begins_on),
        over_time=over_time([local_date(one.asked_at) for one in asks], *window),
        wishes=_wishes(session, program_id),
        came=came,
        rate=sum(one.came for one in rated) / seats if seats else None,
    )


def by_channel(asks: Sequence[Ask]) -> dict[Channel, Share]:
    """Return how people came, the most frequent way first."""
    counted = Counter(one.channel for one in asks).most_common()
    return {
        channel: _share(one for one in asks if one.channel is channel) for channel, _ in counted
    }


def by_age(asks: Sequence[Ask], on: date) -> list[Band]:
    """Return the ages on a day, from the first band with somebody to the last."""
    aged = [(age_on(on, one.birth_year, one.birth_on), one) for one in asks]
    bands = []
    youngest = 0
    for oldest in (*OLDEST_OF_BAND, None):
        within = (ask for age, ask in aged if youngest <= age and (oldest is None or age <= oldest))
        bands.append(Band(youngest, oldest, _share(within)))
        youngest = 0 if oldest is None else oldest + 1
    filled = [number for number, band in enumerate(bands) if band.share.asked]
    return bands[filled[0] : filled[-1] + 1] if filled else []


def over_time(days: Sequence[date], first_on: date | None, last_on: date) -> list[Stretch]:
    """Return how many asked on each day from the first to the last, or in each week of many days.

    Whoever asked before or after, at the desk for example, widens it.
    """
    if not days:
        return []
    first = min([*days, *([first_on] if first_on else [])])
    last = max([*days, last_on])
    step = timedelta(days=1)
    if last - first >= timedelta(days=MOST_DAYS):
        first, step = week_start(first), timedelta(weeks=1)
    counted = Counter((on - first) // step for on in days)
    return [
        Stretch(
            first + number * step, first + (number + 1) * step - timedelta(days=1), counted[number]
        )
        for number in range((last - first) // step + 1)
    ]


def _share(asks: Iterable[Ask]) -> Share:
    seated = [one.seated for one in asks]
    return Share(len(seated), sum(seated))


def _enrollments(session: Session, program_id: int) -> list[Ask]:
    """Return one Ask for each person, and session where single ones are booked: the last."""
    latest = (
        select(
            func.max(Enrollment.id).label("id"), func.min(Enrollment.created_at).label("asked_at")
        )
        .where(Enrollment.program_id == program_id)
        .group_by(Enrollment.person_id, Enrollment.session_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Enrollment.status,
            Enrollment.channel,
            latest.c.asked_at,
            Person.birth_year,
            Person.birth_on,
        )
        .join(latest, latest.c.id == Enrollment.id)
        .join(Enrollment.person)
    )
    return [Ask(*row) for row in rows]


def _wishing(session: Session, program_id: int) -> list[Ask]:
    """Return those who wish for it in a draw and have, or had, no seat in it.

    Who has withdrawn their wishes is no applicant any more.
    """
    rows = session.execute(
        select(Application.channel, Application.applied_at, Person.birth_year, Person.birth_on)
        .join(Applicant.application)
        .join(Applicant.person)
        .join(Wish, Wish.application_id == Application.id)
        .where(
            Wish.program_id == program_id,
            ~exists().where(
                Enrollment.program_id == program_id, Enrollment.person_id == Applicant.person_id
            ),
        )
    )
    return [Ask(None, *row) for row in rows]


def _wishes(session: Session, program_id: int) -> dict[int, int]:
    rows = session.execute(
        select(Wish.rank, func.count(Applicant.person_id))
        .join(Wish.application)
        .join(Application.people)
        .where(Wish.program_id == program_id)
        .group_by(Wish.rank)
        .order_by(Wish.rank)
    )
    return {row[0]: row[1] for row in rows}


def _came(session: Session, program_id: int) -> dict[int, Came]:
    with_seat = Attendance.enrollment_id.is_not(None)
    arrived = Attendance.arrived_at.is_not(None)
    rows = session.execute(
        select(
            Roll.session_id,
            func.count(Attendance.id).filter(with_seat, arrived),
            func.count(Attendance.missed_at),
            func.count(Attendance.id).filter(~with_seat, arrived) + Roll.walk_ins,
            Roll.closed_at.is_not(None),
        )
        .join(Roll.session)
        .outerjoin(Attendance, Attendance.session_id == Roll.session_id)
        .where(ScheduledSession.program_id == program_id)
        .group_by(Roll.session_id, Roll.walk_ins, Roll.closed_at)
    )
    return {row[0]: Came(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class Seats:
    """The seats of a program, of all its pools together."""

    capacity: int
    taken: int

    @property
    def rate(self) -> float | None:
        """The share of them that is taken."""
        return self.taken / self.capacity if self.capacity else None

    @classmethod
    def of(cls, pools: Iterable[SeatPool]) -> Seats:
        """Add up pools."""
        counted = list(pools)
        return cls(sum(one.capacity for one in counted), sum(one.taken for one in counted))
