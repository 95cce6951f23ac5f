"""What a change of a series would do to each of its dates: the preview that the verb asks too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from venue.changes.affected import seats_of
from venue.changes.series import changed_alone, date_of, still_to_come, weekly
from venue.programs.models import ScheduledSession, SeriesPattern
from venue.programs.rules import PlannedDate, Slot
from venue.programs.scheduling import dates_of, judge
from venue.timeline.recurrence import WeeklyPattern


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """What a series shall be like from one of its dates on; what is over stays as it was.

    Each date moves by `shift_days`. It ends with `until_on`, or after `count` dates from there, or,
    without both, with the date with which it ends now.
    """

    from_on: date
    shift_days: int
    starts_time: time
    ends_time: time
    room_id: int | None
    until_on: date | None = None
    count: int | None = None

    def moved(self, on: date) -> date:
        """Return the new date of one of the series."""
        return on + timedelta(days=self.shift_days)


@dataclass(frozen=True, slots=True)
class Replanned:
    """The dates of a series as a change would have them, by their new date in the pattern.

    `coming` are sessions that would change, `ending` such as lie behind the new end. `planned` says
    of every coming and every new date what stands against it.
    """

    pattern: WeeklyPattern
    coming: dict[date, ScheduledSession]
    ending: tuple[ScheduledSession, ...]
    planned: tuple[PlannedDate, ...]


def replan(
    session: Session,
    kept: SeriesPattern,
    sessions: Sequence[ScheduledSession],
    change: SeriesChange,
    wanted: frozenset[date] | None = None,
    *,
    now: datetime,
) -> Replanned:
    """Return what a change would do; a constant number of queries.

    `wanted` are the dates that shall change or be new, by their new date; the others stay as they
    are. Without it these are all but sessions that were moved by themselves before.
    """
    center_id = kept.program.center_id
    found = dates_of(session, center_id, weekly(kept), kept.follows)
    last_on = max(
        [one.on for one in found] + [date_of(one) for one in sessions], default=kept.starts_on
    )
    pattern = _changed(kept, change, change.moved(last_on))
    if pattern.count is not None:
        counted = dates_of(session, center_id, pattern, kept.follows)
        pattern = _ending(pattern, counted[-1].on if counted else pattern.starts_on)
    last = pattern.until_on or last_on
    coming = {
        change.moved(date_of(one)): one for one in still_to_come(sessions, change.from_on, now)
    }
    ending = tuple(one for on, one in coming.items() if on > last)
    coming = {on: one for on, one in coming.items() if on <= last}
    new = {
        one.on: one.left_out
        for one in dates_of(session, center_id, pattern, kept.follows)
        if one.on > change.moved(last_on)
    }
    if wanted is None:
        wanted = frozenset(
            [on for on, one in coming.items() if not changed_alone(kept, one)]
            + [on for on, left_out in new.items() if left_out is None]
        )
    slots = {
        on: Slot(on, change.starts_time, change.ends_time, change.room_id) for on in [*coming, *new]
    }
    leaving = [link.booking_id for on, one in coming.items() if on in wanted for link in one.rooms]
    leaving += [link.booking_id for one in ending for link in one.rooms]
    planned = judge(
        session,
        center_id,
        slots,
        wanted,
        left_out=new,
        people=seats_of(session, kept.program_id, [one.id for one in sessions]),
        now=now,
        ignoring=leaving,
    )
    return Replanned(pattern, coming, ending, tuple(planned))


def _changed(kept: SeriesPattern, change: SeriesChange, last_on: date) -> WeeklyPattern:
    until_on = None if change.count is not None else change.until_on or last_on
    starts_on = change.moved(max(kept.starts_on, change.from_on))
    weekdays = {(int(digit) - 1 + change.shift_days) % 7 + 1 for digit in kept.weekdays}
    return WeeklyPattern(starts_on, frozenset(weekdays), kept.every_weeks, change.count, until_on)


def _ending(pattern: WeeklyPattern, until_on: date) -> WeeklyPattern:
    return WeeklyPattern(pattern.starts_on, pattern.weekdays, pattern.every_weeks, None, until_on)
