"""Statutory holidays and make-up workdays, as the State Council announced them for a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar import constants as announced
from sqlalchemy import delete
from sqlalchemy.orm import Session

from venue.places.models import CalendarDay
from venue.places.rules import DayKind


@dataclass(frozen=True, slots=True)
class NotAnnounced:
    """The installed list does not know the year; `latest` is the last one that it knows."""

    year: int
    latest: int


def import_year(session: Session, year: int) -> int | NotAnnounced:
    """Replace the calendar days of a year by the announced ones; return how many there are.

    The list is that of the package `chinesecalendar`, which follows the yearly notice of the
    General Office of the State Council. Weekends that the notice does not name stay ordinary.
    """
    found = announced_days(year)
    if isinstance(found, NotAnnounced):
        return found
    first_on, last_on = date(year, 1, 1), date(year, 12, 31)
    session.execute(delete(CalendarDay).where(CalendarDay.day_on.between(first_on, last_on)))
    session.add_all(found)
    session.flush()
    return len(found)


def announced_days(year: int) -> list[CalendarDay] | NotAnnounced:
    """Return the days of a year that are holidays or make-up workdays, in order."""
    years = {on.year for on in announced.holidays}
    if year not in years:
        return NotAnnounced(year, max(years))
    # Its members carry their Chinese names, which `__new__` sets and no type checker sees.
    names = {holiday.value: holiday.chinese for holiday in Holiday}  # type: ignore[attr-defined]
    kinds = (
        (DayKind.HOLIDAY, announced.holidays),
        (DayKind.MAKEUP_WORKDAY, announced.workdays),
    )
    days = [
        CalendarDay(day_on=on, kind=kind, name=names[name])
        for kind, dates in kinds
        for on, name in dates.items()
        if on.year == year
    ]
    return sorted(days, key=lambda day: day.day_on)
