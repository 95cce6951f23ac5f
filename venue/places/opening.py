"""Reading the hours of a center: its rules, closures and calendar days, for some dates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from venue.places.models import AnnouncedYear, CalendarDay, Closure, OpeningRule, Room
from venue.places.rules import ClosureFact, DayKind, OpeningFact, OpenInterval, open_intervals
from venue.timeline.local_time import day_start


@dataclass(frozen=True, slots=True)
class Hours:
    """Everything that decides when one center is open, on the days that it was loaded for."""

    rules: Sequence[OpeningFact]
    closures: Sequence[ClosureFact]
    days: dict[date, tuple[DayKind, str]]

    def of(self, on: date, room_id: int | None = None) -> list[OpenInterval]:
        """Return when the center, or one room of it, is open on a day."""
        return open_intervals(on, self.kind(on), self.rules, self.closures, room_id)

    def revised(self, old: OpeningFact | None, new: OpeningFact | None) -> Hours:
        """Return the hours as they would be with one rule instead of another; None is no rule."""
        rules = list(self.rules)
        if old in rules:
            rules.remove(old)
        return replace(self, rules=rules if new is None else [*rules, new])

    def kind(self, on: date) -> DayKind:
        """Return what the official calendar makes of a day."""
        return self.days.get(on, (DayKind.ORDINARY, ""))[0]

    def day_name(self, on: date) -> str | None:
        """Return the name of the holiday on a day, None on all others."""
        kind, name = self.days.get(on, (DayKind.ORDINARY, ""))
        return name if kind is DayKind.HOLIDAY else None


def load_hours(session: Session, center_id: int, first_on: date, last_on: date) -> Hours:
    """Return the hours of a center for the days from `first_on` to `last_on`, in three queries."""
    return load_hours_of_centers(session, [center_id], first_on, last_on)[center_id]


# Built once: to build a statement takes longer than to have it answered.
_RULES = select(OpeningRule).where(
    OpeningRule.center_id.in_(bindparam("center_ids", expanding=True)),
    or_(OpeningRule.valid_from_on.is_(None), OpeningRule.valid_from_on <= bindparam("last_on")),
    or_(OpeningRule.valid_until_on.is_(None), OpeningRule.valid_until_on >= bindparam("first_on")),
)
_CLOSURES = (
    select(Closure)
    .where(
        Closure.center_id.in_(bindparam("center_ids", expanding=True)),
        Closure.ends_at > bindparam("start"),
        Closure.starts_at < bindparam("end"),
    )
    .order_by(Closure.starts_at)
)
_DAYS = select(CalendarDay.day_on, CalendarDay.kind, CalendarDay.name).where(
    CalendarDay.day_on.between(bindparam("first_on"), bindparam("last_on"))
)


def load_hours_of_centers(
    session: Session, center_ids: Sequence[int], first_on: date, last_on: date
) -> dict[int, Hours]:
    """Return the hours of several centers by id, in the same three queries."""
    dates = {"first_on": first_on, "last_on": last_on}
    rules = session.scalars(_RULES, {"center_ids": list(center_ids), **dates}).all()
    closures = closures_between(
        session, center_ids, day_start(first_on), day_start(last_on + timedelta(days=1))
    )
    days = {on: (kind, name) for on, kind, name in session.execute(_DAYS, dates)}
    rules_of: dict[int, list[OpeningFact]] = {center_id: [] for center_id in center_ids}
    for rule in rules:
        rules_of[rule.center_id].append(rule.fact())
    closures_of: dict[int, list[ClosureFact]] = {center_id: [] for center_id in center_ids}
    for closure in closures:
        closures_of[closure.center_id].append(closure.fact())
    return {
        center_id: Hours(rules_of[center_id], closures_of[center_id], days)
        for center_id in center_ids
    }


def closures_between(
    session: Session, center_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Closure]:
    """Return the closures of the centers and their rooms that touch a stretch of time."""
    asked = {"center_ids": list(center_ids), "start": start, "end": end}
    return session.scalars(_CLOSURES, asked).all()


_ANNOUNCED = select(AnnouncedYear.year)


def announced_years(session: Session) -> set[int]:
    """Return the years whose holidays are known; whatever is said of another is provisional."""
    return set(session.scalars(_ANNOUNCED))


def years_not_announced(session: Session, days: Iterable[date]) -> list[int]:
    """Return which years of these days are provisional, in order."""
    return sorted({on.year for on in days} - announced_years(session))


def room_names(session: Session, center_id: int) -> dict[int, str]:
    """Return the names of a center's rooms by id, to say of which one a rule or closure is."""
    rows = session.execute(select(Room.id, Room.name).where(Room.center_id == center_id))
    return {row.id: row.name for row in rows}
