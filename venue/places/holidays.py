"""Statutory holidays and make-up workdays, as the State Council announced them for a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from chinese_calendar import Holiday
from chinese_calendar import constants as announced
from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from venue.audit.recording import record
from venue.audit.rules import Actor
from venue.places.models import AnnouncedYear, CalendarDay
from venue.places.notice import NoticeDay
from venue.places.rules import CalendarSource, DayKind


@dataclass(frozen=True, slots=True)
class NotAnnounced:
    """The installed list does not know the year; `latest` is the last one that it knows."""

    year: int
    latest: int


def import_year(session: Session, year: int, *, actor: Actor, now: datetime) -> int | NotAnnounced:
    """Replace the calendar days of a year by the announced ones; return how many there are.

    The list is that of the package `chinesecalendar`, which follows the yearly notice of the
    General Office of the State Council. Weekends that the notice does not name stay ordinary.
    """
    days = announced_days(year)
    if isinstance(days, NotAnnounced):
        return days
    _enter(session, year, days, CalendarSource.PACKAGE, actor=actor, now=now)
    return len(days)


def enter_notice(
    session: Session, year: int, days: Iterable[NoticeDay], *, actor: Actor, now: datetime
) -> int:
    """Replace the calendar days of a year by those that a notice names; return how many.

    A notice may begin with the last days of the year before: those are replaced one by one.
    """
    entered = list(days)
    _enter(session, year, entered, CalendarSource.NOTICE, actor=actor, now=now)
    return len(entered)


def announced_days(year: int) -> list[NoticeDay] | NotAnnounced:
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
        NoticeDay(on, kind, names[name])
        for kind, dates in kinds
        for on, name in dates.items()
        if on.year == year
    ]
    return sorted(days, key=lambda day: day.on)


def _enter(
    session: Session,
    year: int,
    days: list[NoticeDay],
    source: CalendarSource,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    known = session.get(AnnouncedYear, year, with_for_update=True)
    if known is not None:
        session.delete(known)
    session.execute(
        delete(CalendarDay).where(
            or_(
                CalendarDay.day_on.between(date(year, 1, 1), date(year, 12, 31)),
                CalendarDay.day_on.in_([day.on for day in days]),
            )
        )
    )
    session.flush()
    session.add_all(CalendarDay(day_on=day.on, kind=day.kind, name=day.name) for day in days)
    session.add(
        AnnouncedYear(year=year, source=source, entered_at=now, entered_by_id=actor.person_id)
    )
    session.flush()
    record(
        session,
        actor,
        "year.announced",
        ("announced_year", year),
        at=now,
        facts={"source": source, "days": len(days)},
    )
