"""The enums of programs, and the pure rules of a series: on which dates it comes, and how."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from venue.places.rules import SATURDAY, Conflict, DayKind
from venue.timeline.interval import Interval
from venue.timeline.local_time import instant, local, week_start
from venue.timeline.recurrence import WeeklyPattern

LONGEST_SESSION = timedelta(days=1)
"""No session lasts longer (own); it bounds how far back one that is still on may have begun."""


LARGEST_GROUP = 10
"""People whom one form enrolls together at most, a family with its guests (own)."""


class Admission(StrEnum):
    """How seats are given out."""

    FIRST_COME = "first_come"
    LOTTERY = "lottery"
    """Everybody who applies in the window has the same chance."""
    APPROVAL = "approval"
    """Somebody looks whether the stated criteria are met; never an interview."""
    DROP_IN = "drop_in"


class Books(StrEnum):
    """What one books: the whole series at once, each session by itself, or days on a calendar."""

    SERIES = "series"
    SESSION = "session"
    DAYS = "days"
    """Single sessions too, but several in one act, on the form of the area that keeps them."""

    @property
    def by_session(self) -> bool:
        """Whether each session has its own seats."""
        return self is not Books.SERIES


class DaysFollowed(StrEnum):
    """Which days a series keeps to, beside its weekdays."""

    ALL = "all"
    """Every date of the pattern; a holiday stands out in the preview."""
    ORDINARY = "ordinary"
    """Statutory holidays are left out; make-up workdays change nothing (night classes)."""
    WORKING = "working"
    """Days on which people work: holidays are left out, make-up workdays come in."""
    SCHOOL = "school"
    """Days on which the schools of the district teach, make-up Saturdays included (care)."""


PLANNED_AHEAD = timedelta(days=731)
"""Nobody plans more than two years ahead (own)."""
WORKING_WEEK = frozenset(range(1, 6))


class LeftOut(StrEnum):
    """Why a series that keeps to certain days does not come on a date of its weeks."""

    HOLIDAY = "holiday"
    REST_DAY = "rest_day"
    """A weekend on which nobody works."""
    NO_SCHOOL = "no_school"
    OFFERED = "offered"
    """A make-up workday or school day beside its weekdays: it comes in when staff say so."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A date on which a series comes, or would come but for the days that it keeps to."""

    on: date
    left_out: LeftOut | None = None


def candidates(
    pattern: WeeklyPattern,
    follows: DaysFollowed,
    kinds: Mapping[date, DayKind],
    school_days: Container[date],
    last_on: date,
) -> list[Candidate]:
    """Return every date of a pattern in order, those that it leaves out included.

    Only dates that are kept count towards its `count`. Days without a kind are ordinary. A make-up
    workday, or a weekend on which schools teach, comes in where the pattern is on the whole working
    week; with fewer weekdays nobody knows whose place it takes, and it is offered (own).
    """
    found: list[Candidate] = []
    kept = 0
    for on in pattern.days_until(last_on):
        if kept == pattern.most:
            break
        kind = kinds.get(on, DayKind.ORDINARY)
        teaches = on in school_days
        if pattern.falls_on(on):
            found.append(Candidate(on, _left_out(follows, on, kind, teaches=teaches)))
        elif _makes_up(follows, on, kind, teaches=teaches):
            whole_week = pattern.weekdays >= WORKING_WEEK
            found.append(Candidate(on, None if whole_week else LeftOut.OFFERED))
        else:
            continue
        kept += found[-1].left_out is None
    return found


def _left_out(follows: DaysFollowed, on: date, kind: DayKind, *, teaches: bool) -> LeftOut | None:
    """Return why a date on one of the weekdays is left out, None when it is kept."""
    if follows is DaysFollowed.ALL or (follows is DaysFollowed.SCHOOL and teaches):
        return None
    if kind is DayKind.HOLIDAY:
        return LeftOut.HOLIDAY
    if follows is DaysFollowed.SCHOOL:
        return LeftOut.NO_SCHOOL
    rests = on.isoweekday() >= SATURDAY and kind is not DayKind.MAKEUP_WORKDAY
    return LeftOut.REST_DAY if follows is DaysFollowed.WORKING and rests else None


def _makes_up(follows: DaysFollowed, on: date, kind: DayKind, *, teaches: bool) -> bool:
    """Tell whether a day beside the weekdays makes up for one of them."""
    if follows is DaysFollowed.SCHOOL:
        return teaches and on.isoweekday() >= SATURDAY
    return follows is DaysFollowed.WORKING and kind is DayKind.MAKEUP_WORKDAY


@dataclass(frozen=True, slots=True)
class Slot:
    """When and where one date takes place, by the wall clock."""

    on: date
    starts_time: time
    ends_time: time
    room_id: int | None

    @property
    def interval(self) -> Interval:
        """From start to end; an end that is not after the start is the next day's."""
        end_on = self.on if self.ends_time > self.starts_time else self.on + timedelta(days=1)
        return Interval(instant(self.on, self.starts_time), instant(end_on, self.ends_time))


def same_weekday(old_on: date, old_term_on: date | None, new_term_on: date, today: date) -> date:
    """Return on which day of a new term something begins that began on `old_on` in the last.

    It is the same weekday, as many weeks into the term as before, and neither before the term nor
    today; without an old term it is the first such day.
    """
    weeks = 0
    if old_term_on is not None and old_on >= old_term_on:
        weeks = (week_start(old_on) - week_start(old_term_on)).days // 7
    proposed = week_start(new_term_on) + timedelta(weeks=weeks, days=old_on.weekday())
    while proposed < new_term_on or proposed <= today:
        proposed += timedelta(weeks=1)
    return proposed


def same_distance(
    at: datetime | None, old_on: date, new_on: date, now: datetime
) -> datetime | None:
    """Return the instant as many days before (or after) a new first day as `at` from the old one.

    The clock on the wall shows the same. None when that is past: it would no longer mean anything.
    """
    if at is None:
        return None
    wall = local(at)
    moved = instant(wall.date() + (new_on - old_on), wall.time())
    return moved if moved > now else None


@dataclass(frozen=True, slots=True)
class PlannedDate:
    """One date of a series before it is made or changed; without obstacles it is fine.

    `on` is the date of the pattern for which it stands, `slot` where it really is.
    """

    on: date
    slot: Slot
    wanted: bool
    left_out: LeftOut | None
    kind: DayKind
    holiday: str | None
    """The holiday's name, when `slot` is on a statutory holiday."""
    conflicts: tuple[Conflict, ...]
    twin: date | None
    """Another wanted date of the series that takes the same time."""
    over: bool
    """Whether it would begin in the past."""

    @property
    def fine(self) -> bool:
        """Whether nothing stands against it; a holiday stands out but is no obstacle."""
        return not (self.conflicts or self.twin or self.over)


def twins(slots: Mapping[date, Slot], wanted: Iterable[date]) -> dict[date, date]:
    """Return for each date whose time another wanted one takes as well, which that is.

    Nobody can be at two lessons of one course at once, in whichever rooms they are.
    """
    takers = sorted((slots[on].interval, on) for on in wanted)
    found: dict[date, date] = {}
    for on, slot in slots.items():
        interval = slot.interval
        for taken, other in takers:
            if taken.start >= interval.end:
                break
            if other != on and taken.overlaps(interval):
                found[on] = other
                break
    return found
