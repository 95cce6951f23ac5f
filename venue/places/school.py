"""Reading on which days the schools of a district teach."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from venue.places.models import CalendarDay, SchoolException, SchoolTerm
from venue.places.rules import DayKind, is_school_day


def school_days(session: Session, district_id: int, first_on: date, last_on: date) -> set[date]:
    """Return the days from `first_on` to `last_on` on which they teach, in three queries."""
    terms = [
        (row.starts_on, row.ends_on)
        for row in session.execute(
            select(SchoolTerm.starts_on, SchoolTerm.ends_on).where(
                SchoolTerm.district_id == district_id,
                SchoolTerm.starts_on <= last_on,
                SchoolTerm.ends_on >= first_on,
            )
        )
    ]
    exceptions = {
        row.day_on: row.teaches
        for row in session.execute(
            select(SchoolException.day_on, SchoolException.teaches).where(
                SchoolException.district_id == district_id,
                SchoolException.day_on.between(first_on, last_on),
            )
        )
    }
    kinds = {
        row.day_on: row.kind
        for row in session.execute(
            select(CalendarDay.day_on, CalendarDay.kind).where(
                CalendarDay.day_on.between(first_on, last_on)
            )
        )
    }
    days = [first_on + timedelta(days=n) for n in range((last_on - first_on).days + 1)]
    return {
        on for on in days if is_school_day(on, kinds.get(on, DayKind.ORDINARY), terms, exceptions)
    }
