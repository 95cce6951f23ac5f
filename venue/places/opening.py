"""Reading the hours of a center: its rules, closures and calendar days, for some dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from venue.places.models import AnnouncedYear, CalendarDay, Closure, OpeningRule
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


def load_hours_of_centers(
    session: Session, center_ids: Sequence[int], first_on: date, last_on: date
) -> dict[int, Hours]:
    """Return the hours of several centers by id, in the same three queries."""
    rules = session.scalars(
        select(OpeningRule).where(
            OpeningRule.center_id.in_(center_ids),
            or_(OpeningRule.valid_from_on.is_(None), OpeningRule.valid_from_on <= last_on),
            or_(OpeningRule.valid_until_on.is_(None), OpeningRule.valid_until_on >= first_on),
        )
    ).all()
    closures = closures_between(
        session, center_ids, day_start(first_on), day_start(last_on + timedelta(days=1))
    )
    days = {
        day.day_on: (day.kind, day.name)
        for day in session.scalars(
            select(CalendarDay).where(CalendarDay.day_on.between(first_on, last_on))
        )
    }
    return {
        center_id: Hours(
            [rule.fact() for rule in rules if rule.center_id == center_id],
            [closure.fact() for closure in closures if closure.center_id == center_id],
            days,
        )
        for center_id in center_ids
    }


def closures_between(
    session: Session, center_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Closure]:
    """Return the closures of the centers and their rooms that touch a stretch of time."""
    return session.scalars(
        select(Closure)
        .where(Closure.center_id.in_(center_ids), Closure.ends_at > start, Closure.starts_at < end)
        .order_by(Closure.starts_at)
    ).all()


def announced_years(session: Session) -> set[int]:
    """Return the years whose holidays are known; whatever is said of another is provisional."""
    return set(session.scalars(select(AnnouncedYear.year)))
