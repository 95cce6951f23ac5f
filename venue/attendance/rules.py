"""The enums of attendance, and its pure rules: when a roll is taken, who missed, who completed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from venue.timeline.local_time import local


class Way(StrEnum):
    """How somebody was marked."""

    ROLL = "roll"
    """By the teacher's tap."""
    CODE = "code"
    """By the person, with the code of the session."""
    CLOSING = "closing"
    """Missed, when the roll was closed."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """The session does not take place: there is nobody to mark."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """It is too early; a session of next week is not marked by mistake."""

    opens_at: datetime


@dataclass(frozen=True, slots=True)
class AlreadyClosed:
    """The roll is closed; the office may open it again until `until`."""

    closed_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class StillOn:
    """The session is not over: who comes late would be a no-show."""

    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TooLate:
    """The roll was closed too long ago to be opened again; a pause can still be waived."""

    until: datetime


@dataclass(frozen=True, slots=True)
class NoWalkInSeat:
    """All `seats` that are given away at the door are gone."""

    seats: int


@dataclass(frozen=True, slots=True)
class RollFact:
    """What the rules need to know of a session and its roll, which may not exist yet."""

    starts_at: datetime
    ends_at: datetime
    cancelled: bool
    opened_at: datetime | None
    """When it was opened, the last time if several."""
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RollTimes:
    """The figures of a roll; see the settings for each."""

    before: timedelta
    """So long before the start people are marked."""
    closes_after: timedelta
    """So long after the end a roll closes by itself."""
    reopens_within: timedelta
    """So long after its closing the office may correct it."""


def marking_refusal(
    roll: RollFact, times: RollTimes, now: datetime
) -> CalledOff | NotYet | AlreadyClosed | None:
    """Return why nobody can be marked now, or None."""
    if roll.cancelled:
        return CalledOff()
    if roll.closed_at is not None:
        return AlreadyClosed(roll.closed_at, roll.closed_at + times.reopens_within)
    if now < roll.starts_at - times.before:
        return NotYet(roll.starts_at - times.before)
    return None


def walk_in_refusal(seats: int | None, given: int) -> NoWalkInSeat | None:
    """Return that no seat is left at the door, or None; without a number nothing is refused."""
    return NoWalkInSeat(seats) if seats is not None and given >= seats else None


def closing_refusal(roll: RollFact, now: datetime) -> CalledOff | StillOn | None:
    """Return why the roll cannot be closed now, or None; one that is closed may be closed again."""
    if roll.cancelled:
        return CalledOff()
    return StillOn(roll.ends_at) if now < roll.ends_at else None


def reopening_refusal(roll: RollFact, times: RollTimes, now: datetime) -> TooLate | None:
    """Return why a closed roll cannot be opened again, or None."""
    if roll.closed_at is None or now <= roll.closed_at + times.reopens_within:
        return None
    return TooLate(roll.closed_at + times.reopens_within)


def closes_at(roll: RollFact, times: RollTimes) -> datetime | None:
    """Return when a roll closes by itself, None when nobody ever opened it or it is closed.

    A day after the end, or, when it was written up late or opened again, a day after that.
    """
    if roll.opened_at is None or roll.closed_at is not None:
        return None
    return max(roll.ends_at, roll.opened_at) + times.closes_after


@dataclass(frozen=True, slots=True)
class SeatFact:
    """Somebody's seat in a session: since when, and when it was given back, if it was."""

    person_id: int
    enrollment_id: int
    since: datetime
    until: datetime | None = None


def who_missed(
    seats: Iterable[SeatFact], marked: Collection[int], starts_at: datetime
) -> list[SeatFact]:
    """Return the seats that were empty, in order of the people; `marked` are those who came.

    Who had the seat when the session started and was not seen has missed it. Who joined later, or
    withdrew before, has not.
    """
    return sorted(
        (
            seat
            for seat in seats
            if seat.person_id not in marked
            and seat.since < starts_at
            and (seat.until is None or seat.until >= starts_at)
        ),
        key=lambda seat: seat.person_id,
    )


@dataclass(frozen=True, slots=True, order=True)
class NoShow:
    """A seat that somebody left empty."""

    starts_at: datetime
    session_id: int
    title: str


