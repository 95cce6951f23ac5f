"""Pure: which days of a period of care one may book, until when, and what stands against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from venue.people.rules import grade_on
from venue.timeline.local_time import instant, local_date, week_start


@dataclass(frozen=True, slots=True)
class CareFact:
    """What the rules ask of a program of care; prices of a day in fen, None where there is none."""

    min_grade: int
    max_grade: int
    whole_weeks: bool
    change_days: int
    change_time: time
    price_fen: int
    meal_fen: int | None
    nap_fen: int | None


@dataclass(frozen=True, slots=True)
class CareDayFact:
    """One care day of a program."""

    session_id: int
    starts_at: datetime
    ends_at: datetime
    cancelled: bool = False

    @property
    def on(self) -> date:
        """The local date."""
        return local_date(self.starts_at)


@dataclass(frozen=True, slots=True)
class ChildFact:
    """What the rules ask of a child beside what every seat asks."""

    grade: int | None
    grade_year: int | None


@dataclass(frozen=True, slots=True)
class GradeUnknown:
    """Nobody has said yet in which grade the child is."""


@dataclass(frozen=True, slots=True)
class WrongGrade:
    """The care is for other grades than the child's on the first of these days."""

    min_grade: int
    max_grade: int
    grade: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """The day could be booked until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class IncompleteWeek:
    """Only whole weeks are booked, and this one was not chosen with all days that can be had."""

    monday: date


ChildRefusal = GradeUnknown | WrongGrade
DayRefusal = TooLate | IncompleteWeek


def change_until(starts_at: datetime, care: CareFact) -> datetime:
    """Return until when a day can be booked, or given back for nothing (own: 16:00 the day before).

    Meals are ordered then, and carers are called in.
    """
    on = local_date(starts_at) - timedelta(days=care.change_days)
    return min(instant(on, care.change_time), starts_at)


def may_change(starts_at: datetime, care: CareFact, now: datetime) -> bool:
    """Tell whether a day can still be booked, or given back for nothing."""
    return now < change_until(starts_at, care)


def child_refusals(care: CareFact, child: ChildFact, on: date) -> list[ChildRefusal]:
    """Return why the care is not for a child in its grade of that day."""
    grade = grade_on(on, child.grade, child.grade_year)
    if grade is None:
        return [GradeUnknown()]
    if not care.min_grade <= grade <= care.max_grade:
        return [WrongGrade(care.min_grade, care.max_grade, grade)]
    return []


def late_refusals(care: CareFact, day: CareDayFact, now: datetime) -> list[DayRefusal]:
    """Return that a day can no longer be booked, when that is so."""
    until = change_until(day.starts_at, care)
    return [TooLate(until)] if now >= until else []


@dataclass(frozen=True, slots=True)
class Prices:
    """What a booked day costs, in fen."""

    price_fen: int
    meal_fen: int
    nap_fen: int

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.price_fen + self.meal_fen + self.nap_fen


def owed_fen(prices: Prices, *, has_place: bool, absent: bool, called_off: bool) -> int:
    """Return what is owed for a booked day, in fen.

    A place that is held, and one whose absence was told too late to give it back: the meal was
    ordered and the carer called in (own). Nothing for what the center called off.
    """
    return prices.total_fen if (has_place or absent) and not called_off else 0


def by_weekday(days: Iterable[CareDayFact], weekdays: Collection[int]) -> list[CareDayFact]:
    """Return the days that fall on some weekdays, Monday 1 to Sunday 7, cancelled ones left out."""
    return [one for one in days if not one.cancelled and one.on.isoweekday() in weekdays]


def weeks_of(days: Iterable[CareDayFact]) -> dict[date, list[CareDayFact]]:
    """Return the days by the Monday of their week, in order."""
    weeks: dict[date, list[CareDayFact]] = {}
    for one in sorted(days, key=lambda day: day.starts_at):
        weeks.setdefault(week_start(one.on), []).append(one)
    return weeks


def incomplete_weeks(
    chosen: Collection[int],
    held: Collection[int],
    days: Sequence[CareDayFact],
    open_: Mapping[int, bool],
) -> dict[int, IncompleteWeek]:
    """Return by session which chosen days stand in a week that was not chosen as a whole.

    A week is whole with all its days that can still be booked (`open_` by session) or that the
    child has already (`held`).
    """
    found = {}
    for monday, week in weeks_of(days).items():
        wanted = [one.session_id for one in week if one.session_id in chosen]
        missing = [
            one.session_id
            for one in week
            if open_.get(one.session_id, False)
            and one.session_id not in chosen
            and one.session_id not in held
        ]
        if wanted and missing:
            found.update(dict.fromkeys(wanted, IncompleteWeek(monday)))
    return found