def no_shows_that_pause(
    latest: NoShow,
    earlier: Iterable[NoShow],
    spent: Collection[int],
    *,
    limit: int,
    within: timedelta,
) -> tuple[NoShow, ...]:
    """Return the no-shows, the latest included, that make a pause; empty when they are too few.

    `limit` of them, the first and the last less than `within` apart by when their sessions
    started: a roll that is closed late changes nothing. Those that led to a pause already (`spent`,
    by session) do not count again.
    """
    if latest.session_id in spent:
        return ()
    counted = sorted({latest, *(one for one in earlier if one.session_id not in spent)})
    for first in range(len(counted) - limit + 1):
        run = counted[first : first + limit]
        if latest in run and run[-1].starts_at - run[0].starts_at < within:
            return tuple(run)
    return ()


@dataclass(frozen=True, slots=True)
class LessonFact:
    """A session as making up and completing look at it."""

    session_id: int
    program_id: int
    teacher_id: int | None


def may_make_up(missed: LessonFact, other: LessonFact) -> bool:
    """Tell whether attending `other` may count for a missed lesson, should its teacher say so.

    Another session of the same program, or one of the same teacher: nobody else knows what was
    missed. The office can do no more.
    """
    if missed.session_id == other.session_id:
        return False
    same_teacher = missed.teacher_id is not None and missed.teacher_id == other.teacher_id
    return missed.program_id == other.program_id or same_teacher


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """What is known of one person's attendance of a whole program. Cancelled sessions are nowhere.

    A session whose roll was not taken says nothing about anybody; `rolled` counts the others, and
    `attended` those of them to which the person came or which they made up.
    """

    lessons: int
    rolled: int
    attended: int
    minutes: int
    """Of those attended."""
    starts_at: datetime | None
    ends_at: datetime | None
    """When the last session is over; None without any."""
    open_rolls: int


@dataclass(frozen=True, slots=True)
class Completed:
    """The person has completed the program, which lasted from its first session to its last."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class NotOver:
    """Lessons are still to come, or the last roll is still open."""


@dataclass(frozen=True, slots=True)
class RollsMissing:
    """Too few rolls were taken to say anything; `wanted` more would do."""

    wanted: int


@dataclass(frozen=True, slots=True)
class TooFew:
    """Attended fewer lessons than it takes."""

    attended: int
    needed: int


def needed_lessons(lessons: int, percent: int) -> int:
    """Return how many lessons are `percent` of them, rounded up: 10 of 12 at 80 %, 8 of 10."""
    return -(-lessons * percent // 100)


def completion(
    record: CourseRecord, now: datetime, *, percent: int
) -> Completed | NotOver | RollsMissing | TooFew:
    """Tell whether a program was completed, or what is wanting.

    It takes `percent` of the lessons whose roll was taken, and the roll of `percent` of all.
    """
    if record.starts_at is None or record.ends_at is None or now < record.ends_at:
        return NotOver()
    if record.open_rolls:
        return NotOver()
    rolls_wanted = max(1, needed_lessons(record.lessons, percent)) - record.rolled
    if rolls_wanted > 0:
        return RollsMissing(rolls_wanted)
    needed = needed_lessons(record.rolled, percent)
    if record.attended < needed:
        return TooFew(record.attended, needed)
    return Completed(record.starts_at, record.ends_at)


@dataclass(frozen=True, slots=True)
class Count:
    """That somebody pressed a button of a session, after which so many were counted."""

    session_id: int
    at: datetime
    heads: int


def heads_by_hour(counts: Iterable[Count]) -> dict[int, int]:
    """Return by hour of the day how many heads were added; `counts` in the order of the presses.

    What was taken off again counts where it was taken off; hours without anybody are left out.
    """
    latest: dict[int, int] = {}
    added: Counter[int] = Counter()
    for one in counts:
        added[local(one.at).hour] += one.heads - latest.get(one.session_id, 0)
        latest[one.session_id] = one.heads
    return {hour: heads for hour, heads in sorted(added.items()) if heads}


def missing_since(
    starts_at: datetime,
    seat_since: datetime,
    arrived_at: datetime | None,
    now: datetime,
    *,
    after: timedelta,
) -> datetime | None:
    """Return since when somebody is missing who was expected, None when nobody need ask yet.

    Who got the seat when it had begun already is at the desk, and not missing.
    """
    expected = seat_since < starts_at and arrived_at is None
    return starts_at if expected and now >= starts_at + after else None
